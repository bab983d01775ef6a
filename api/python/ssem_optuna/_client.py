"""The server's routes as typed calls, for tuners of any kind."""
from __future__ import annotations

import time
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Union, cast
from urllib.parse import quote, urlencode

from ssem_optuna._connection import Connection
from ssem_optuna._trials import to_number

_POLL_S = 0.3
_LONGEST_QUERY = 4000  # characters of an address

Number = Union[float, str]  # a number, or "inf", "-inf", "nan"


class Asked(TypedDict):
    """A trial to run."""

    trial_id: int
    number: int
    params: dict[str, Any]
    lease_expires: str | None
    why: list[str]


class Reported(TypedDict):
    """A value on the way."""

    step: int
    value: Number


class _Told(TypedDict, total=False):
    why_failed: str  # in the answer to a tell whose values made the trial fail


class Trial(_Told):
    """A trial, parameters by name."""

    trial_id: int
    study_id: int
    number: int
    state: str
    params: dict[str, Any]
    values: list[Number] | None
    datetime_start: str | None
    datetime_complete: str | None
    lease_expires: str | None
    user_attrs: dict[str, Any]
    intermediate_values: list[Reported]
    why: list[str]


class Validation(TypedDict, total=False):
    """A validation by training: what was asked, how far it is, what came of it."""

    id: str
    state: str
    mode: str
    dataset: str | None
    device: str | None
    problem: dict[str, Any]
    loss_weight: float | None
    temperature: float
    progress: dict[str, Any] | None
    verdict: str | None
    predicted: dict[str, Any] | None
    report: dict[str, Any] | None
    error: dict[str, Any] | None
    resumed: int
    trial_id: int | None
    artifacts: list[str]


class StudyRun(TypedDict):
    """How far a study's run on the server is."""

    state: str
    trials: int
    begun: int
    done: int
    why: str | None
    validation: dict[str, Any] | None
    running: list[dict[str, Any]]


class Study(TypedDict):
    """A study, how it is searched, and how many trials it has in each state."""

    study_id: int
    study_name: str
    directions: list[str]
    plan: dict[str, Any]
    trials: dict[str, int]
    user_attrs: dict[str, Any]


class Margin(TypedDict):
    """Distance to collapse, negative when collapsed."""

    loss_weight_logit: Number
    log_temperature: Number


class AdviceWarning(TypedDict):
    """What a reader must know besides."""

    code: str
    message: str


class Evaluation(TypedDict, total=False):
    """What a loss weight and temperature do to a problem; the fields that most programs need."""

    problem: dict[str, Any]
    loss_weight: float | None
    temperature: float
    collapsed: bool
    loss_weight_threshold: float
    temperature_threshold: Number
    view_split: bool
    within_class_variance: float | None
    between_class_variance: float | None
    max_within_class_variance: float | None
    margin: Margin
    warnings: list[AdviceWarning]


class Recommendation(Evaluation, total=False):
    """An evaluation at the recommended point, and how it was found."""

    feasible: bool
    why: list[str]
    alternatives: list[dict[str, Any]]
    what_to_type: list[dict[str, Any]]


class SsemClient:
    """Talks to an ``ssem serve``; safe to share between threads.

    Changes are made exactly once, even when the connection breaks in between. Refusals are ``ValueError`` (what you
    sent), ``KeyError`` (what is not there), Optuna's own errors, or :class:`~ssem_optuna.ServerError`.

    Args:
        url: Where the server listens, such as ``http://127.0.0.1:8080``.
        api_key: What the server was started with as ``--api-key``.
        timeout_s: How long one answer may take.
        retry_s: For how long a request is repeated when the server cannot be reached.
    """

    def __init__(
        self, url: str, *, api_key: str | None = None, timeout_s: float = 60.0, retry_s: float = 10.0
    ) -> None:
        self._connection = Connection(url, api_key, timeout_s, retry_s)

    # Advice.

    def evaluate(self, problem: Mapping[str, Any], *, loss_weight: float | None, temperature: float) -> Evaluation:
        """What this pair does: collapse, thresholds, predicted geometry."""
        body = {**problem, "temperature": temperature}
        if loss_weight is not None:
            body["loss_weight"] = loss_weight
        return cast(Evaluation, self._connection.send("POST", "/api/v1/evaluations", body))

    def recommend(
        self,
        problem: Mapping[str, Any],
        *,
        target_within_class_variance: float | None = None,
        loss_weight: float | None = None,
        temperature: float | None = None,
    ) -> Recommendation:
        """The pair to train with; at most one of the two may be held fixed."""
        body = {
            **problem,
            **_given(
                target_within_class_variance=target_within_class_variance,
                loss_weight=loss_weight,
                temperature=temperature,
            ),
        }
        return cast(Recommendation, self._connection.send("POST", "/api/v1/recommendations", body))

    def phase_diagram(self, problem: Mapping[str, Any], **axes: Any) -> dict[str, Any]:
        """Axes, predicted variances and the boundary of collapse; `axes` such as ``loss_weights=64``."""
        fields = {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in problem.items()}
        query = urlencode({**fields, **axes})
        return cast("dict[str, Any]", self._connection.get(f"/api/v1/phase-diagram?{query}"))

    # Validations.

    def validate(
        self,
        problem: Mapping[str, Any],
        *,
        loss_weight: float | None = None,
        temperature: float | None = None,
        **training: Any,
    ) -> Validation:
        """Starts a validation; without loss weight and temperature, of the recommended pair.

        `training` is ``mode``, ``dataset``, ``model``, ``optimizer``, ``budget``, ``device``, ``seed``, ``restarts``.
        """
        body: dict[str, Any] = {"problem": dict(problem), **training}
        if loss_weight is None and temperature is None:
            body["recommend"] = True
        body.update(_given(loss_weight=loss_weight, temperature=temperature))
        return cast(Validation, self._connection.send("POST", "/api/v1/validations", body))

    def validation(self, validation_id: str) -> Validation:
        """State, progress and report."""
        return cast(Validation, self._connection.get(f"/api/v1/validations/{quote(validation_id, safe='')}"))

    def validations(self) -> list[Validation]:
        """The latest, newest first."""
        return cast("list[Validation]", self._connection.get("/api/v1/validations")["validations"])

    def wait_for_validation(self, validation_id: str, *, timeout_s: float | None = None) -> Validation:
        """Returns when the validation has ended; ``TimeoutError`` when that takes longer than `timeout_s`."""
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            found = self.validation(validation_id)
            if found["state"] not in ("queued", "running"):
                return found
            if end is not None and time.monotonic() > end:
                raise TimeoutError(f"validation {validation_id} is still {found['state']}")
            time.sleep(_POLL_S)

    def cancel_validation(self, validation_id: str) -> Validation:
        """Asks it to stop."""
        return cast(
            Validation, self._connection.send("DELETE", f"/api/v1/validations/{quote(validation_id, safe='')}")
        )

    # Studies.

    def create_study(
        self,
        study_name: str | None = None,
        *,
        directions: Sequence[str] = ("minimize",),
        problem: Mapping[str, Any] | None = None,
        search_space: Mapping[str, Any] | None = None,
        sampler: str | None = None,
        seed: int | None = None,
        pruner: Mapping[str, Any] | None = None,
        max_retry: int | None = None,
        warm_start: Sequence[str] | None = None,
        validation: Mapping[str, Any] | None = None,
        load_if_exists: bool = False,
    ) -> Study:
        """Creates a study that the server searches; with a problem, by the theory's leave.

        ``warm_start`` names studies of the server whose results the search begins with.
        """
        body = {
            "directions": list(directions),
            "load_if_exists": load_if_exists,
            **_given(
                study_name=study_name,
                problem=problem,
                search_space=search_space,
                sampler=sampler,
                seed=seed,
                pruner=pruner,
                max_retry=max_retry,
                warm_start=None if warm_start is None else list(warm_start),
                validation=validation,
            ),
        }
        return cast(Study, self._connection.send("POST", "/api/v1/studies", body))

    def studies(self) -> list[Study]:
        """Every study."""
        return cast("list[Study]", self._connection.get("/api/v1/studies")["studies"])

    def study_named(self, study_name: str) -> Study:
        """The study with a name; ``KeyError`` when there is none."""
        name = quote(study_name, safe="")
        if len(name) > _LONGEST_QUERY:
            found = [study for study in self.studies() if study["study_name"] == study_name]
        else:
            found = cast("list[Study]", self._connection.get(f"/api/v1/studies?study_name={name}")["studies"])
        if not found:
            raise KeyError(study_name)
        return found[0]

    def study(self, study_id: int) -> Study:
        """The study with an id."""
        return cast(Study, self._connection.get(f"/api/v1/studies/{study_id}"))

    def delete_study(self, study_id: int) -> None:
        """Deletes a study and its trials."""
        self._connection.send("DELETE", f"/api/v1/studies/{study_id}")

    def ask(
        self,
        study_id: int,
        *,
        search_space: Mapping[str, Any] | None = None,
        client_id: str | None = None,
        lease_s: float | None = None,
        validate: bool | Mapping[str, Any] | None = None,
    ) -> Asked:
        """The next trial to run. A client that asks again gets its pending trial again.

        With `validate` the server trains with the parameters and tells the trial what it measured.
        """
        body = _given(search_space=search_space, client_id=client_id, lease_s=lease_s, validate=validate)
        return cast(Asked, self._connection.send("POST", f"/api/v1/studies/{study_id}/ask", body))

    def ask_many(
        self,
        study_id: int,
        count: int,
        *,
        search_space: Mapping[str, Any] | None = None,
        client_id: str | None = None,
        lease_s: float | None = None,
    ) -> list[Asked]:
        """Several trials to run at once."""
        body = {"count": count, **_given(search_space=search_space, client_id=client_id, lease_s=lease_s)}
        return cast("list[Asked]", self._connection.send("POST", f"/api/v1/studies/{study_id}/ask", body)["trials"])

    def enqueue(
        self,
        study_id: int,
        params: Mapping[str, Any],
        *,
        user_attrs: Mapping[str, Any] | None = None,
        skip_if_exists: bool = False,
    ) -> Trial:
        """Puts a trial into the queue; parameters that are not given are suggested when it is asked for.

        With `skip_if_exists` the first trial that has these parameters is returned, should there be one.
        """
        body = {"params": params, **_given(user_attrs=user_attrs, skip_if_exists=skip_if_exists or None)}
        return cast(Trial, self._connection.send("POST", f"/api/v1/studies/{study_id}/enqueue", body))

    def report(self, trial_id: int, step: int, value: float) -> bool:
        """Keeps a value on the way; True when the trial should be given up."""
        body = {"step": step, "value": to_number(value)}
        return bool(self._connection.send("POST", f"/api/v1/trials/{trial_id}/report", body)["should_prune"])

    def heartbeat(self, trial_id: int, *, lease_s: float | None = None) -> str | None:
        """Renews the trial's lease; until when."""
        path = f"/api/v1/trials/{trial_id}/heartbeat"
        return cast("str | None", self._connection.send("POST", path, _given(lease_s=lease_s))["lease_expires"])

    def tell(self, trial_id: int, values: Sequence[float] | float | None = None, *, state: str | None = None) -> Trial:
        """Ends a trial: with its values, or with the state ``PRUNED`` or ``FAIL``.

        As in Optuna: without a state, values that are missing, not one per objective, or no numbers (NaN) end it as
        ``FAIL``, with a warning that says why.
        """
        body: dict[str, Any] = _given(state=state)
        if values is not None and (isinstance(values, str) or not isinstance(values, Sequence)):
            values = [values]
        if values is not None:
            body["values"] = [_told(value) for value in values]
        trial = self._connection.send("POST", f"/api/v1/trials/{trial_id}/tell", body)
        why = trial.get("why_failed")
        if why is not None:
            warnings.warn(f"trial {trial['number']} failed: {why}", stacklevel=2)
        return cast(Trial, trial)

    def trials(self, study_id: int, *, states: Sequence[str] | None = None) -> list[Trial]:
        """The trials of a study, or those in some states."""
        query = "" if states is None else f"?states={','.join(states)}"
        return cast("list[Trial]", self._connection.get(f"/api/v1/studies/{study_id}/trials{query}")["trials"])

    def trial(self, trial_id: int) -> Trial:
        """The trial with an id."""
        return cast(Trial, self._connection.get(f"/api/v1/trials/{trial_id}"))

    def validate_trial(self, study_id: int, trial_id: int, **plan: Any) -> str:
        """Has the server measure a running trial; the id of the validation."""
        path = f"/api/v1/studies/{study_id}/trials/{trial_id}/validate"
        return str(self._connection.send("POST", path, plan)["id"])

    def run_study(self, study_id: int, trials: int, *, validation: Mapping[str, Any] | None = None) -> StudyRun:
        """Begins a run of so many (more) trials on the server."""
        body = {"trials": trials, **_given(validation=validation)}
        return cast(StudyRun, self._connection.send("POST", f"/api/v1/studies/{study_id}/run", body))

    def study_run(self, study_id: int) -> StudyRun:
        """How far the run is."""
        return cast(StudyRun, self._connection.get(f"/api/v1/studies/{study_id}/run"))

    def stop_study_run(self, study_id: int, *, now: bool = False) -> StudyRun:
        """Begins no more trials; with `now` cancels the running ones too."""
        query = "?now=true" if now else ""
        return cast(StudyRun, self._connection.send("DELETE", f"/api/v1/studies/{study_id}/run{query}"))

    def best_trials(self, study_id: int) -> list[Trial]:
        """The best trial, or with several objectives the Pareto front, of those that meet their constraints."""
        return cast("list[Trial]", self._connection.get(f"/api/v1/studies/{study_id}/best-trials")["trials"])


def _told(value: Any) -> float | str:
    """What is no number is told as the one that is none."""
    try:
        return to_number(value)
    except (TypeError, ValueError):
        return "nan"


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
