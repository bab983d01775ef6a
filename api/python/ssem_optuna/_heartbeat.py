"""Signs of life of Optuna's workers, kept by the server."""
from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Callable, Optional

from optuna.exceptions import ExperimentalWarning
from optuna.storages._heartbeat import BaseHeartbeat
from optuna.trial import FrozenTrial

from ssem_optuna._connection import BASE, Connection

if TYPE_CHECKING:
    from optuna.study import Study

StaleTrialCallback = Optional[Callable[["Study", FrozenTrial], None]]


class HeartbeatOnServer(BaseHeartbeat):
    """The part of a storage by which ``Study.optimize`` notices workers that were killed, as Optuna's RDBStorage has it.

    The server's clock judges, so the workers' clocks may differ.
    """

    _connection: Connection

    def __init__(
        self, heartbeat_interval: int | None, grace_period: int | None, stale_trial_callback: StaleTrialCallback
    ) -> None:
        for name, seconds in (("heartbeat_interval", heartbeat_interval), ("grace_period", grace_period)):
            if seconds is not None and seconds <= 0:
                raise ValueError(f"The value of `{name}` should be a positive integer.")
        if heartbeat_interval is not None:
            warnings.warn("heartbeat_interval is experimental in Optuna", ExperimentalWarning, stacklevel=3)
        self.heartbeat_interval = heartbeat_interval
        self.grace_period = grace_period
        self.heartbeat_stale_trial_callback = stale_trial_callback

    def record_heartbeat(self, trial_id: int) -> None:
        """Notes that the trial's worker lives."""
        self._connection.send("PUT", f"{BASE}/trials/{trial_id}/heartbeat")

    def _get_stale_trial_ids(self, study_id: int) -> list[int]:
        assert self.heartbeat_interval is not None
        grace_s = self.grace_period or 2 * self.heartbeat_interval
        answer = self._connection.get(f"{BASE}/studies/{study_id}/stale-trials?grace_s={int(grace_s)}")
        return list(answer["trial_ids"])

    def get_heartbeat_interval(self) -> int | None:
        """Every so many seconds; None: never."""
        return self.heartbeat_interval

    def get_heartbeat_stale_trial_callback(self) -> StaleTrialCallback:
        """What is called with each trial that was failed."""
        return self.heartbeat_stale_trial_callback

    def get_failed_trial_callback(self) -> StaleTrialCallback:
        """The same by the name that it had before Optuna 4.9."""
        return self.heartbeat_stale_trial_callback
