"""kill -9 under mixed load: what was acknowledged is kept, and what is repeated after the restart is there once.

SSEM_KILL_ROUNDS makes it longer (200 take a quarter of an hour), SSEM_KILL_SEED draws other moments.
"""

import base64
import collections
import http.client
import json
import os
import random
import sqlite3
import threading
import time
import uuid

from http_wire import ask
from served import Served
from stand_in_trainer import stand_in
from validating import POINT, VALIDATIONS, wait_for

ROUNDS = int(os.environ.get("SSEM_KILL_ROUNDS", "4"))
SEED = int(os.environ.get("SSEM_KILL_SEED", "1"))
LONGEST_ROUND_S = 0.8
QUEUED, ASKED = 1, 2  # studies: of the trials that are enqueued, and of those that are asked for
JOURNAL = "/api/v1/journals/load"
TRAINER = "import random\ntime.sleep(random.random() * 0.1)\nfinish()"


class Client(threading.Thread):
    """Sends one kind of change after another until the server is gone; keeps what was not answered for the next one."""

    def __init__(self, kind, load):
        super().__init__(daemon=True)
        self.kind, self.load = kind, load

    def run(self):
        try:
            while not self.load.ended.is_set():
                for request in self.kind(self.load):
                    self.load.send(*request)
        except (OSError, http.client.HTTPException):
            pass


class Load:
    """All that was sent, by its key, and what was answered."""

    def __init__(self):
        self.answered = {}  # by key: the answer's JSON, or None where it has none
        self.waiting = {}  # by key: the request whose answer has not come
        self.told = {}  # by trial: the value that was told
        self.begin(0)

    def begin(self, port):
        self.port, self.ended = port, threading.Event()

    def send(self, key, method, path, body, content_type="application/json"):
        self.waiting[key] = (method, path, body, content_type)
        while True:
            answer = ask(self.port, method, path, body, Idempotency_Key=key, Content_Type=content_type)
            if answer.status != 503:
                break
            time.sleep(0.02)
        assert answer.status in (200, 201, 202, 204), (path, answer.status, answer.body)
        self.answered[key] = json.loads(answer.body) if answer.body else None
        del self.waiting[key]
        return self.answered[key]

    def repeat(self):
        """With the keys of before, as a careful client does."""
        for key, request in sorted(self.waiting.items()):
            self.send(key, *request)

    def keys(self, kind):
        return [key for key in self.answered if key.startswith(kind)]


def key_of(kind):
    return f"{kind}-{uuid.uuid4().hex}"


def enqueue(_):
    key = key_of("enqueue")
    yield key, "POST", f"/api/v1/studies/{QUEUED}/enqueue", json.dumps({"params": {"loss_weight": 0.5}, "user_attrs": {"mark": key}})


def ask_and_tell(load):
    key = key_of("ask")
    yield key, "POST", f"/api/v1/studies/{ASKED}/ask", "{}"
    trial = load.answered[key]["trial_id"]
    load.told[trial] = random.random()
    yield key_of("tell"), "POST", f"/api/v1/trials/{trial}/tell", json.dumps({"values": [load.told[trial]]})


def write_journal(_):
    key = key_of("journal")
    yield key, "POST", JOURNAL, json.dumps({"mark": key}) + "\n", "application/x-ndjson"


def validate(_):
    yield key_of("validation"), "POST", VALIDATIONS, json.dumps(POINT)


def upload(_):
    key = key_of("artifact")
    file = "data:text/plain;base64," + base64.b64encode(key.encode() * 400).decode()
    yield key, "POST", f"/api/artifacts/{QUEUED}", json.dumps({"file": file, "filename": key})


KINDS = [enqueue, enqueue, ask_and_tell, ask_and_tell, write_journal, validate, upload]


def assert_all_is_there_once(server, load, folder):
    trials = ask(server.port, "GET", f"/api/v1/storage/studies/{QUEUED}/trials").json["trials"]
    marks = [json.loads(each["value_json"]) for trial in trials for each in trial["user_attrs"] if each["key"] == "mark"]
    assert sorted(marks) == sorted(load.keys("enqueue"))

    trials = {trial["trial_id"]: trial for trial in ask(server.port, "GET", f"/api/v1/storage/studies/{ASKED}/trials").json["trials"]}
    asked = [load.answered[key]["trial_id"] for key in load.keys("ask")]
    assert len(asked) == len(set(asked)) and sorted(asked) == sorted(trials)
    for trial, value in load.told.items():
        assert (trials[trial]["state"], trials[trial]["values"]) == ("COMPLETE", [value])

    lines = [json.loads(line)["mark"] for line in ask(server.port, "GET", JOURNAL).body.splitlines()]
    assert sorted(lines) == sorted(load.keys("journal"))

    jobs = [load.answered[key]["id"] for key in load.keys("validation")]
    assert len(jobs) == len(set(jobs)) and sorted(path.name for path in folder.glob("data/validations/*")) == sorted(jobs)
    newest = [job["id"] for job in ask(server.port, "GET", VALIDATIONS).json["validations"]]
    assert len(newest) == min(len(jobs), 100) and set(newest) <= set(jobs)

    shown = ask(server.port, "GET", f"/api/studies/{QUEUED}").json["artifacts"]
    assert sorted(item["filename"] for item in shown) == sorted(load.keys("artifact"))
    for item in shown[-20:]:
        assert ask(server.port, "GET", f"/artifacts/{QUEUED}/{item['artifact_id']}").body == item["filename"].encode() * 400


def test_what_is_acknowledged_before_a_kill_is_kept_and_what_is_repeated_after_it_is_done_once(tmp_path):
    source, load = random.Random(SEED), Load()
    flags = ["--storage", f"sqlite:///{tmp_path}/ssem.db", "--data-dir", str(tmp_path / "data"), "--artifact-dir", str(tmp_path / "files")]
    flags += ["--keep-jobs", "100000", "--max-queued-jobs", "1000", "--cpu-jobs", "2", "--log-level", "warn"]
    slowest = 0.0
    for number in range(ROUNDS + 1):
        begun = time.monotonic()
        with Served(*flags, environment=stand_in(tmp_path, TRAINER)) as server:
            slowest = max(slowest, time.monotonic() - begun)
            load.begin(server.port)
            if number == 0:
                for name in ("queued", "asked"):
                    ask(server.port, "POST", "/api/v1/studies", {"study_name": name, "problem": {"classes": 10, "batch_size": 512}})
            load.repeat()
            assert_all_is_there_once(server, load, tmp_path)
            if number == ROUNDS:
                for key in load.keys("validation"):
                    assert wait_for(server, load.answered[key]["id"])["state"] == "finished"
                assert server.stop() == 0
                break
            clients = [Client(kind, load) for kind in KINDS]
            for client in clients:
                client.start()
            time.sleep(source.uniform(0.05, LONGEST_ROUND_S))
            server.kill()
            load.ended.set()
            for client in clients:
                client.join(20)
                assert not client.is_alive()
    with sqlite3.connect(tmp_path / "ssem.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()
    counts = collections.Counter(key.partition("-")[0] for key in load.answered)
    assert set(counts) == {"enqueue", "ask", "tell", "journal", "validation", "artifact"}
    print(f"{ROUNDS} rounds, acknowledged {dict(counts)}, 0 lost, 0 twice; ready within {slowest:.2f} s")
