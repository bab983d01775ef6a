"""Validations under what clients, operators and systems do to them at the wrong moment."""
import concurrent.futures
import json
import os
import signal
import threading
import time

import pytest
from http_wire import ask
from served import Served
from stand_in_trainer import stand_in
from validating import (
    POINT,
    PROBLEM,
    VALIDATIONS,
    EventStream,
    children_of,
    get,
    processes_with,
    start,
    wait_for,
    wait_until,
)

STUDIES = "/api/v1/studies"
STEPS = """
for step in range(1, {steps}):
    progress(step, {steps})
    time.sleep(0.1)
finish(within_class_variance=0.3)
"""
LONG = STEPS.format(steps=1000)
# Takes its time to end when it is asked to, as one does that writes a large checkpoint.
SLOW_END = "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(1.5), os._exit(3)))\n" + STEPS.format(steps=25)


@pytest.fixture
def serve(tmp_path):
    running = []

    def one(script="finish(within_class_variance=0.3)", *flags, data=tmp_path / "data", **environment):
        flags = ["--data-dir", str(data), "--storage", f"sqlite:///{tmp_path}/studies.db", *flags]
        running.append(Served(*flags, environment={**stand_in(tmp_path, script), **environment}).start())
        return running[-1]

    yield one
    for server in running:
        server.kill()


def study(server):
    answer = ask(server.port, "POST", STUDIES, {"problem": PROBLEM, "pruner": {"kind": "none"}})
    assert answer.status == 201, answer.body
    return answer.json["study_id"]


def run_of(server, study_id):
    answer = ask(server.port, "GET", f"{STUDIES}/{study_id}/run")
    assert answer.status == 200, answer.body
    return answer.json


def trials_of(server, study_id):
    return ask(server.port, "GET", f"{STUDIES}/{study_id}/trials").json["trials"]


@pytest.mark.parametrize("value", [
    {"id": 1, "state": "running"}, {"id": "x", "state": 7}, {"id": "x", "state": "running", "trials": "many"}, [1, 2], "running",
    {"id": "x", "state": "running", "trials": 9, "begun": 0, "validation": {"mode": 5}},
    {"id": "x", "state": "running", "trials": 9, "begun": 0, "validation": "all"},
    {"id": "x", "state": "running", "trials": 9, "begun": -(2**62), "why": {}, "validation": {"objective": [3]}},
])
def test_attributes_that_any_client_may_write_neither_end_the_server_nor_stop_the_next(serve, value):
    server = serve()
    study_id = study(server)
    assert ask(server.port, "POST", f"{STUDIES}/{study_id}/run", {"trials": 2}).status == 202
    for key in ("ssem:run", "ssem:validation_plan"):
        written = ask(server.port, "PUT", f"/api/v1/storage/studies/{study_id}/system-attrs", {"key": key, "value_json": json.dumps(value)})
        assert written.status < 300, written.body
    run_of(server, study_id)
    time.sleep(1.2)  # the run's own thread has looked
    assert ask(server.port, "GET", "/healthz").status == 200
    server.kill()
    again = serve()
    run_of(again, study_id)
    ask(again.port, "POST", f"{STUDIES}/{study_id}/ask", {"validate": True})
    time.sleep(1.2)
    assert ask(again.port, "GET", "/healthz").status == 200


def test_a_server_started_while_the_last_one_still_ends_takes_everything_up(serve):
    first = serve(SLOW_END)
    study_id = study(first)
    assert ask(first.port, "POST", f"{STUDIES}/{study_id}/run", {"trials": 2}).status == 202
    job = wait_until(lambda: run_of(first, study_id)["running"])[0]["validation_id"]
    wait_until(lambda: get(first, job)["progress"])
    first.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    second = serve(SLOW_END)
    assert first.process.poll() is None, "the first one must still be there for this test to say anything"
    assert ask(second.port, "GET", f"{VALIDATIONS}/{job}").status == 503  # not 404: it may be there
    wait_until(lambda: ask(second.port, "GET", f"{VALIDATIONS}/{job}").status == 200)
    wait_until(lambda: run_of(second, study_id)["state"] == "finished")
    assert get(second, job)["resumed"] == 1
    assert [trial["state"] for trial in trials_of(second, study_id)] == ["COMPLETE", "COMPLETE"]


def test_a_run_waits_for_room_in_the_queue(serve):
    server = serve(STEPS.format(steps=12), "--max-queued-jobs", "1")
    others = [start(server)]
    wait_for(server, others[0], "running")
    others.append(start(server))  # the queue is full
    study_id = study(server)
    assert ask(server.port, "POST", f"{STUDIES}/{study_id}/run", {"trials": 2}).status == 202
    wait_until(lambda: run_of(server, study_id)["state"] != "running")
    assert run_of(server, study_id)["state"] == "finished"
    assert [trial["state"] for trial in trials_of(server, study_id)] == ["COMPLETE", "COMPLETE"]


def test_a_full_queue_is_told_before_any_trial_exists(serve):
    server = serve(LONG, "--max-queued-jobs", "2")
    study_id = study(server)
    answer = ask(server.port, "POST", f"{STUDIES}/{study_id}/ask", {"count": 3, "validate": True})
    assert answer.status == 503 and answer.headers["retry-after"]
    assert trials_of(server, study_id) == []
    assert ask(server.port, "POST", f"{STUDIES}/{study_id}/ask", {"count": 2, "validate": True}).status == 200


def test_a_lease_does_not_end_a_trial_that_the_server_validates(serve):
    server = serve(STEPS.format(steps=30))
    wait_for(server, start(server), "running")  # so that the trial's own validation waits, and reports nothing
    study_id = study(server)
    trial = ask(server.port, "POST", f"{STUDIES}/{study_id}/ask", {"lease_s": 1}).json["trial_id"]
    answer = ask(server.port, "POST", f"{STUDIES}/{study_id}/trials/{trial}/validate")
    assert answer.status == 202, answer.body
    wait_until(lambda: trials_of(server, study_id)[0]["state"] != "RUNNING")
    assert [each["state"] for each in trials_of(server, study_id)] == ["COMPLETE"]


def test_a_retry_of_a_validated_trial_is_validated_anew(serve):
    """As Optuna's retry callback makes them: with every attribute of the trial that failed."""
    server = serve()
    study_id = study(server)
    first = ask(server.port, "POST", f"{STUDIES}/{study_id}/ask", {"validate": True}).json
    wait_for(server, first["validation_id"])
    system = [{"key": key, "value_json": json.dumps(value)} for key, value in
              {"ssem:validation": {"id": first["validation_id"], "trial_id": first["trial_id"]}, "ssem:run_id": "x",
               "fixed_params": first["params"]}.items()]
    made = ask(server.port, "POST", f"{STUDIES}/{study_id}/enqueue", {"params": first["params"]}).json["trial_id"]
    for each in system[:2]:
        assert ask(server.port, "PUT", f"/api/v1/storage/trials/{made}/system-attrs", each).status < 300
    begun = ask(server.port, "POST", f"{STUDIES}/{study_id}/run", {"trials": 2})
    assert begun.status == 202, begun.body
    wait_until(lambda: run_of(server, study_id)["state"] != "running")
    assert run_of(server, study_id)["state"] == "finished"
    assert [trial["state"] for trial in trials_of(server, study_id)] == ["COMPLETE"] * 3


def test_a_parent_that_ignored_its_children_leaves_no_hung_jobs(tmp_path, serve):
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # inherited by the server
    try:
        server = serve()
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert wait_for(server, start(server))["state"] == "finished"
    assert server.stop() == 0


def test_a_hundred_streams_take_no_thread_from_requests_and_have_a_bound_of_their_own(serve):
    server = serve(LONG, "--threads", "2", "--max-streams", "100")
    validation_id = start(server)
    streams = [EventStream(server, validation_id) for _ in range(100)]
    assert {stream.response.status for stream in streams} == {200}
    with EventStream(server, validation_id) as refused:
        assert refused.response.status == 503
    assert ask(server.port, "GET", "/api/v1/datasets").status == 200
    for stream in streams:
        stream.connection.close()


def test_a_server_that_stops_ends_its_streams_with_an_event(serve):
    server = serve(LONG)
    validation_id = start(server)
    with EventStream(server, validation_id) as stream:
        assert stream.response.status == 200
        assert server.stop() == 0
        assert stream.response.read().endswith(b"event: stopping\ndata: {}\n\n")


def test_the_same_key_at_once_is_one_job(serve):
    server = serve(STEPS.format(steps=5), "--cpu-jobs", "2")
    for turn in range(12):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            gate = threading.Barrier(8)

            def post(_):
                gate.wait()
                return ask(server.port, "POST", VALIDATIONS, POINT, Idempotency_Key=f"turn/{turn}").json["id"]

            assert len(set(pool.map(post, range(8)))) == 1
    listed = [job["id"] for job in ask(server.port, "GET", VALIDATIONS).json["validations"]]
    assert len(listed) == len(set(listed)) == 12


def test_planned_restarts_do_not_count_as_crashes(serve):
    polite = "signal.signal(signal.SIGTERM, lambda *_: os._exit(3))\n" + STEPS.format(steps=15)
    server = serve(polite)
    validation_id = start(server)
    for _ in range(5):
        wait_until(lambda: get(server, validation_id)["state"] == "running" and get(server, validation_id)["progress"])
        assert server.stop() == 0
        server = serve(polite)
    job = wait_for(server, validation_id)
    assert (job["state"], job["resumed"]) == ("finished", 5)


def test_a_cancel_survives_a_kill(serve):
    stubborn = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + LONG
    server = serve(stubborn)
    validation_id = start(server)
    wait_until(lambda: get(server, validation_id)["progress"])
    assert ask(server.port, "DELETE", f"{VALIDATIONS}/{validation_id}").status == 200
    server.kill()
    again = serve(stubborn)
    assert wait_for(again, validation_id)["state"] == "cancelled"
    assert processes_with(f"SSEM_JOB={validation_id}") == []


def test_a_stop_that_reaches_children_and_server_at_once_is_taken_up_again(serve):
    server = serve("signal.signal(signal.SIGTERM, lambda *_: os._exit(3))\n" + STEPS.format(steps=20), "--cpu-jobs", "3")
    ids = [start(server) for _ in range(3)]
    for each in ids:
        wait_until(lambda: get(server, each)["progress"])
    for pid in [*children_of(server.process.pid), server.process.pid]:
        os.kill(pid, signal.SIGTERM)
    assert server.process.wait(15) == 0
    again = serve(STEPS.format(steps=20), "--cpu-jobs", "3")
    assert [(wait_for(again, each)["state"], get(again, each)["resumed"]) for each in ids] == [("finished", 1)] * 3


def test_an_audit_in_progress_leaves_nothing_when_the_server_stops(tmp_path, serve):
    (tmp_path / "tmp").mkdir()
    server = Served(environment={**stand_in(tmp_path, "time.sleep(100)"), "TMPDIR": str(tmp_path / "tmp")}).start()
    answers = []

    def audit():
        answers.append(ask(server.port, "POST", "/api/v1/audits?format=csv", b"label,x\n0,1\n1,2\n",
                           Content_Type="application/octet-stream").status)

    asking = threading.Thread(target=audit)
    asking.start()
    wait_until(lambda: children_of(server.process.pid))
    assert server.stop() == 0
    asking.join(20)
    assert answers == [503]
    assert os.listdir(tmp_path / "tmp") == []


def test_a_file_that_unpacks_to_gigabytes_is_refused_as_what_it_is(serve):
    server = serve("held = bytearray(600 << 20)\ntime.sleep(100)", "--max-job-memory-mib", "200")
    answer = ask(server.port, "POST", "/api/v1/audits?format=csv", b"label,x\n0,1\n1,2\n",
                 Content_Type="application/octet-stream")  # fmt: skip
    assert answer.status == 422 and "more memory than an audit may have: 200 MiB" in answer.error["message"]


def test_an_end_without_a_report_is_a_failure(serve):
    server = serve("tell(event='finished', time_s=0.1)")
    job = wait_for(server, start(server))
    assert job["state"] == "failed" and "without a report" in job["error"]["message"]


def test_children_that_leave_their_session_are_no_zombies_for_long(serve, tmp_path):
    launcher = tmp_path / "launch"
    launcher.write_text("#!/bin/sh\nsetsid sh -c 'sleep 0.2' &\nexec \"$@\"\n")
    launcher.chmod(0o755)
    server = serve("finish()", "--launcher", str(launcher))
    for _ in range(3):
        assert wait_for(server, start(server))["state"] == "finished"
    wait_until(lambda: children_of(server.process.pid) == [], 15)


def test_a_number_from_another_server_s_stream_replays_from_the_start(serve):
    server = serve(STEPS.format(steps=10))
    validation_id = start(server)
    wait_until(lambda: get(server, validation_id)["progress"])
    with EventStream(server, validation_id, last=100_000) as stream:
        numbers = [number for number, event in stream]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) > 3
