"""Optuna's sampler interface in front of the server's suggestions."""
from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from typing import Any

from optuna.distributions import BaseDistribution, FloatDistribution, distribution_to_json
from optuna.samplers import BaseSampler, RandomSampler
from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

try:
    from optuna.search_space import IntersectionSearchSpace
except ImportError:  # before Optuna 3.2
    from optuna.samplers import IntersectionSearchSpace  # type: ignore[attr-defined, no-redef]

from ssem_optuna._connection import Connection
from ssem_optuna._storage import RestStorage
from ssem_optuna._trials import to_number

_PATH = "/api/v1/suggestions"
# What is assumed of the other one while only one of the pair has been asked for.
_PAIR: dict[str, BaseDistribution] = {
    "loss_weight": FloatDistribution(0.0, 1.0),
    "temperature": FloatDistribution(0.01, 1.0, log=True),
}
_KNOWN_STATES = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.RUNNING)


class SsemSampler(BaseSampler):
    """Suggests what an ``ssem serve`` would try next; the study itself may be kept anywhere.

    With a problem, ``loss_weight`` and ``temperature`` are searched where theory says that it is worth it: the first
    trial is the advisor's recommendation, and pairs that collapse are left out. All other parameters join the same
    Gaussian process as soon as one trial is complete; before that, and where a trial asks for something new, the
    independent sampler answers.

    Example:
        .. code-block:: python

            sampler = SsemSampler("http://127.0.0.1:8080", problem={"classes": 10, "batch_size": 512})
            study = optuna.create_study(sampler=sampler)

    Args:
        url: Where the server listens, such as ``http://127.0.0.1:8080``.
        problem: What you train with: ``classes``, ``batch_size`` and so on, as ``ssem recommend`` takes it.
        warm_start: Studies that ended, of the same directions, whose results the search begins with: shorter runs, say, or
            another data set. Only the shape of what they found counts.
        seed: The same seed, history and trial number give the same suggestion.
        independent_sampler: For parameters that the suggestion does not cover; random by default.
        api_key: What the server was started with as ``--api-key``.
        timeout_s: How long one answer may take.
        retry_s: For how long a request is repeated when the server cannot be reached.
    """

    def __init__(
        self,
        url: str,
        *,
        problem: dict[str, Any] | None = None,
        warm_start: Sequence[Study] = (),
        seed: int | None = None,
        independent_sampler: BaseSampler | None = None,
        api_key: str | None = None,
        timeout_s: float = 60.0,
        retry_s: float = 10.0,
    ) -> None:
        self._connection = Connection(url, api_key, timeout_s, retry_s)
        self._problem = problem
        self._warm_start = list(warm_start)
        self._seed = random.SystemRandom().getrandbits(31) if seed is None else seed
        self._independent_sampler = independent_sampler or RandomSampler(seed=seed)
        self._search_space = IntersectionSearchSpace()
        self._pairs: dict[int, dict[str, tuple[BaseDistribution, Any]]] = {}  # by trial id, while it runs
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        del state["_lock"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock = threading.Lock()

    def reseed_rng(self) -> None:
        """Makes copies in other processes suggest other things."""
        self._seed = random.SystemRandom().getrandbits(31)
        self._independent_sampler.reseed_rng()

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """Every parameter that all trials have had in common."""
        space = self._search_space.calculate(study)
        return {name: distribution for name, distribution in space.items() if not distribution.single()}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """A value for every parameter of the space."""
        if not search_space:
            return {}
        return self._suggestion(study, trial, search_space)

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """A value for one parameter: advice for the pair, the independent sampler's for others."""
        if self._problem is None or param_name not in _PAIR or not isinstance(param_distribution, FloatDistribution):
            return self._independent_sampler.sample_independent(study, trial, param_name, param_distribution)
        with self._lock:
            promised = self._pairs.get(trial._trial_id, {}).get(param_name)
        if promised is not None and promised[0] == param_distribution:
            return promised[1]
        space = {name: self._known_range(study, trial, name) for name in _PAIR}
        space[param_name] = param_distribution
        values = self._suggestion(study, trial, space)
        with self._lock:
            self._pairs[trial._trial_id] = {name: (space[name], values[name]) for name in _PAIR}
        return values[param_name]

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Passed on to the independent sampler."""
        self._independent_sampler.before_trial(study, trial)

    def after_trial(
        self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None
    ) -> None:
        """Passed on to the independent sampler."""
        with self._lock:
            self._pairs.pop(trial._trial_id, None)
        self._independent_sampler.after_trial(study, trial, state, values)

    @staticmethod
    def _known_range(study: Study, trial: FrozenTrial, name: str) -> BaseDistribution:
        """What is settled in this trial cannot move; else the range that the last trial gave, else the usual one."""
        params = study._storage.get_trial(trial._trial_id).params
        if name in params:
            return FloatDistribution(params[name], params[name])
        for earlier in reversed(study.get_trials(deepcopy=False)):
            distribution = earlier.distributions.get(name)
            if isinstance(distribution, FloatDistribution):
                return distribution
        return _PAIR[name]

    def _suggestion(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            **self._history(study, trial, search_space),
            "search_space": [
                {"name": name, "distribution_json": distribution_to_json(distribution)}
                for name, distribution in search_space.items()
            ],
            "number": trial.number,
            "seed": self._seed,
        }
        if self._problem is not None:
            body["problem"] = self._problem
        if self._warm_start:
            body["warm_start"] = [self._earlier(earlier, search_space) for earlier in self._warm_start]
        answer = self._connection.send("POST", _PATH, body)
        return {
            item["name"]: search_space[item["name"]].to_external_repr(float(item["param_internal_value"]))
            for item in answer["params"]
        }

    def _is_on_server(self, study: Study) -> bool:
        storage = study._storage
        return isinstance(storage, RestStorage) and storage._connection.url == self._connection.url

    def _earlier(self, study: Study, search_space: dict[str, BaseDistribution]) -> dict[str, Any]:
        if self._is_on_server(study):
            return {"study_id": study._study_id}
        told = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))
        return {"trials": [_past(trial, search_space) for trial in told]}

    def _history(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """The study's id where the server keeps it, else everything that it would have to know."""
        if self._is_on_server(study):
            return {"study_id": study._study_id}
        return {
            "directions": [direction.name.lower() for direction in study.directions],
            "trials": [
                _past(earlier, search_space)
                for earlier in study.get_trials(deepcopy=False, states=_KNOWN_STATES)
                if earlier.number != trial.number
            ],
        }


def _past(trial: FrozenTrial, search_space: dict[str, BaseDistribution]) -> dict[str, Any]:
    values = trial.values
    if values is None and trial.state == TrialState.PRUNED and trial.intermediate_values:
        values = [trial.intermediate_values[max(trial.intermediate_values)]]
    params = []
    for name, distribution in search_space.items():
        if name not in trial.params:
            continue
        try:
            value = distribution.to_internal_repr(trial.params[name])
        except ValueError:  # the choice is gone
            continue
        params.append({"name": name, "param_internal_value": to_number(value)})
    return {
        "state": trial.state.name,
        "values": None if values is None else [to_number(value) for value in values],
        "params": params,
    }
