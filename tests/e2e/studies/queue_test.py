"""The queue of a study, and a search space beside a problem: what tuners in any language see."""
import json
import os
import pathlib
import re
import subprocess

import optuna
import pytest
from http_wire import ask
from optuna_served import serve, url_of

from ssem_optuna import RestStorage, SsemClient

PROBLEM = {"classes": 10, "batch_size": 64, "dimension": 64}
RATE = {"type": "float", "low": 1e-4, "high": 0.1, "log": True}

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


@pytest.fixture
def client(server):
    return SsemClient(server.url)


def test_what_is_queued_is_answered_and_shown_with_its_parameters(client):
    study = client.create_study(problem=PROBLEM)["study_id"]
    given = {"temperature": 0.25, "head": None, "layers": [1, 2], "deep": True}
    queued = client.enqueue(study, given)
    assert queued["state"] == "WAITING" and queued["params"] == given
    assert client.trial(queued["trial_id"])["params"] == given == client.trials(study)[0]["params"]
    # Once it runs it has what it was asked for.
    assert client.ask(study)["params"].keys() == {"loss_weight", "temperature"}
    assert client.trial(queued["trial_id"])["params"]["temperature"] == 0.25


QUEUE = [
    {"x": 0.5}, {"x": 0.5000001}, {"x": 0.51}, {"x": 0.5, "y": 1.0}, {"y": 1.0, "x": 0.5}, {"x": "a"}, {"x": "a"},
    {"x": None}, {"x": None}, {"x": True}, {"x": False}, {"x": True}, {}, {}, {"x": 1e-9}, {"x": 0.0}, {"x": -0.5},
]  # fmt: skip


def test_skipping_what_exists_queues_what_optuna_queues(client):
    stock = optuna.create_study()
    for params in QUEUE:
        stock.enqueue_trial(params, skip_if_exists=True)
    study = client.create_study(directions=["minimize"])["study_id"]
    for params in QUEUE:
        client.enqueue(study, params, skip_if_exists=True)
    expected = [trial.system_attrs["fixed_params"] for trial in stock.trials]
    assert [trial["params"] for trial in client.trials(study)] == expected
    client.enqueue(study, QUEUE[0])
    assert len(client.trials(study)) == len(expected) + 1


OUTSIDE = {"layers": [9, -1, 2**63, -(2**63) - 1, 10**30, 3.5, "3", True, None, [3]], "wide": [2**63, -(2**63) - 1, -(2**63) - 9, -(10**30), 9.3e18, -9.3e18]}
WITHIN = {"layers": [1, 8, 8.0, 3], "wide": [2**63 - 1, -(2**63), 0]}
SPACE = {
    "layers": {"type": "int", "low": 1, "high": 8}, "wide": {"type": "int", "low": -(2**63), "high": 2**63 - 1},
    "rate": {"type": "float", "low": 0, "high": 1},
}  # fmt: skip


def test_an_integer_outside_its_range_is_refused_with_its_name_and_others_are_queued(server, client):
    study = client.create_study(search_space=SPACE, seed=1)["study_id"]
    path = f"/api/v1/studies/{study}/enqueue"
    for name, values in OUTSIDE.items():
        for value in values:
            refused = ask(server.port, "POST", path, {"params": {"rate": 0.5, name: value}})
            assert refused.status == 422 and refused.error["fields"][0]["path"] == f"/params/{name}", (value, refused.body)
            assert f"an integer from {SPACE[name]['low']} to {SPACE[name]['high']}, got " in refused.error["message"]
    assert client.trials(study) == []
    for name, values in WITHIN.items():
        for value in values:
            queued = client.enqueue(study, {name: value, "rate": 7.0, "unknown": "as Optuna: taken as it is"})
            assert client.ask(study)["params"][name] == int(value) and queued["state"] == "WAITING"


def test_a_skipped_one_is_answered_with_the_trial_that_is_there(server, client):
    study = client.create_study(search_space={"x": {"type": "float", "low": 0, "high": 1}}, seed=1)["study_id"]
    asked = client.ask(study)
    client.tell(asked["trial_id"], 1.0)
    path = f"/api/v1/studies/{study}/enqueue"
    found = ask(server.port, "POST", path, {"params": asked["params"], "skip_if_exists": True})
    assert found.status == 200 and found.json["trial_id"] == asked["trial_id"] and found.json["state"] == "COMPLETE"
    assert ask(server.port, "POST", path, {"params": {"x": 0.123}, "skip_if_exists": True}).status == 201
    refused = ask(server.port, "POST", path, {"params": {}, "skip_if_exists": "yes"})
    assert refused.status == 400 and refused.error["fields"][0]["path"] == "/skip_if_exists"


def test_a_search_space_beside_a_problem_joins_the_pair(client):
    study = client.create_study(problem=PROBLEM, search_space={"lr": RATE})["study_id"]
    advice = client.recommend(PROBLEM)
    first = client.ask(study)
    assert list(first["params"]) == ["loss_weight", "temperature", "lr"]
    assert [first["params"][name] for name in ("loss_weight", "temperature")] == [advice["loss_weight"], advice["temperature"]]
    assert list(client.study(study)["plan"]["search_space"]) == ["loss_weight", "temperature", "lr"]


def test_a_space_that_names_one_of_the_pair_keeps_its_own(client):
    own = {"type": "float", "low": 0.05, "high": 0.1}
    study = client.create_study(problem=PROBLEM, search_space={"temperature": own, "lr": RATE})["study_id"]
    space = client.study(study)["plan"]["search_space"]
    assert list(space) == ["loss_weight", "temperature", "lr"]
    assert space["temperature"]["attributes"] == {"step": None, "low": 0.05, "high": 0.1, "log": False}
    for _ in range(6):
        params = client.ask(study)["params"]
        assert 0.05 <= params["temperature"] <= 0.1


def test_without_a_problem_a_space_is_all_that_is_searched(client):
    study = client.create_study(search_space={"lr": RATE})["study_id"]
    assert list(client.ask(study)["params"]) == ["lr"]


def test_stock_optuna_is_advised_on_the_joined_space_too(server, client):
    study = client.create_study("joined", problem=PROBLEM, search_space={"lr": RATE})
    trial = optuna.load_study(study_name="joined", storage=RestStorage(server.url)).ask()
    assert trial.system_attrs["fixed_params"].keys() == {"loss_weight", "temperature", "lr"}
    assert client.study(study["study_id"])["trials"]["RUNNING"] == 1


MOVED = {
    "batch_size": (PROBLEM, [256, 384, 512]),
    "dimension": (PROBLEM, [8, 16, 128]),
    "views": (PROBLEM, [2, 3, 4]),
    "classes_per_batch": ({**PROBLEM, "sampling": "balanced"}, [4, 5, 8]),
    "instances_per_class": ({"classes": 10, "instances_per_class": 6, "dimension": 64}, [8, 16, 32]),
}


@pytest.mark.parametrize("field", MOVED)
def test_a_parameter_that_the_problem_knows_moves_the_prediction_of_its_trial(client, field):
    problem, choices = MOVED[field]
    space = {field: {"type": "categorical", "choices": choices}}
    study = client.create_study(problem=problem, search_space=space, seed=3)["study_id"]
    told = 0
    for _ in range(10):
        trial = client.ask(study)
        params = trial["params"]
        own = {**problem, field: params[field]}
        seen = client.evaluate(own, loss_weight=params["loss_weight"], temperature=params["temperature"])
        assert not seen["collapsed"]
        said = [line for line in trial["why"] if "predicted within-class variance" in line]
        for line in said:
            told += 1
            assert f"{field} {params[field]}" in line
            variance = float(line.split("predicted within-class variance of ")[1].split(";")[0])
            assert variance == pytest.approx(seen["within_class_variance"], abs=6e-4, rel=6e-3)
        client.tell(trial["trial_id"], abs(seen["within_class_variance"] - 0.4))
    assert told >= 5


def test_the_queue_survives_a_restart(tmp_path):
    with serve(url_of(tmp_path / "a.db")) as first:
        study = SsemClient(first.url).create_study(problem=PROBLEM)["study_id"]
        queued = SsemClient(first.url).enqueue(study, {"temperature": 0.2})
        first.kill()
    with serve(url_of(tmp_path / "a.db"), port=first.port):
        client = SsemClient(first.url, retry_s=5)
        assert client.trial(queued["trial_id"]) == queued
        assert client.enqueue(study, {"temperature": 0.2}, skip_if_exists=True) == queued


def test_the_lines_of_the_readme_do_what_they_say(tmp_path):
    section = (pathlib.Path(os.environ["SSEM_SOURCE_DIR"]) / "README.md").read_text().split("## Tuning")[1].split("\n## ")[0]
    lines = [line for line in re.findall(r"(?:^    .*\n)+", section, re.M) if "curl" in line or "post " in line]
    assert len(lines) == 2
    with serve() as running:
        script = f"set -e\n{''.join(lines)}".replace("localhost:8080", f"127.0.0.1:{running.port}")
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=True, cwd=tmp_path)
        answers = [json.loads(text) for text in re.sub(r"\}\{", "}\n{", done.stdout).splitlines()]
    assert not [answer for answer in answers if "error" in answer]
    assert len(answers) == 9 and answers[2]["state"] == "COMPLETE" and answers[-1]["state"] == "PRUNED"
    asked = answers[5]
    assert asked["params"]["lr"] == 0.01 and asked["params"].keys() == {"loss_weight", "temperature", "lr", "batch_size"}
    assert answers[6] == {"should_prune": False} and answers[7]["lease_expires"] > asked["lease_expires"]
