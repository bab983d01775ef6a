"""The same random operations on several of Optuna's storages, and what each of them answers."""
import math
from dataclasses import dataclass, field
from datetime import datetime

from optuna.study._frozen import FrozenStudy
from optuna.trial import FrozenTrial
from random_values import NAMES, RandomValues

UNKNOWN_IDS = [10**6, -1, 2**31, 2**63 - 1, 2**63, -(2**63), 2**64]
FEWEST_STUDIES = 3
MOST_STUDIES = 6
MOST_TRIALS = 40


@dataclass
class Study:
    ids: tuple  # one of each storage
    objectives: int
    trials: list  # of tuples of ids
    params: dict = field(default_factory=dict)  # names that were set, by the trial's ids
    is_odd: bool = False  # has complete trials with other values than objectives


@dataclass
class Outcome:
    """What an operation gave: a comparable answer, or the type of the exception."""

    answer: object = None
    refused: type | None = None
    message: str = ""

    def __str__(self):
        return f"{self.refused.__name__}({self.message[:80]})" if self.refused else repr(self.answer)[:300]


@dataclass
class Operation:
    """One call: `name` of the method, `arguments` after the id, `study` that it concerns."""

    name: str
    arguments: tuple
    study: Study | None
    outcomes: list
    is_again: bool = False  # the trial has this parameter

    def __str__(self):
        return f"{self.name}{self.arguments!r}"[:600]


def comparable(value):
    """Without ids and the times that a storage gives itself; nan is equal to nan."""
    if isinstance(value, FrozenTrial):
        return (
            value.number, value.state.name, comparable(value.values), comparable(value.params), comparable(value.distributions),
            comparable(value.user_attrs), comparable(value.system_attrs), comparable(value.intermediate_values),
            given_time(value.datetime_start), given_time(value.datetime_complete),
        )  # fmt: skip
    if isinstance(value, FrozenStudy):
        name = "no-name" if value.study_name.startswith("no-name-") else value.study_name
        return name, [direction.name for direction in value.directions], comparable(value.user_attrs), comparable(value.system_attrs)
    if isinstance(value, dict):
        return {key: comparable(value[key]) for key in value}
    if isinstance(value, (list, tuple)):
        return [comparable(item) for item in value]
    if isinstance(value, float):
        return "nan" if math.isnan(value) else value
    return value


def given_time(moment: datetime | None):
    """What a template said; of the others only that there is one."""
    if moment is None:
        return None
    return moment.isoformat(timespec="microseconds") if moment.year == 2026 and moment.month < 11 or moment.year > 2026 else "now"


class RandomOperations:
    """Draws operations and makes each on all of `storages`."""

    def __init__(self, source, storages):
        self.source = source
        self.draw = RandomValues(source)
        self.storages = storages
        self.studies = []
        self.made = 0

    def on_all(self, name, study, *arguments, ids=None, change=comparable):
        """`ids`: the first argument, one for each storage."""
        outcomes = []
        for place, storage in enumerate(self.storages):
            first = () if ids is None else (ids[place],)
            try:
                answer = getattr(storage, name)(*first, *arguments)
            except Exception as refused:  # which is what is compared
                outcomes.append(Outcome(refused=type(refused), message=str(refused)))
            else:
                outcomes.append(Outcome(answer=change(answer)))
        self.made += 1
        return Operation(name, (ids, *arguments) if ids is not None else arguments, study, outcomes)

    def next(self):
        """One operation, done."""
        if len(self.studies) < FEWEST_STUDIES or (len(self.studies) < MOST_STUDIES and self.source.random() < 0.02):
            return self.create_study()
        study = self.source.choice(self.studies)
        if self.source.random() < (0.002 if len(study.trials) < MOST_TRIALS else 0.02):
            return self.delete_study(study)
        kinds = [self.create_trial, self.change_trial, self.change_trial, self.change_trial, self.read_trial, self.change_study, self.read_study]
        return self.source.choice(kinds)(study)

    def create_study(self):
        directions = self.draw.directions()
        name = None if self.source.random() < 0.1 else self.draw.text()
        new = []
        operation = self.on_all("create_new_study", None, directions, name, change=lambda answer: new.append(answer))
        if not any(outcome.refused for outcome in operation.outcomes):
            operation.study = Study(tuple(new), len(directions), [])
            self.studies.append(operation.study)
        elif len(new) < len(self.storages):
            self.forget(name)
        return operation

    def forget(self, name):
        """A study that only some have taken."""
        if name not in [self.storages[0].get_study_name_from_id(study.ids[0]) for study in self.studies]:
            self.on_all("delete_study", None, ids=[self.id_named(storage, name) for storage in self.storages])

    @staticmethod
    def id_named(storage, name):
        return next((study._study_id for study in storage.get_all_studies() if study.study_name == name), UNKNOWN_IDS[0])

    def delete_study(self, study):
        self.studies.remove(study)
        return self.on_all("delete_study", None, ids=study.ids)

    def study_ids(self, study):
        return (self.source.choice(UNKNOWN_IDS),) * len(self.storages) if self.source.random() < 0.03 else study.ids

    def trial_ids(self, study):
        if not study.trials or self.source.random() < 0.03:
            return (self.source.choice(UNKNOWN_IDS),) * len(self.storages)
        return self.source.choice(study.trials[-8:] if self.source.random() < 0.7 else study.trials)

    def create_trial(self, study):
        template = self.draw.template(study.objectives) if self.source.random() < 0.4 else None
        ids, new = self.study_ids(study), []
        operation = self.on_all("create_new_trial", study, template, ids=ids, change=lambda answer: new.append(answer))
        if len(new) == len(self.storages):
            study.trials.append(tuple(new))
            if template:
                study.params[tuple(new)] = set(template.params)
        if template and not operation.outcomes[0].refused:
            self.note_values(study, template.state, template.values)
        return operation

    def note_values(self, study, state, values):
        if state.name == "COMPLETE" and (values is None or len(values) != study.objectives):
            study.is_odd = True

    def change_trial(self, study):
        ids = self.trial_ids(study)
        kind = self.source.choice(["param", "state", "intermediate", "user", "system"])
        if kind == "param":
            return self.set_param(study, ids)
        if kind == "state":
            state = self.draw.state()
            values = self.draw.values(study.objectives) if state.name == "COMPLETE" or self.draw.is_at_the_edge() else None
            operation = self.on_all("set_trial_state_values", study, state, values, ids=ids)
            if not operation.outcomes[0].refused:
                self.note_values(study, state, values)
            return operation
        if kind == "intermediate":
            return self.on_all("set_trial_intermediate_value", study, self.draw.step(), self.draw.number(with_nan=True), ids=ids)
        return self.on_all(f"set_trial_{kind}_attr", study, self.draw.text(), self.draw.attribute(), ids=ids)

    def set_param(self, study, ids):
        known = study.params.setdefault(ids, set())
        name, value, distribution = self.draw.param()
        if name in known and not self.draw.is_at_the_edge():
            name, value, distribution = self.draw.param(next((other for other in NAMES if other not in known), name))
        operation = self.on_all("set_trial_param", study, name, value, distribution, ids=ids)
        operation.is_again = name in known
        if not operation.outcomes[0].refused:
            known.add(name)
        return operation

    def read_trial(self, study):
        ids = self.trial_ids(study)
        name = self.source.choice([
            "get_trial", "get_trial_number_from_id", "get_trial_params", "get_trial_user_attrs", "get_trial_system_attrs", "get_trial_param",
        ])  # fmt: skip
        return self.on_all(name, study, *([self.source.choice(["x", "y", "absent"])] if name == "get_trial_param" else []), ids=ids)

    def change_study(self, study):
        name = self.source.choice(["set_study_user_attr", "set_study_system_attr"])
        return self.on_all(name, study, self.draw.text(), self.draw.attribute(), ids=self.study_ids(study))

    def read_study(self, study):
        ids = self.study_ids(study)
        name = self.source.choice([
            "get_study_name_from_id", "get_study_directions", "get_study_user_attrs", "get_study_system_attrs", "get_best_trial", "get_n_trials",
            "get_all_trials", "get_trial_id_from_study_id_trial_number", "get_study_id_from_name", "get_all_studies",
        ])  # fmt: skip
        if name == "get_all_studies":
            return self.on_all(name, None)
        if name == "get_study_id_from_name":
            return self.on_all(name, study, self.draw.text(), change=lambda _: "an id")
        if name == "get_study_name_from_id":
            return self.on_all(name, study, ids=ids, change=lambda name: "no-name" if name.startswith("no-name-") else name)
        if name == "get_n_trials":
            states = self.draw.states()
            return self.on_all(name, study, states, ids=ids)
        if name == "get_all_trials":
            return self.on_all(name, study, self.source.random() < 0.5, self.draw.states(), ids=ids)
        if name == "get_trial_id_from_study_id_trial_number":
            edges = [-1, 0, len(study.trials) - 1, len(study.trials), 2**63, 10**6]
            number = self.source.choice(edges) if self.draw.is_at_the_edge() else self.source.randrange(MOST_TRIALS)
            return self.on_all(name, study, number, ids=ids, change=lambda _: "an id")
        return self.on_all(name, study, ids=ids)

    def whole_study(self, study):
        """Everything that is kept of it."""
        return [
            self.on_all("get_all_trials", study, ids=study.ids), self.on_all("get_study_user_attrs", study, ids=study.ids),
            self.on_all("get_study_system_attrs", study, ids=study.ids),
        ]  # fmt: skip
