"""Trials between the server's JSON and Optuna's objects."""
from __future__ import annotations

import functools
import json
import math
from datetime import datetime, timezone
from typing import Any

from optuna.distributions import BaseDistribution, distribution_to_json, json_to_distribution
from optuna.trial import FrozenTrial, TrialState


def to_number(value: float) -> float | str:
    """JSON has no name for what is not finite; the server takes these texts."""
    value = float(value)
    if math.isfinite(value):
        return value
    return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")


def _moment(text: str | None) -> datetime | None:
    """Optuna's trials carry local time without a zone."""
    return None if text is None else datetime.fromisoformat(text).astimezone().replace(tzinfo=None)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(timezone.utc).isoformat(timespec="microseconds")


@functools.lru_cache(maxsize=4096)
def distribution_from(text: str) -> BaseDistribution:
    """Distributions never change, and a study has few: each is read once."""
    return json_to_distribution(text)


def attributes_from(items: list[dict[str, str]]) -> dict[str, Any]:
    """Attributes by key, in the server's order."""
    return {item["key"]: json.loads(item["value_json"]) for item in items}


def _attributes(attributes: dict[str, Any]) -> list[dict[str, str]]:
    return [{"key": key, "value_json": json.dumps(value)} for key, value in attributes.items()]


def trial_from(data: dict[str, Any]) -> FrozenTrial:
    """An object of the server as Optuna's trial."""
    params = {}
    distributions = {}
    for param in data["params"]:
        distribution = distribution_from(param["distribution_json"])
        distributions[param["name"]] = distribution
        params[param["name"]] = distribution.to_external_repr(float(param["param_internal_value"]))
    values = data["values"]
    return FrozenTrial(
        number=data["number"],
        state=TrialState[data["state"]],
        value=None,
        values=None if values is None else [float(value) for value in values],
        datetime_start=_moment(data["datetime_start"]),
        datetime_complete=_moment(data["datetime_complete"]),
        params=params,
        distributions=distributions,
        user_attrs=attributes_from(data["user_attrs"]),
        system_attrs=attributes_from(data["system_attrs"]),
        intermediate_values={item["step"]: float(item["value"]) for item in data["intermediate_values"]},
        trial_id=data["trial_id"],
    )


def trial_to(trial: FrozenTrial) -> dict[str, Any]:
    """A trial for the server, which gives number and id itself."""
    return {
        "state": trial.state.name,
        "values": None if trial.values is None else [to_number(value) for value in trial.values],
        "datetime_start": _text(trial.datetime_start),
        "datetime_complete": _text(trial.datetime_complete),
        "params": [
            {
                "name": name,
                "param_internal_value": to_number(trial.distributions[name].to_internal_repr(value)),
                "distribution_json": distribution_to_json(trial.distributions[name]),
            }
            for name, value in trial.params.items()
        ],
        "user_attrs": _attributes(trial.user_attrs),
        "system_attrs": _attributes(trial.system_attrs),
        "intermediate_values": [
            {"step": int(step), "value": to_number(value)} for step, value in trial.intermediate_values.items()
        ],
    }
