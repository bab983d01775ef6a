"""Storage routes and files under everything that goes wrong: bad input, kill -9, locked, read-only and damaged files."""
import concurrent.futures
import os
import signal
import sqlite3
import threading

import optuna
import pytest
from http_wire import ask
from optuna_served import serve, url_of

from ssem_optuna import RestStorage

BASE = "/api/v1/storage"
FLOAT = '{"name":"FloatDistribution","attributes":{"step":null,"low":0.0,"high":1.0,"log":false}}'


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


@pytest.fixture
def ids(server):
    study = ask(server.port, "POST", f"{BASE}/studies", {"study_name": None, "directions": ["minimize"]}).json["study_id"]
    trial = ask(server.port, "POST", f"{BASE}/studies/{study}/trials", {"template_trial": None}).json["trial_id"]
    return study, trial


BAD = [
    ("PUT", "/trials/{t}/params", {"name": "x", "param_internal_value": 1, "distribution_json": text}, 422)
    for text in (
        "", "{", "[]", "1", '{"name":"Nope","attributes":{}}', '{"name":"FloatDistribution"}',
        '{"name":"FloatDistribution","attributes":{"low":2,"high":1,"step":null,"log":false}}',
        '{"name":"FloatDistribution","attributes":{"low":0,"high":1,"step":null,"log":true}}',
        '{"name":"FloatDistribution","attributes":{"low":NaN,"high":1,"step":null,"log":false}}',
        '{"name":"FloatDistribution","attributes":{"low":1,"high":2,"step":0.1,"log":true}}',
        '{"name":"IntDistribution","attributes":{"low":0,"high":5,"step":0,"log":false}}',
        '{"name":"IntDistribution","attributes":{"low":0.5,"high":5,"step":1,"log":false}}',
        '{"name":"CategoricalDistribution","attributes":{"choices":[]}}', "[" * 500,
    )
] + [
    ("POST", "/studies", {"study_name": "a", "directions": []}, 422),
    ("POST", "/studies", {"study_name": "a", "directions": ["sideways"]}, 400),
    ("POST", "/studies", {"study_name": 1, "directions": ["minimize"]}, 400),
    ("POST", "/studies", {"directions": ["minimize"], "more": 1}, 400),
    ("GET", "/studies?study_name=nobody", None, 404),
    ("GET", "/studies/999999", None, 404),
    ("GET", "/studies/1e3", None, 400),
    ("GET", "/studies/99999999999999999999", None, 400),
    ("GET", "/studies/{s}/trials?states=DONE", None, 400),
    ("GET", "/studies/{s}/trials?include=1", None, 400),
    ("GET", "/studies/{s}/trials/number/7", None, 404),
    ("DELETE", "/studies/999999", None, 404),
    ("POST", "/studies/999999/trials", {"template_trial": None}, 404),
    ("POST", "/studies/{s}/trials", {"template_trial": {"state": "COMPLETE", "values": ["nan"]}}, 422),
    ("POST", "/studies/{s}/trials", {"template_trial": {"state": "COMPLETE", "datetime_start": "yesterday"}}, 400),
    ("PUT", "/trials/{t}/params", {"name": "x", "param_internal_value": "nan", "distribution_json": FLOAT}, 422),
    ("PUT", "/trials/{t}/params", {"name": "x", "param_internal_value": None, "distribution_json": FLOAT}, 400),
    ("PUT", "/trials/{t}/state", {"state": "DONE", "values": None}, 400),
    ("PUT", "/trials/{t}/state", {"state": "COMPLETE", "values": ["nan"]}, 422),
    ("PUT", "/trials/{t}/state", {"state": "COMPLETE", "values": "1"}, 400),
    ("PUT", "/trials/{t}/intermediate-values", {"step": 1.5, "value": 1}, 400),
    ("PUT", "/trials/{t}/intermediate-values", {"step": 2**64, "value": 1}, 400),
    ("PUT", "/trials/{t}/user-attrs", {"key": "k", "value_json": "{"}, 422),
    ("PUT", "/trials/{t}/user-attrs", {"key": 1, "value_json": "1"}, 400),
    ("PUT", "/studies/{s}/system-attrs", {"key": "k"}, 400),
    ("PUT", "/trials/999999/state", {"state": "FAIL", "values": None}, 404),
]  # fmt: skip


@pytest.mark.parametrize("method, path, body, status", BAD, ids=lambda value: str(value)[:60])
def test_what_breaks_a_rule_is_refused_and_leaves_all_as_it_was(server, ids, method, path, body, status):
    study, trial = ids
    seen = lambda: [ask(server.port, "GET", f"{BASE}{of}").body for of in ("/studies", f"/studies/{study}/trials")]
    before = seen()
    answer = ask(server.port, method, BASE + path.replace("{s}", str(study)).replace("{t}", str(trial)), body)
    assert answer.status == status, answer.body
    assert answer.json["reason"] and answer.json["code"] == answer.error["code"]
    assert seen() == before


def test_large_attributes_are_kept_and_larger_bodies_refused(server, ids):
    study, trial = ids
    text = '"' + "x" * (1024 * 1024) + '"'
    assert ask(server.port, "PUT", f"{BASE}/trials/{trial}/user-attrs", {"key": "big", "value_json": text}).status == 200
    shown = ask(server.port, "GET", f"{BASE}/trials/{trial}").json
    assert shown["user_attrs"] == [{"key": "big", "value_json": text}]
    beyond = {"key": "big", "value_json": '"' + "x" * (9 * 1024 * 1024) + '"'}
    assert ask(server.port, "PUT", f"{BASE}/trials/{trial}/user-attrs", beyond).status == 413
    assert ask(server.port, "GET", f"{BASE}/trials/{trial}").json == shown


@pytest.mark.parametrize("name", ["", "'; DROP TABLE trials; --", "a/b%2F?x=1#y", '"\\', "\u0000\u202e\U0001f600", "x" * 3000])
def test_a_name_of_any_kind_goes_through_optuna_and_back(server, name):
    study = optuna.create_study(storage=RestStorage(server.url), study_name=name)
    trial = study.ask()
    trial.suggest_float(name, 0, 1)
    trial.set_user_attr(name, name)
    study.tell(trial, 1.0)
    again = optuna.load_study(storage=RestStorage(server.url), study_name=name)
    assert list(again.trials[0].params) == [name] and again.trials[0].user_attrs == {name: name}
    with pytest.raises(optuna.exceptions.DuplicatedStudyError):
        optuna.create_study(storage=RestStorage(server.url), study_name=name)


def test_times_before_the_start_and_far_away_are_kept(server, ids):
    study, _ = ids
    template = {
        "state": "COMPLETE", "values": [1], "datetime_start": "2030-01-01T00:00:00.000001+00:00",
        "datetime_complete": "1970-01-01T09:00:00.5+09:00",
    }  # fmt: skip
    made = ask(server.port, "POST", f"{BASE}/studies/{study}/trials", {"template_trial": template}).json
    shown = ask(server.port, "GET", f"{BASE}/trials/{made['trial_id']}").json
    assert shown["datetime_start"] == "2030-01-01T00:00:00.000001+00:00"
    assert shown["datetime_complete"] == "1970-01-01T00:00:00.500000+00:00"


def test_every_write_that_was_acknowledged_survives_kill_9_of_sixteen_writers(tmp_path):
    url = url_of(tmp_path / "a.db")
    running = serve(url).start()
    study = ask(running.port, "POST", f"{BASE}/studies", {"study_name": "s", "directions": ["minimize"]}).json["study_id"]
    acknowledged = []
    enough = threading.Event()

    def write(writer):
        number = 0
        while True:
            try:
                made = ask(running.port, "POST", f"{BASE}/studies/{study}/trials", {"template_trial": None})
                body = {"key": "who", "value_json": f"[{writer}, {number}]"}
                kept = ask(running.port, "PUT", f"{BASE}/trials/{made.json['trial_id']}/user-attrs", body)
                assert kept.status == 200
            except (OSError, ValueError, TypeError):
                return
            acknowledged.append((made.json["trial_id"], body["value_json"]))
            number += 1
            if len(acknowledged) > 300:
                enough.set()

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        writers = [pool.submit(write, writer) for writer in range(16)]
        assert enough.wait(60)
        os.kill(running.process.pid, signal.SIGKILL)
        for writer in writers:
            writer.result(60)
    running.kill()
    with serve(url, port=running.port) as back:
        trials = ask(back.port, "GET", f"{BASE}/studies/{study}/trials").json["trials"]
        kept = {trial["trial_id"]: trial["user_attrs"] for trial in trials}
        assert [trial["number"] for trial in trials] == list(range(len(trials)))
        for trial_id, value_json in acknowledged:
            assert kept[trial_id] == [{"key": "who", "value_json": value_json}]
    with sqlite3.connect(tmp_path / "a.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_locked_file_is_503_with_retry_after_and_works_again(tmp_path):
    file = tmp_path / "a.db"
    with serve(url_of(file)) as running:
        study = ask(running.port, "POST", f"{BASE}/studies", {"study_name": "s", "directions": ["minimize"]}).json["study_id"]
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answer = ask(running.port, "POST", f"{BASE}/studies/{study}/trials", {"template_trial": None})
        assert answer.status == 503 and int(answer.headers["retry-after"]) >= 1
        assert answer.json["code"] == "unavailable" and str(tmp_path) not in answer.json["reason"]
        # Reading goes on meanwhile.
        assert ask(running.port, "GET", f"{BASE}/studies/{study}/trials").json == {"trials": []}
        other.execute("ROLLBACK")
        other.close()
        assert ask(running.port, "POST", f"{BASE}/studies/{study}/trials", {"template_trial": None}).status == 201


def damage(path):
    data = bytearray(path.read_bytes())
    data[4096 : 4096 * 6] = os.urandom(4096 * 5)
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [
    lambda path: path.write_bytes(path.read_bytes()[: 4096 * 3 + 100]),
    lambda path: path.write_bytes(b"not a database" * 500),
    damage,
], ids=["cut off", "no database", "damaged"])  # fmt: skip
def test_a_broken_file_is_refused_at_the_start_and_left_as_it_is(tmp_path, harm):
    file = tmp_path / "a.db"
    with serve(url_of(file)) as running:
        study = optuna.create_study(storage=RestStorage(running.url))
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=20)
        assert running.stop() == 0
    harm(file)
    broken = file.read_bytes()
    server = serve(url_of(file))
    with pytest.raises((RuntimeError, TimeoutError)):
        server.start()
    assert "ssem serve: storage" in "\n".join(server.lines)
    assert file.read_bytes() == broken


def test_two_programs_share_a_file_and_each_sees_the_other_s_trials(tmp_path):
    url = url_of(tmp_path / "a.db")
    with serve(url) as running:
        ours = optuna.create_study(storage=RestStorage(running.url), study_name="s")
        theirs = optuna.load_study(storage=optuna.storages.RDBStorage(url), study_name="s")
        for _ in range(5):
            ours.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
            theirs.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
        assert [trial.number for trial in ours.trials] == list(range(10))
        assert [trial.params for trial in ours.trials] == [trial.params for trial in theirs.trials]
