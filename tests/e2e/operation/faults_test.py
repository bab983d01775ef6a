"""Calls of the system that fail under load (a library preloaded into the server): nothing acknowledged is lost, nothing is done
twice, and when the cause is gone the server is as before, without a restart."""

import http.client
import os
import sqlite3
import threading
import time
import uuid

import pytest
from http_wire import ask
from served import Served
from stand_in_trainer import stand_in

LIBRARY = os.environ.get("SSEM_FAULTY_CALLS", "")
CLIENTS = 4
FAULTY_S = float(os.environ.get("SSEM_FAULTY_SECONDS", "0.8"))
RECOVERY_S = 10

pytestmark = pytest.mark.skipif(not LIBRARY, reason="SSEM_FAULTY_CALLS names the library faulty_calls, which ctest does")

NETWORK = [
    *[f"accept4 {error} 0.5" for error in ("ECONNABORTED", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EPROTO", "EPERM", "EINTR")],
    *[f"recv {error} 0.2" for error in ("EINTR", "ECONNRESET", "ENOMEM")],
    *[f"send {error} 0.2" for error in ("EINTR", "ECONNRESET", "EPIPE", "ENOBUFS")],
    "epoll_wait EINTR 0.5",
]
DISK = [
    *[f"fdatasync {error} 0.1" for error in ("EIO", "ENOSPC")],
    *[f"fdatasync {error} 1" for error in ("EIO",)],
    *[f"pwrite64 {error} {share}" for error in ("EIO", "ENOSPC") for share in (0.05, 1)],
    "ftruncate64 EIO 0.5",
    "mmap64 ENOMEM 0.5",
    "pwrite64 ENOSPC 0.1;fdatasync EIO 0.1;send EINTR 0.2;accept4 ENFILE 0.2;epoll_wait EINTR 0.2",
]


class Faulty(Served):
    """A server in whose calls `faults` can be switched on."""

    def __init__(self, folder, faults, *flags, environment=None):
        self.switch = folder / "faults_are_on"
        preloaded = {"LD_PRELOAD": LIBRARY, "SSEM_FAULTS": faults, "SSEM_FAULTS_FILE": str(self.switch)}
        super().__init__(
            "--storage", f"sqlite:///{folder}/ssem.db", "--data-dir", str(folder / "data"), *flags,
            environment={**preloaded, **(environment or {})},
        )  # fmt: skip

    def wait_until_well(self):
        for _ in range(RECOVERY_S * 10):
            try:
                if ask(self.port, "GET", "/readyz").status == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.1)
        raise AssertionError(f"not ready {RECOVERY_S} s after the last fault: {self.lines[-20:]}")


def enqueue_until(enough, port, sent, acknowledged):
    """One client, whose marks it notes before they are sent, and again when the server has said that they are kept."""
    while not enough.is_set():
        mark = uuid.uuid4().hex
        sent.append(mark)
        body = {"params": {"loss_weight": 0.5, "temperature": 0.1}, "user_attrs": {"mark": mark}}
        try:
            answer = ask(port, "POST", "/api/v1/studies/1/enqueue", body, Idempotency_Key=mark)
        except (OSError, http.client.HTTPException):
            continue
        assert answer.status in (201, 500, 503), answer.body
        if answer.status == 201:
            acknowledged.append(mark)


@pytest.mark.parametrize("faults", NETWORK + DISK)
def test_what_is_acknowledged_under_faults_is_kept_once_and_the_server_recovers(faults, tmp_path):
    with Faulty(tmp_path, faults) as server:
        ask(server.port, "POST", "/api/v1/studies", {"study_name": "s", "problem": {"classes": 10, "batch_size": 512}})
        enough, sent, acknowledged = threading.Event(), [], []
        clients = [threading.Thread(target=enqueue_until, args=(enough, server.port, sent, acknowledged)) for _ in range(CLIENTS)]
        server.switch.touch()
        for client in clients:
            client.start()
        time.sleep(FAULTY_S)
        assert server.process.poll() is None, server.lines[-20:]
        server.switch.unlink()
        server.wait_until_well()
        under_faults = len(acknowledged)
        time.sleep(0.3)
        enough.set()
        for client in clients:
            client.join(20)
            assert not client.is_alive()
        assert len(acknowledged) > under_faults  # as before
        assert server.stop() == 0
    with sqlite3.connect(tmp_path / "ssem.db") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = database.execute("SELECT value_json FROM trial_user_attributes WHERE key = 'mark'").fetchall()
    kept = [row[0].strip('"') for row in rows]
    assert len(kept) == len(set(kept)) and set(acknowledged) <= set(kept) <= set(sent)


@pytest.mark.parametrize("faults", ["fork EAGAIN 1", "rename EIO 1", "fsync EIO 1", "write ENOSPC 1", "write EIO 0.3"])
def test_a_validation_that_cannot_begin_or_be_kept_is_said_to_fail_and_the_next_one_runs(faults, tmp_path):
    spec = {"problem": {"classes": 4, "instances_per_class": 5, "dimension": 8}, "loss_weight": 0.5, "temperature": 0.1}
    with Faulty(tmp_path, faults, environment=stand_in(tmp_path, "finish()")) as server:
        server.switch.touch()
        ends = []
        for _ in range(4):
            answer = ask(server.port, "POST", "/api/v1/validations", spec)
            assert answer.status in (202, 500, 503), answer.body
            if answer.status == 202:
                ends.append(answer.json["id"])
        time.sleep(0.5)
        server.switch.unlink()
        server.wait_until_well()
        answer = ask(server.port, "POST", "/api/v1/validations", spec)
        assert answer.status == 202, answer.body
        for name in [*ends, answer.json["id"]]:
            for _ in range(200):
                state = ask(server.port, "GET", f"/api/v1/validations/{name}").json["state"]
                if state in ("finished", "failed"):
                    break
                time.sleep(0.1)
            assert state in ("finished", "failed"), (name, state)
        assert state == "finished"  # the one after the faults
        assert server.stop() == 0
