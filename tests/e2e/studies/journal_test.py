"""Journals and the export over plain HTTP."""
import concurrent.futures
import json
import sqlite3
import subprocess
import sys
import threading

import optuna
import pytest
from http_wire import ask
from optuna_served import serve, trials_of, url_of

from ssem_optuna import RestJournalBackend, RestStorage

LINES = "application/x-ndjson"
JOURNALS = "/api/v1/journals"


@pytest.fixture(params=["memory", "sqlite"])
def server(request, tmp_path):
    with serve("memory:" if request.param == "memory" else url_of(tmp_path / "a.db")) as running:
        yield running
        assert running.stop() == 0


def append(port, name, body, **headers):
    return ask(port, "POST", f"{JOURNALS}/{name}", body=body, **{"Content_Type": LINES, **headers})


def test_lines_come_back_to_the_letter_from_any_number_on(server):
    first = b'{"a":NaN, "b":-Infinity}\n{ "c" : "\xc3\xa9\\u0000" }\n'
    assert append(server.port, "j", first).json == {"log_count": 2}
    assert append(server.port, "j", b'{"d":1e999}\n').json == {"log_count": 3}
    answer = ask(server.port, "GET", f"{JOURNALS}/j")
    assert answer.body == first + b'{"d":1e999}\n' and answer.headers["content-type"] == LINES
    assert ask(server.port, "GET", f"{JOURNALS}/j?from=2").body == b'{"d":1e999}\n'
    for beyond in (3, 4, 2**53 - 1):
        assert ask(server.port, "GET", f"{JOURNALS}/j?from={beyond}").body == b""
    assert ask(server.port, "GET", f"{JOURNALS}/nobody").body == b""
    assert ask(server.port, "GET", JOURNALS).json == {"journals": [{"name": "j", "log_count": 3}]}


def test_an_append_is_all_or_nothing_and_the_fault_is_named(server):
    append(server.port, "j", b'{"a":1}\n')
    for body, path in [
        (b'{"a":1}\n{"b":2}', "/1"),
        (b'{"a":1}\n\n', "/1"),
        (b'{"a":1}\n[1]\n', "/1"),
        (b'{"a":}\n', "/0"),
        (b'{"a":"\xff"}\n', "/0"),
        (b'{"a":1}\n{"b":1}\x00\n', "/1"),
    ]:
        answer = append(server.port, "j", body)
        assert answer.status == 400
        assert [fault["path"] for fault in answer.error["fields"]] == [path]
    assert ask(server.port, "GET", f"{JOURNALS}/j").body == b'{"a":1}\n'
    assert append(server.port, "j", b'{"a":1}\n', Content_Type="application/json").status == 415
    assert append(server.port, "x" * 513, b'{"a":1}\n').status == 400
    assert ask(server.port, "GET", f"{JOURNALS}/j?from=-1").status == 400


def test_a_repeated_append_is_answered_and_not_done_again(server):
    for _ in range(3):
        assert append(server.port, "j", b'{"a":1}\n', Idempotency_Key="me/1").json == {"log_count": 1}
    assert append(server.port, "j", b'{"a":1}\n', Idempotency_Key="me/2").json == {"log_count": 2}


def test_a_journal_is_deleted_by_its_name(server):
    append(server.port, "a%2Fb%20c", b'{"a":1}\n')
    assert ask(server.port, "GET", JOURNALS).json["journals"][0]["name"] == "a/b c"
    assert ask(server.port, "DELETE", f"{JOURNALS}/a%2Fb%20c").status == 200
    assert ask(server.port, "DELETE", f"{JOURNALS}/a%2Fb%20c").status == 404
    assert ask(server.port, "GET", JOURNALS).json == {"journals": []}


def test_many_writers_lose_and_mix_no_line(server):
    def write(writer):
        for number in range(20):
            lines = b"".join(b'{"w":%d,"n":%d,"k":%d}\n' % (writer, number, k) for k in range(3))
            assert append(server.port, "j", lines).status == 200

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(16)))
    lines = [json.loads(line) for line in ask(server.port, "GET", f"{JOURNALS}/j").body.splitlines()]
    assert len(lines) == 16 * 20 * 3
    for start in range(0, len(lines), 3):
        assert [line["k"] for line in lines[start : start + 3]] == [0, 1, 2]
        assert len({(line["w"], line["n"]) for line in lines[start : start + 3]}) == 1
    for writer in range(16):
        assert [line["n"] for line in lines if line["w"] == writer and line["k"] == 0] == list(range(20))


def test_a_journal_survives_a_crash(tmp_path):
    url = url_of(tmp_path / "a.db")
    first = serve(url).start()
    storage = optuna.storages.JournalStorage(RestJournalBackend(first.url, "team"))
    study = optuna.create_study(storage=storage, study_name="s", sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=5)
    before = trials_of(study.trials)
    first.kill()
    with serve(url, port=first.port) as back:
        again = optuna.load_study(
            study_name="s", storage=optuna.storages.JournalStorage(RestJournalBackend(back.url, "team"))
        )
        assert trials_of(again.trials) == before


def test_the_export_is_a_whole_file_of_optuna_while_others_write(server, tmp_path):
    study = optuna.create_study(storage=RestStorage(server.url), study_name="s")
    gone = optuna.create_study(storage=RestStorage(server.url), study_name="gone")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1) + trial.suggest_int("n", 1, 3), n_trials=10)
    optuna.delete_study(study_name="gone", storage=RestStorage(server.url))
    append(server.port, "j", b'{"a":1}\n')
    stop = threading.Event()

    def write():
        other = optuna.create_study(storage=RestStorage(server.url))
        while not stop.is_set():
            other.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            answer = ask(server.port, "GET", "/api/v1/export/optuna.sqlite")
            assert answer.status == 200 and answer.headers["content-type"] == "application/vnd.sqlite3"
            path = tmp_path / f"copy{number}.sqlite"
            path.write_bytes(answer.body)
            with sqlite3.connect(path) as database:
                assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert database.execute("PRAGMA foreign_key_check").fetchall() == []
                assert database.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
    finally:
        stop.set()
        writer.join()
    copy = optuna.load_study(study_name="s", storage=optuna.storages.RDBStorage(url_of(path)))
    assert trials_of(copy.trials) == trials_of(study.trials)
    assert copy._study_id == study._study_id
    listed = subprocess.run(
        [sys.executable, "-c", "from optuna.cli import main; main()", "studies", "--storage", url_of(path), "-f", "json"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "s" in [row["name"] for row in json.loads(listed.stdout)]
    # The copy can be served, and knows the journal and which ids are used up.
    with serve(url_of(path)) as second:
        assert ask(second.port, "GET", f"{JOURNALS}/j").body == b'{"a":1}\n'
        assert trials_of(optuna.load_study(study_name="s", storage=RestStorage(second.url)).trials) == trials_of(copy.trials)
        assert optuna.create_study(storage=RestStorage(second.url))._study_id > gone._study_id
