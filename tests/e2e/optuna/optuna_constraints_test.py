"""The best trials of a constrained study are those that Optuna itself calls best."""
import math

import optuna
import pytest
from optuna_served import serve

from ssem_optuna import RestStorage, SsemClient

IS_5 = int(optuna.__version__.split(".")[0]) >= 5


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


def made(server, trials, directions=("minimize",)):
    """A study of (value or values, constraints): a list, None for none, or a dictionary of named ones (Optuna 5)."""
    storage = RestStorage(server.url)
    study = optuna.create_study(storage=storage, directions=list(directions), sampler=optuna.samplers.RandomSampler(seed=1))
    for values, constraints in trials:
        trial = study.ask()
        if isinstance(constraints, dict):
            for name, value in constraints.items():
                trial.set_constraint(name, value)
        elif constraints is not None:
            storage.set_trial_system_attr(trial._trial_id, "constraints", constraints)
        study.tell(trial, values)
    return study


def best(server, study):
    client = SsemClient(server.url)
    return sorted(trial["number"] for trial in client.best_trials(study._study_id))


def numbers(trials):
    return sorted(trial.number for trial in trials)


CASES = {
    "one violated": [(0.1, [1.0]), (0.4, [0.0]), (0.5, [-1.0])],
    "none feasible": [(0.1, [1.0]), (0.4, [0.5, -1.0])],
    "all feasible": [(0.3, [-1.0]), (0.1, [0.0, -2.0]), (0.2, [])],
    "unconstrained": [(0.3, None), (0.1, None)],
    "nan is not met": [(0.1, [math.nan]), (0.4, [-1.0])],
    "infinite": [(0.1, [math.inf]), (0.4, [-math.inf])],
}


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
@pytest.mark.parametrize("name", CASES)
def test_with_one_objective(server, name, direction):
    study = made(server, CASES[name], [direction])
    assert best(server, study) == numbers(study.best_trials)
    if name == "nan is not met" and direction == "minimize":
        return  # Optuna's best_trial, unlike its best_trials, lets NaN pass
    try:
        expected = [study.best_trial.number]
    except ValueError:
        expected = []
    assert best(server, study) == expected


def test_the_case_of_the_report(server):
    assert best(server, made(server, CASES["one violated"])) == [1]
    assert best(server, made(server, CASES["none feasible"])) == []


@pytest.mark.parametrize("violated", [(), (0,), (1,), (0, 1), (0, 1, 2, 3)])
def test_with_several_objectives(server, violated):
    points = [(0.1, 0.9), (0.5, 0.5), (0.6, 0.6), (0.9, 0.1)]
    trials = [(point, [1.0 if number in violated else -1.0]) for number, point in enumerate(points)]
    study = made(server, trials, ["minimize", "minimize"])
    assert best(server, study) == numbers(study.best_trials)


def test_with_a_sampler_s_constraints_func(server):
    sampler = optuna.samplers.TPESampler(seed=1, constraints_func=lambda trial: (0.5 - trial.params["x"],))
    study = optuna.create_study(storage=RestStorage(server.url), sampler=sampler)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=20)
    assert best(server, study) == [study.best_trial.number]
    assert study.best_trial.params["x"] >= 0.5


@pytest.mark.parametrize("broken", ["text", 1, -1, [None], ["-1"], [[-1]]], ids=str)
def test_an_attribute_that_is_no_list_of_numbers_is_not_met(server, broken):
    assert best(server, made(server, [(0.1, broken), (0.4, [-1.0])])) == [1]


# What the versions have for themselves: only the older ones leave a trial without constraints out of a constrained study.
OF_THIS_VERSION = [
    [(0.1, {"a": 1.0}), (0.4, {"a": 0.0, "b": -1.0}), (0.5, {"b": -1.0})],
    [(0.1, {"a": 1.0}), (0.4, {"a": 0.0, "b": 1.0})],
    [(0.1, {"a": 1.0}), (0.4, None)],
] if IS_5 else [[(0.1, None), (0.4, [-1.0])]]  # fmt: skip


@pytest.mark.parametrize("trials", OF_THIS_VERSION, ids=str)
def test_with_constraints_as_this_version_keeps_them(server, trials):
    study = made(server, trials)
    assert best(server, study) == numbers(study.best_trials)
