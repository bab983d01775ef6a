"""Serves storages for Optuna's tests; conftest.py has put the Python package of this tree on the path."""
import optuna
from served import Served

optuna.logging.set_verbosity(optuna.logging.ERROR)


def serve(storage="memory:", port=0):
    return Served("--storage", str(storage), "--log-level", "warn", port=port)


def url_of(path):
    return f"sqlite:///{path}"


def trials_of(trials):
    """What two storages must agree on: everything but ids and times.

    CMA-ES pickles itself into attributes; those bytes depend on which objects it happened to share. What it then
    suggests is in the parameters.
    """
    return [
        (
            trial.number, trial.state, trial.values, list(trial.params.items()), trial.distributions,
            list(trial.user_attrs.items()), [item for item in trial.system_attrs.items() if not item[0].startswith("cma:")], trial.intermediate_values,
        )
        for trial in trials
    ]  # fmt: skip
