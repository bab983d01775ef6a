"""A loss of power at any moment: of what was written but not synced any part is gone, and yet nothing acknowledged is.

SSEM_POWER_LOSSES makes it longer (2000 take a quarter of an hour), SSEM_POWER_SEED draws others.
"""

import base64
import itertools
import json
import os
import random
import shutil
import sqlite3
import threading

import pytest
from http_wire import ask
from replayed_disk import Disk, entries
from served import Served
from stand_in_trainer import stand_in
from validating import POINT, VALIDATIONS

LIBRARY = os.environ.get("SSEM_RECORDED_WRITES", "")
LOSSES = int(os.environ.get("SSEM_POWER_LOSSES", "40"))
SEED = int(os.environ.get("SSEM_POWER_SEED", "1"))
CLIENTS = 3
CHANGES = 60  # by each client

pytestmark = pytest.mark.skipif(not LIBRARY, reason="SSEM_RECORDED_WRITES names the library recorded_writes, which ctest does")


def flags(folder):
    return ["--storage", f"sqlite:///{folder}/ssem.db", "--data-dir", f"{folder}/data", "--artifact-dir", f"{folder}/files"]


class Recorded:
    """What clients were told, each with how long the record was by then."""

    def __init__(self, server, record):
        self.server, self.record = server, record
        self.acknowledged = []  # (length, kind, what)
        self.lock = threading.Lock()

    def change(self, kind, what, method, path, body, content_type="application/json"):
        answer = ask(self.server.port, method, path, body, Content_Type=content_type)
        assert answer.status in (200, 201, 202), answer.body
        with self.lock:
            self.acknowledged.append((self.record.stat().st_size, kind, what or answer.json["id"]))

    def client(self, number):
        kinds = itertools.cycle(["mark", "mark", "told", "line", "job", "file"])
        for count in range(CHANGES):
            name, kind = f"{number} {count}", next(kinds)
            if kind == "mark":
                body = {"params": {"loss_weight": 0.5}, "user_attrs": {"mark": name, "filler": "x" * random.Random(name).randrange(9000)}}
                self.change(kind, name, "POST", "/api/v1/studies/1/enqueue", json.dumps(body))
            elif kind == "told":
                trial = ask(self.server.port, "POST", "/api/v1/studies/2/ask", {}).json["trial_id"]
                self.change(kind, trial, "POST", f"/api/v1/trials/{trial}/tell", json.dumps({"values": [0.5]}))
            elif kind == "line":
                self.change(kind, name, "POST", "/api/v1/journals/j", json.dumps({"mark": name}) + "\n", "application/x-ndjson")
            elif kind == "job":
                self.change(kind, None, "POST", VALIDATIONS, json.dumps(POINT))
            else:
                file = "data:;base64," + base64.b64encode(name.encode() * 3000).decode()
                self.change(kind, name, "POST", "/api/artifacts/1", json.dumps({"file": file, "filename": name}))


def record_a_load(tmp_path, folder):
    record = tmp_path / "record"
    environment = {"LD_PRELOAD": LIBRARY, "SSEM_RECORDED_FOLDER": str(folder), "SSEM_RECORD_FILE": str(record)}
    with Served(*flags(folder), environment={**environment, **stand_in(tmp_path, "finish()")}) as server:
        load = Recorded(server, record)
        for name in ("marks", "told"):
            ask(server.port, "POST", "/api/v1/studies", {"study_name": name, "problem": {"classes": 10, "batch_size": 512}})
        clients = [threading.Thread(target=load.client, args=(number,)) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        server.kill()
    assert len(load.acknowledged) == CLIENTS * CHANGES
    return record, load.acknowledged


def kept_by(server):
    """What is there, by kind."""
    trials = ask(server.port, "GET", "/api/v1/storage/studies/1/trials").json.get("trials", [])
    told = ask(server.port, "GET", "/api/v1/storage/studies/2/trials").json.get("trials", [])
    shown = ask(server.port, "GET", "/api/studies/1").json.get("artifacts", [])
    return {
        "mark": [json.loads(each["value_json"]) for trial in trials for each in trial["user_attrs"] if each["key"] == "mark"],
        "told": [trial["trial_id"] for trial in told if trial["state"] == "COMPLETE"],
        "line": [json.loads(line)["mark"] for line in ask(server.port, "GET", "/api/v1/journals/j").body.splitlines() if b"mark" in line],
        "job": [job["id"] for job in ask(server.port, "GET", VALIDATIONS).json["validations"]],
        "file": [
            item["filename"] for item in shown
            if ask(server.port, "GET", f"/artifacts/1/{item['artifact_id']}").body == item["filename"].encode() * 3000
        ],
    }  # fmt: skip


def assert_nothing_acknowledged_is_lost(folder, acknowledged, environment, told):
    with Served(*flags(folder), "--log-level", "warn", environment=environment) as server:
        kept = kept_by(server)
        for kind, found in kept.items():
            expected = [what for of, what in acknowledged if of == kind]
            assert len(found) == len(set(found)) and set(expected) <= set(found), (told, kind, set(expected) - set(found))
        assert server.stop() == 0
    with sqlite3.connect(folder / "ssem.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)], told
    database.close()


def test_after_a_loss_of_power_everything_acknowledged_is_there_and_the_database_is_whole(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    record, acknowledged = record_a_load(tmp_path, folder)
    source = random.Random(SEED)
    ends = [end for end, *_ in entries(record)]
    moments = iter(sorted(source.sample(range(len(ends)), min(LOSSES, len(ends)))))
    environment, disk = stand_in(tmp_path, "finish()"), Disk()
    moment, checked = next(moments), 0
    for number, (end, *change) in enumerate(entries(record)):
        disk.take(*change)
        if number != moment:
            continue
        left = tmp_path / "left"
        left.mkdir()
        disk.after_loss(source, folder, left)
        sure = [(kind, what) for length, kind, what in acknowledged if length <= end]
        assert_nothing_acknowledged_is_lost(left, sure, environment, f"after change {number} of {len(ends)}")
        shutil.rmtree(left)
        checked += 1
        moment = next(moments, -1)
    print(f"{checked} losses of power among {len(ends)} changes with {len(acknowledged)} acknowledged operations: 0 lost")
    assert checked == min(LOSSES, len(ends)) and disk.kept
