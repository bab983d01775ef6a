"""What the tests of validations share: asking for them, waiting, reading their events."""
import http.client
import json
import os
import time

from http_wire import ask

VALIDATIONS = "/api/v1/validations"
PROBLEM = {"classes": 4, "instances_per_class": 5, "dimension": 16}
POINT = {"problem": PROBLEM, "loss_weight": 0.5, "temperature": 0.1}
LIMIT_S = 120


def start(server, **fields):
    answer = ask(server.port, "POST", VALIDATIONS, {**POINT, **fields})
    assert answer.status == 202, answer.body
    return answer.json["id"]


def get(server, validation_id):
    answer = ask(server.port, "GET", f"{VALIDATIONS}/{validation_id}")
    assert answer.status == 200, answer.body
    return answer.json


def wait_until(condition, limit_s=LIMIT_S):
    """The first true value of the condition."""
    end = time.monotonic() + limit_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.03)


def wait_for(server, validation_id, *states):
    """The validation once it is in one of the states, or has ended."""
    wanted = states or ("finished", "failed", "cancelled")
    return wait_until(lambda: (job := get(server, validation_id))["state"] in wanted and job)


class EventStream:
    """An open stream of events; a context manager."""

    def __init__(self, server, validation_id, last=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=LIMIT_S)
        headers = {} if last is None else {"Last-Event-ID": str(last)}
        self.connection.request("GET", f"{VALIDATIONS}/{validation_id}/events", headers=headers)
        self.response = self.connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def __iter__(self):
        """(number, event) until the stream ends."""
        number, name = None, None
        while line := self.response.readline():
            field, _, value = line.decode().rstrip("\n").partition(": ")
            if field == "id":
                number = int(value)
            elif field == "event":
                name = value
            elif field == "data":
                event = json.loads(value)
                assert event["event"] == name
                yield number, event


def events_of(server, validation_id, last=None):
    with EventStream(server, validation_id, last) as stream:
        return list(stream)


def processes_with(mark):
    """Command lines of living processes whose environment has this text."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                if mark.encode() in file.read():
                    with open(f"/proc/{entry}/cmdline", "rb") as file:
                        found.append((int(entry), file.read().decode()))
        except OSError:
            pass
    return found


def marked_jobs():
    """Ids of the jobs of which any process lives, whoever started it."""
    found = set()
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/environ", "rb") as file:
                found.update(line[9:].decode() for line in file.read().split(b"\0") if line.startswith(b"SSEM_JOB="))
        except (OSError, NotADirectoryError):
            pass
    return found


def children_of(pid):
    """Every process below, zombies included."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    parents[int(entry)] = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                pass
    return [child for child, parent in parents.items() if parent == pid]

# A trainer that takes its time and ends when it is told to.
SLOW = """
signal.signal(signal.SIGTERM, lambda *_: (tell(event="finished", time_s=1, report=report("inconclusive")), os._exit(3)))
for step in range(1, 2000):
    progress(step, 2000)
    time.sleep(0.05)
finish()
"""
