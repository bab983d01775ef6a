"""Telling a trial over HTTP ends it as Optuna's own study.tell does."""
import math
import warnings

import optuna
import pytest
from http_wire import ask
from optuna_served import serve

from ssem_optuna import RestStorage, SsemClient

NAN = math.nan
UNTOLD = "untold"  # the argument is left out
CASES = [
    (0.5, None), (NAN, None), ([NAN], None), ([0.5], None), ([0.5, 1.0], None), ([], None), (None, None), (math.inf, None),
    (None, "PRUNED"), (None, "FAIL"), (0.5, "COMPLETE"), (NAN, "COMPLETE"), ([1.0, 2.0], "COMPLETE"), (None, "COMPLETE"),
    (0.5, "FAIL"), (0.5, "PRUNED"), ("high", None), ([None], None),
]  # fmt: skip
OF_TWO = [([0.5, 1.0], None), ([0.5, NAN], None), ([NAN, NAN], None), ([0.5], None), (0.5, None), ([1.0, NAN], "COMPLETE"), ([1, 2, 3], None)]


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


def by_optuna(directions, values, state, reports=()):
    """State and values, or None where Optuna refuses; and whether it warned."""
    study = optuna.create_study(directions=directions)
    trial = study.ask()
    for step, value in enumerate(reports):
        trial.report(value, step)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            told = study.tell(trial, values, state=None if state is None else optuna.trial.TrialState[state])
        except ValueError:
            assert study.trials[0].state == optuna.trial.TrialState.RUNNING
            return None, False
    return (told.state.name, told.values), bool(warned)


def by_client(server, directions, values, state, reports=()):
    client = SsemClient(server.url)
    study = client.create_study(directions=directions)
    trial = client.ask(study["study_id"])["trial_id"]
    for step, value in enumerate(reports):
        client.report(trial, step, value)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            client.tell(trial, values, state=state)
        except ValueError:
            assert client.trial(trial)["state"] == "RUNNING"
            return None, False
    told = RestStorage(server.url).get_trial(trial)
    assert told.state.name == client.trial(trial)["state"]
    return (told.state.name, told.values), bool(warned)


@pytest.mark.parametrize("values, state", CASES, ids=str)
def test_one_value(server, values, state):
    assert by_client(server, ["minimize"], values, state) == by_optuna(["minimize"], values, state)


@pytest.mark.parametrize("values, state", OF_TWO, ids=str)
def test_two_values(server, values, state):
    two = ["minimize", "maximize"]
    assert by_client(server, two, values, state) == by_optuna(two, values, state)


@pytest.mark.parametrize("reports", [(), (0.5,), (0.5, NAN), (NAN, 0.5)], ids=str)
def test_a_pruned_trial_takes_its_last_report_unless_that_is_none(server, reports):
    assert by_client(server, ["minimize"], None, "PRUNED", reports) == by_optuna(["minimize"], None, "PRUNED", reports)


def test_the_answer_says_why_and_telling_it_again_changes_nothing(server):
    study = ask(server.port, "POST", "/api/v1/studies", {}).json["study_id"]
    trial = ask(server.port, "POST", f"/api/v1/studies/{study}/ask", {}).json["trial_id"]
    path = f"/api/v1/trials/{trial}"
    told = ask(server.port, "POST", f"{path}/tell", {"values": ["nan"]})
    assert told.status == 200 and told.json["state"] == "FAIL" and told.json["values"] is None
    assert told.json["why_failed"] == "/values/0 must not be nan"
    again = ask(server.port, "POST", f"{path}/tell", {"value": "nan"})
    assert again.status == 200 and again.json == told.json
    assert ask(server.port, "POST", f"{path}/tell", {"value": 1}).status == 409
    assert "why_failed" not in ask(server.port, "GET", path).json


def test_a_search_goes_on_behind_trials_that_failed_by_nan(server):
    client = SsemClient(server.url)
    study = client.create_study(problem={"classes": 10, "batch_size": 64, "dimension": 32})["study_id"]
    with pytest.warns(UserWarning, match="must not be nan"):
        for _ in range(3):
            client.tell(client.ask(study)["trial_id"], NAN)
    client.tell(client.ask(study)["trial_id"], 0.5)
    assert [trial["number"] for trial in client.best_trials(study)] == [3]
    assert client.study(study)["trials"]["FAIL"] == 3
