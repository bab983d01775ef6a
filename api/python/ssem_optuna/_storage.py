"""Optuna's storage, kept by a server."""
from __future__ import annotations

import copy
import json
import threading
from collections.abc import Container, Sequence
from typing import Any
from urllib.parse import quote

from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.storages import BaseStorage
from optuna.study import StudyDirection
from optuna.study._frozen import FrozenStudy
from optuna.trial import FrozenTrial, TrialState

from ssem_optuna._connection import BASE, Connection
from ssem_optuna._heartbeat import HeartbeatOnServer, StaleTrialCallback
from ssem_optuna._trials import attributes_from, to_number, trial_from, trial_to

_LARGEST = 2**63 - 1
_LONGEST_QUERY = 4000  # characters of an address; beyond, more is asked for and looked through here


def _known(number: int) -> int:
    """An id or number that the server could have given; the others are asked for by nobody who was given one."""
    if not -_LARGEST - 1 <= number <= _LARGEST:
        raise KeyError(f"there is nothing with the number {number}")
    return number


class _Seen:
    """What was read of one study. Finished trials never change; the others are asked for again."""

    def __init__(self) -> None:
        self.trials: dict[int, FrozenTrial] = {}  # by id, in the order of ids
        self.unfinished: set[int] = set()
        self.last_id = -1


class RestStorage(BaseStorage, HeartbeatOnServer):
    """Keeps studies on an ``ssem serve``, for any number of processes and machines.

    Every change is on the server's disk before the call returns, and is made exactly once, even when the connection
    breaks in between. Only one of several workers that ask for a waiting trial gets it.

    Example:
        .. code-block:: python

            study = optuna.create_study(storage=RestStorage("http://127.0.0.1:8080"), study_name="mine")

    Args:
        url: Where the server listens, such as ``http://127.0.0.1:8080``.
        api_key: What the server was started with as ``--api-key``.
        timeout_s: How long one answer may take.
        retry_s: For how long a request is repeated when the server cannot be reached, before
            :class:`~ssem_optuna.ServerUnavailableError` is raised.
        heartbeat_interval: Every so many seconds ``Study.optimize`` tells that it lives; without it never.
        grace_period: A running trial whose worker was silent for so many seconds is failed before the next trial is
            asked for; twice the interval without it.
        heartbeat_stale_trial_callback: Called with the study and each trial that was failed so, such as Optuna's
            ``RetryHeartbeatStaleTrialCallback``.
        failed_trial_callback: The same by the name that it had before Optuna 4.9 (``RetryFailedTrialCallback``).
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        timeout_s: float = 60.0,
        retry_s: float = 10.0,
        heartbeat_interval: int | None = None,
        grace_period: int | None = None,
        heartbeat_stale_trial_callback: StaleTrialCallback = None,
        failed_trial_callback: StaleTrialCallback = None,
    ) -> None:
        if heartbeat_stale_trial_callback is not None and failed_trial_callback is not None:
            raise ValueError("heartbeat_stale_trial_callback and failed_trial_callback are the same; give one of them")
        HeartbeatOnServer.__init__(
            self, heartbeat_interval, grace_period, heartbeat_stale_trial_callback or failed_trial_callback
        )
        self._connection = Connection(url, api_key, timeout_s, retry_s)
        self._seen: dict[int, _Seen] = {}
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_seen", "_lock")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._seen = {}
        self._lock = threading.Lock()

    def remove_session(self) -> None:
        """Closes this thread's connection."""
        self._connection.close()

    # Studies.

    def create_new_study(self, directions: Sequence[StudyDirection], study_name: str | None = None) -> int:
        body = {"study_name": study_name, "directions": [direction.name.lower() for direction in directions]}
        return int(self._connection.send("POST", f"{BASE}/studies", body)["study_id"])

    def delete_study(self, study_id: int) -> None:
        self._connection.send("DELETE", f"{BASE}/studies/{_known(study_id)}")
        with self._lock:
            self._seen.pop(study_id, None)

    def set_study_user_attr(self, study_id: int, key: str, value: Any) -> None:
        self._set_attribute(f"/studies/{_known(study_id)}/user-attrs", key, value)

    def set_study_system_attr(self, study_id: int, key: str, value: Any) -> None:
        self._set_attribute(f"/studies/{_known(study_id)}/system-attrs", key, value)

    def get_study_id_from_name(self, study_name: str) -> int:
        name = quote(study_name, safe="")
        if "\0" in study_name or len(name) > _LONGEST_QUERY:  # which no address can carry
            for study in self.get_all_studies():
                if study.study_name == study_name:
                    return study._study_id
            raise KeyError(study_name)
        return int(self._connection.get(f"{BASE}/studies?study_name={name}")["study_id"])

    def get_study_name_from_id(self, study_id: int) -> str:
        return str(self._study(study_id)["study_name"])

    def get_study_directions(self, study_id: int) -> list[StudyDirection]:
        return [StudyDirection[name.upper()] for name in self._study(study_id)["directions"]]

    def get_study_user_attrs(self, study_id: int) -> dict[str, Any]:
        return attributes_from(self._study(study_id)["user_attrs"])

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        return attributes_from(self._study(study_id)["system_attrs"])

    def get_all_studies(self) -> list[FrozenStudy]:
        return [
            FrozenStudy(
                study_name=study["study_name"],
                direction=None,
                directions=[StudyDirection[name.upper()] for name in study["directions"]],
                user_attrs=attributes_from(study["user_attrs"]),
                system_attrs=attributes_from(study["system_attrs"]),
                study_id=study["study_id"],
            )
            for study in self._connection.get(f"{BASE}/studies")["studies"]
        ]

    # Trials.

    def create_new_trial(self, study_id: int, template_trial: FrozenTrial | None = None) -> int:
        body = {"template_trial": None if template_trial is None else trial_to(template_trial)}
        return int(self._connection.send("POST", f"{BASE}/studies/{_known(study_id)}/trials", body)["trial_id"])

    def set_trial_param(
        self, trial_id: int, param_name: str, param_value_internal: float, distribution: BaseDistribution
    ) -> None:
        body = {
            "name": param_name,
            "param_internal_value": to_number(param_value_internal),
            "distribution_json": distribution_to_json(distribution),
        }
        self._connection.send("PUT", f"{BASE}/trials/{_known(trial_id)}/params", body)

    def set_trial_state_values(
        self, trial_id: int, state: TrialState, values: Sequence[float] | None = None
    ) -> bool:
        body = {"state": state.name, "values": None if values is None else [to_number(value) for value in values]}
        return bool(self._connection.send("PUT", f"{BASE}/trials/{_known(trial_id)}/state", body)["trial_updated"])

    def set_trial_intermediate_value(self, trial_id: int, step: int, intermediate_value: float) -> None:
        body = {"step": int(step), "value": to_number(intermediate_value)}
        self._connection.send("PUT", f"{BASE}/trials/{_known(trial_id)}/intermediate-values", body)

    def set_trial_user_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._set_attribute(f"/trials/{_known(trial_id)}/user-attrs", key, value)

    def set_trial_system_attr(self, trial_id: int, key: str, value: Any) -> None:
        self._set_attribute(f"/trials/{_known(trial_id)}/system-attrs", key, value)

    def get_trial(self, trial_id: int) -> FrozenTrial:
        return trial_from(self._connection.get(f"{BASE}/trials/{_known(trial_id)}"))

    def get_trial_param(self, trial_id: int, param_name: str) -> float:
        """As it was set, also where its distribution does not know it."""
        for param in self._connection.get(f"{BASE}/trials/{_known(trial_id)}")["params"]:
            if param["name"] == param_name:
                return float(param["param_internal_value"])
        raise KeyError(param_name)

    def get_trial_id_from_study_id_trial_number(self, study_id: int, trial_number: int) -> int:
        return int(self._connection.get(f"{BASE}/studies/{_known(study_id)}/trials/number/{_known(trial_number)}")["trial_id"])

    def get_all_trials(
        self, study_id: int, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        wanted = None if states is None else [state for state in TrialState if state in states]
        if wanted is not None and not any(state.is_finished() for state in wanted):
            names = ",".join(state.name for state in wanted)
            data = self._connection.get(f"{BASE}/studies/{_known(study_id)}/trials?states={names}")
            return [trial_from(trial) for trial in data["trials"]]
        with self._lock:
            trials = self._read_what_is_new(study_id)
        if wanted is not None:
            trials = [trial for trial in trials if trial.state in wanted]
        return copy.deepcopy(trials) if deepcopy else trials

    def get_n_trials(
        self, study_id: int, state: tuple[TrialState, ...] | TrialState | None = None
    ) -> int:
        states = (state,) if isinstance(state, TrialState) else state
        return len(self.get_all_trials(study_id, deepcopy=False, states=states))

    def get_best_trial(self, study_id: int) -> FrozenTrial:
        """As Optuna's RDBStorage: complete trials without a value are passed over, and the first objective counts."""
        directions = self.get_study_directions(study_id)
        if len(directions) > 1:
            raise RuntimeError("Best trial can be obtained only for single-objective optimization.")
        trials = self.get_all_trials(study_id, deepcopy=False, states=(TrialState.COMPLETE,))
        valued = [(trial.values[0], trial) for trial in trials if trial.values]
        if not valued:
            raise ValueError("No trials are completed yet.")
        best = max if directions[0] == StudyDirection.MAXIMIZE else min
        return copy.deepcopy(best(valued, key=lambda item: item[0])[1])

    def _read_what_is_new(self, study_id: int) -> list[FrozenTrial]:
        seen = self._seen.setdefault(study_id, _Seen())
        query = f"?after_trial_id={seen.last_id}"
        include = ",".join(str(trial_id) for trial_id in sorted(seen.unfinished))
        if len(include) > _LONGEST_QUERY:
            query = f"?after_trial_id={min(seen.unfinished) - 1}"
        elif include:
            query += f"&include={include}"
        try:
            data = self._connection.get(f"{BASE}/studies/{_known(study_id)}/trials{query}")
        except KeyError:
            del self._seen[study_id]
            raise
        for item in data["trials"]:
            trial_id = item["trial_id"]
            if trial_id <= seen.last_id and trial_id not in seen.unfinished:
                continue
            trial = trial_from(item)
            seen.trials[trial_id] = trial
            seen.last_id = max(seen.last_id, trial_id)
            (seen.unfinished.discard if trial.state.is_finished() else seen.unfinished.add)(trial_id)
        return list(seen.trials.values())

    def _study(self, study_id: int) -> Any:
        return self._connection.get(f"{BASE}/studies/{_known(study_id)}")

    def _set_attribute(self, path: str, key: str, value: Any) -> None:
        self._connection.send("PUT", BASE + path, {"key": key, "value_json": json.dumps(value)})
