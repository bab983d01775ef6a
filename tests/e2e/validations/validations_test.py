"""Validation jobs over HTTP, with scripts in ssem-train's place so that what they do is known."""
import concurrent.futures
import json
import os
import subprocess
import threading
import time

import pytest
from http_wire import ask
from served import Served
from stand_in_trainer import stand_in
from validating import (
    LIMIT_S,
    POINT,
    PROBLEM,
    VALIDATIONS,
    EventStream,
    children_of,
    events_of,
    get,
    processes_with,
    start,
    wait_for,
    wait_until,
)

SLOW = """
signal.signal(signal.SIGTERM, lambda *_: (tell(event="finished", time_s=1, report=report("inconclusive")), os._exit(3)))
for step in range(1, 2000):
    progress(step, 2000)
    time.sleep(0.05)
finish()
"""


@pytest.fixture
def serve(tmp_path):
    """serve(script, *flags): a server whose jobs run the script, its data in tmp_path/data."""
    running = []

    def one(script, *flags, port=0, data=tmp_path / "data"):
        environment = stand_in(tmp_path, script)
        server = Served("--data-dir", str(data), *flags, port=port, environment=environment).start()
        running.append(server)
        return server

    yield one
    for server in running:
        server.kill()


def test_a_job_is_accepted_runs_and_its_report_is_there(serve):
    server = serve("progress(5, 10); open('output/curve.csv', 'w').write('step\\n') if os.path.isdir('output') else None; finish()")
    answer = ask(server.port, "POST", VALIDATIONS, POINT)
    assert answer.status == 202
    assert answer.headers["location"] == answer.json["status_url"] == f"{VALIDATIONS}/{answer.json['id']}"
    assert answer.json["events_url"] == answer.json["status_url"] + "/events"
    job = wait_for(server, answer.json["id"])
    assert (job["state"], job["verdict"], job["error"], job["resumed"]) == ("finished", "confirmed", None, 0)
    assert job["report"]["measured"]["within_class_variance"] == 0.25
    assert job["predicted"]["loss_weight"] == 0.5
    assert job["progress"]["step"] == 5
    assert job["created_at"] <= job["started_at"] <= job["finished_at"]
    listed = ask(server.port, "GET", VALIDATIONS).json["validations"]
    assert [(each["id"], each["verdict"]) for each in listed] == [(job["id"], "confirmed")]
    assert "report" not in listed[0]
    assert ask(server.port, "GET", f"{job['status_url']}/artifacts/report.json").json == job["report"]
    assert server.stop() == 0


def test_the_spec_is_what_was_asked_with_the_recommendation_filled_in(serve):
    server = serve("print('', end=''); tell(event='failed', time_s=0, error={'code': 'internal', 'message': json.dumps(spec)}); sys.exit(4)")
    answer = ask(server.port, "POST", VALIDATIONS, {
        "problem": PROBLEM, "recommend": True, "target_within_class_variance": 0.2, "mode": "encoder",
        "dataset": "gaussian_hierarchy", "model": {"kind": "mlp"}, "optimizer": {"kind": "adamw"}, "budget": {"steps": 7},
        "device": "cpu", "seed": 3})
    spec = json.loads(wait_for(server, answer.json["id"])["error"]["message"])
    advised = ask(server.port, "POST", "/api/v1/recommendations", {**PROBLEM, "target_within_class_variance": 0.2}).json
    assert spec == {
        "problem": PROBLEM, "loss_weight": advised["loss_weight"], "temperature": advised["temperature"], "mode": "encoder",
        "budget": {"steps": 7}, "seed": 3, "model": {"kind": "mlp"}, "optimizer": {"kind": "adamw"},
        "dataset": {"kind": "gaussian_hierarchy"}, "output_directory": "output", "device": "cpu"}


@pytest.mark.parametrize("fields, path", [
    ({"mode": "train"}, "/mode"), ({"mode": "encoder"}, "/dataset"), ({"dataset": "gaussian_hierarchy"}, "/dataset"),
    ({"mode": "encoder", "dataset": "/etc/passwd"}, "/dataset"), ({"mode": "encoder", "dataset": "../x"}, "/dataset"),
    ({"mode": "encoder", "dataset": {"kind": "npz", "path": "/etc/passwd"}}, "/dataset"),
    ({"output_directory": "/tmp/x"}, "/output_directory"), ({"resume_from": "/tmp/x"}, "/resume_from"),
    ({"budget": {"steps": 0}}, "/budget/steps"), ({"budget": {"steps": 1.5}}, "/budget/steps"), ({"budget": {}}, "/budget"),
    ({"budget": {"steps": 1, "seconds": 1}}, "/budget"), ({"budget": {"hours": 1}}, "/budget/hours"),
    ({"device": "gpu"}, "/device"), ({"device": "cuda:7", "mode": "encoder", "dataset": "shapes"}, "/device"),
    ({"seed": -1}, "/seed"), ({"restarts": 0}, "/restarts"), ({"model": "mlp"}, "/model"), ({"temperature": 0}, "/temperature"),
    ({"problem": {"classes": 1, "batch_size": 4}}, "/problem/classes"), ({"problem": []}, "/problem"),
    ({"recommend": "yes"}, "/recommend"), ({"target_within_class_variance": 0.3}, "/target_within_class_variance"),
    ({"problem": {**PROBLEM, "loss_weight": 0.5}}, "/problem/loss_weight"), ({"surely_unknown": 1}, "/surely_unknown"),
    ({"problem": {**PROBLEM, "convention": "supcon_in"}}, "/problem/convention"),
])
def test_what_cannot_be_run_is_refused_by_its_field(serve, fields, path):
    server = serve("finish()")
    answer = ask(server.port, "POST", VALIDATIONS, {**POINT, **fields})
    assert answer.status == 400, answer.body
    assert path in [fault["path"] for fault in answer.error["fields"]], answer.body
    assert ask(server.port, "GET", VALIDATIONS).json["validations"] == []


def test_no_trainer_is_an_answer_and_not_a_crash(tmp_path):
    with Served(environment={"SSEM_TRAIN": str(tmp_path / "absent")}) as server:
        answer = ask(server.port, "POST", VALIDATIONS, POINT)
        assert answer.status == 503
        assert "ssem-train" in answer.error["message"]
        assert str(tmp_path) not in answer.body.decode()
        assert ask(server.port, "GET", "/api/v1/datasets").json["trainer"] is False
        assert server.stop() == 0


CRASHES = {
    "kills itself": ("os.kill(os.getpid(), signal.SIGKILL)", "signal 9"),
    "segfaults": ("os.kill(os.getpid(), signal.SIGSEGV)", "signal 11"),
    "writes nonsense": ("print('hello'); time.sleep(60)", "no event"),
    "writes broken bytes": ("sys.stdout.buffer.write(b'\\xff\\xfe{\\n'); sys.stdout.flush(); time.sleep(60)", "no event"),
    "writes an unknown event": ("tell(event='dance'); time.sleep(60)", "no event"),
    "writes a line without end": ("sys.stdout.write('x' * (65 << 20)); sys.stdout.flush(); time.sleep(60)", "no event"),
    "ends without a report": ("pass", "without a report"),
    "ends with an unknown code": ("sys.exit(77)", "code 77"),
    "says why it failed": ("tell(event='failed', error={'code': 'invalid_argument', 'message': 'no good', "
                           "'fields': [{'path': '/model', 'message': 'is odd'}]}); sys.exit(2)", "no good"),
    "closes its stdout and stays": ("os.close(1); os.close(2); time.sleep(1.5)", "without a report"),
}


@pytest.mark.parametrize("script, reason", CRASHES.values(), ids=CRASHES.keys())
def test_a_child_that_goes_wrong_is_a_failed_job_with_a_reason(serve, script, reason):
    server = serve(script)
    job = wait_for(server, start(server))
    assert job["state"] == "failed"
    assert reason in job["error"]["message"]
    last = events_of(server, job["id"])[-1][1]
    assert last["event"] == "failed" and last["error"]["message"] == job["error"]["message"]
    assert processes_with(f"SSEM_JOB={job['id']}") == []
    assert wait_for(server, start(server))["state"] == "failed"  # and the next one has its turn


def test_a_flood_of_stderr_neither_blocks_nor_fills_the_disk(serve, tmp_path):
    server = serve("for _ in range(3000): sys.stderr.write('y' * 4096)\nfinish()")
    job = wait_for(server, start(server))
    assert job["state"] == "finished"
    assert (tmp_path / "data/validations" / job["id"] / "stderr.txt").stat().st_size <= 4096


def test_limits_of_time_and_memory_end_a_job(serve):
    server = serve("time.sleep(60)", "--max-job-seconds", "1")
    job = wait_for(server, start(server))
    assert job["state"] == "failed" and "longer than the 1 s" in job["error"]["message"]
    server.kill()
    server = serve("hoard = bytearray(300 << 20)\ntime.sleep(60)", "--max-job-memory-mib", "100")
    job = wait_for(server, start(server))
    assert job["state"] == "failed" and "100 MiB" in job["error"]["message"]


def test_events_come_as_they_happen_and_are_replayed_from_any_number(serve):
    server = serve("for step in range(1, 8):\n    progress(step, 8)\n    time.sleep(0.25)\nfinish()")
    validation_id = start(server)
    live = events_of(server, validation_id)
    assert [number for number, _ in live] == list(range(1, len(live) + 1))
    assert [event["event"] for _, event in live][:2] == ["queued", "started"]
    assert [event["event"] for _, event in live][2:] == ["progress"] * (len(live) - 3) + ["finished"]
    assert len(live) >= 8
    assert live[-1][1]["report"]["verdict"] == "confirmed"
    for last in (0, 1, 4, len(live) - 1):
        assert events_of(server, validation_id, last) == live[last:]
    with EventStream(server, validation_id, len(live)) as stream:
        assert stream.response.status == 204


def test_an_event_is_named_by_its_field_wherever_that_stands_in_the_line(serve):
    line = '{"time_s": 0.5, "step": 5, "event": "progress", "total_steps": 10}'
    server = serve(f"os.write(1, b'{line}\\n'); finish()")
    validation_id = start(server)
    named = events_of(server, validation_id)  # which holds the stream's "event:" against the field
    assert [event["event"] for _, event in named] == ["queued", "started", "progress", "finished"]
    assert get(server, validation_id)["progress"]["step"] == 5
    server.kill()
    again = serve("finish()")
    assert get(again, validation_id)["progress"]["step"] == 5
    assert events_of(again, validation_id) == named


def test_a_stream_that_breaks_is_taken_up_without_a_gap(serve):
    server = serve("for step in range(1, 21):\n    progress(step, 20)\n    time.sleep(0.22)\nfinish()")
    validation_id = start(server)
    seen = []
    for _ in range(50):
        with EventStream(server, validation_id, seen[-1][0] if seen else None) as stream:
            for number, event in stream:
                seen.append((number, event))
                if event["event"] == "progress" and event["step"] % 3 == 0:
                    break  # the connection breaks
        if seen[-1][1]["event"] == "finished":
            break
    assert seen == events_of(server, validation_id)


def test_a_silent_stream_outlasts_every_deadline_of_requests(serve):
    server = serve("time.sleep(34); finish()")
    validation_id = start(server)
    with EventStream(server, validation_id) as stream:
        lines = [line.decode().strip() for line in iter(stream.response.readline, b"")]
    assert sum(line.startswith(":") for line in lines) >= 2  # heartbeats
    assert lines[-2].startswith('data: {"event":"finished"')


def test_streams_are_capped_and_the_state_can_still_be_asked(serve):
    server = serve(SLOW, "--max-streams", "3")
    validation_id = start(server)
    wait_for(server, validation_id, "running")
    streams = [EventStream(server, validation_id) for _ in range(3)]
    with EventStream(server, validation_id) as refused:
        assert refused.response.status == 503
        assert refused.response.getheader("Retry-After")
    assert get(server, validation_id)["state"] == "running"
    for stream in streams:
        stream.connection.close()

    def seat_is_free():
        with EventStream(server, validation_id) as stream:
            return stream.response.status == 200

    wait_until(seat_is_free)


def test_a_wrong_last_event_id_is_refused(serve):
    server = serve("finish()")
    validation_id = start(server)
    wait_for(server, validation_id)
    for text in ("x", "-1", "1.5", "99999999999999999999"):
        assert ask(server.port, "GET", f"{VALIDATIONS}/{validation_id}/events", Last_Event_ID=text).status == 400
    assert ask(server.port, "GET", f"{VALIDATIONS}/{validation_id}/events", Last_Event_ID="1000").status == 204


def test_cancelling(serve):
    server = serve(SLOW)
    first, second = start(server), start(server)
    wait_until(lambda: get(server, first)["progress"])
    assert get(server, second)["queue_position"] == 1
    assert ask(server.port, "DELETE", f"{VALIDATIONS}/{second}").json["state"] == "cancelled"  # queued: at once
    assert ask(server.port, "DELETE", f"{VALIDATIONS}/{first}").status == 200
    assert ask(server.port, "DELETE", f"{VALIDATIONS}/{first}").status == 200  # twice is no error
    job = wait_for(server, first)
    assert job["state"] == "cancelled" and job["error"] is None
    assert job["report"]["verdict"] == "inconclusive"  # what was known when it stopped
    assert events_of(server, first)[-1][1]["event"] == "cancelled"
    assert ask(server.port, "DELETE", f"{VALIDATIONS}/{first}").status == 200
    assert processes_with(f"SSEM_JOB={first}") == []


def test_a_child_that_ignores_the_request_to_stop_is_killed(serve):
    server = serve("signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprogress(1, 2)\ntime.sleep(100)")
    validation_id = start(server)
    wait_until(lambda: get(server, validation_id)["progress"])
    begin = time.monotonic()
    ask(server.port, "DELETE", f"{VALIDATIONS}/{validation_id}")
    assert wait_for(server, validation_id)["state"] == "cancelled"
    assert time.monotonic() - begin < 20


def test_a_cancel_that_races_the_end_leaves_one_answer(serve):
    server = serve("time.sleep(0.02); finish()")
    outcomes = set()
    for attempt in range(25):
        validation_id = start(server)
        time.sleep(0.004 * attempt)
        status = ask(server.port, "DELETE", f"{VALIDATIONS}/{validation_id}").status
        job = wait_for(server, validation_id)
        assert (status, job["state"]) in {(409, "finished"), (200, "cancelled"), (200, "finished")}
        ends = [event["event"] for _, event in events_of(server, validation_id)]
        assert [name for name in ends if name in ("finished", "failed", "cancelled")] == [job["state"]] == ends[-1:]
        outcomes.add(job["state"])
    assert "cancelled" in outcomes


def test_what_has_ended_is_not_cancelled_but_can_be_removed(serve, tmp_path):
    server = serve("finish()")
    validation_id = start(server)
    wait_for(server, validation_id)
    assert ask(server.port, "DELETE", f"{VALIDATIONS}/{validation_id}").status == 409
    assert ask(server.port, "DELETE", f"{VALIDATIONS}/{validation_id}?remove=maybe").status == 400
    assert ask(server.port, "DELETE", f"{VALIDATIONS}/{validation_id}?remove=true").json == {}
    for path in ("", "/events", "/artifacts/report.json"):
        assert ask(server.port, "GET", f"{VALIDATIONS}/{validation_id}{path}").status == 404
    assert not (tmp_path / "data/validations" / validation_id).exists()


@pytest.mark.parametrize("path", ["v-0000000000000000", "..", "%2e%2e", "x%2Fy", "v-0000000000000000/artifacts/..%2Fjob.json"])
def test_ids_and_names_that_are_none_are_not_found(serve, path):
    server = serve("finish()")
    assert ask(server.port, "GET", f"{VALIDATIONS}/{path}").status == 404


def test_artifacts_are_the_three_and_nothing_else(serve):
    server = serve("os.makedirs('output', exist_ok=True); open('output/curve.csv', 'w').write('step,loss\\n1,2\\n'); "
                   "open('output/embeddings.npz', 'wb').write(b'PK\\x05\\x06' + bytes(18)); finish()")
    job = wait_for(server, start(server))
    assert job["artifacts"] == ["report.json", "curve.csv", "embeddings.npz"]
    base = f"{job['status_url']}/artifacts/"
    curve = ask(server.port, "GET", base + "curve.csv")
    assert (curve.body, curve.headers["content-type"]) == (b"step,loss\n1,2\n", "text/csv; charset=utf-8")
    assert "attachment" in curve.headers["content-disposition"]
    assert ask(server.port, "GET", base + "embeddings.npz").body.startswith(b"PK")
    for name in ("job.json", "spec.json", "events.jsonl", "..%2Fjob.json", "%2Fetc%2Fpasswd", "stderr.txt"):
        assert ask(server.port, "GET", base + name).status == 404, name


def test_a_large_artifact_comes_whole_and_says_how_long_it_is(serve):
    server = serve("os.makedirs('output', exist_ok=True); open('output/embeddings.npz', 'wb').write(bytes(range(256)) * 20001); "
                   "open('output/curve.csv', 'w').close(); finish()")
    job = wait_for(server, start(server))
    answer = ask(server.port, "GET", f"{job['status_url']}/artifacts/embeddings.npz")
    assert answer.headers["content-length"] == str(256 * 20001)
    assert answer.body == bytes(range(256)) * 20001
    assert ask(server.port, "GET", f"{job['status_url']}/artifacts/curve.csv").body == b""


def test_a_full_queue_is_503_with_retry_after_and_nothing_is_lost(serve):
    server = serve(SLOW, "--max-queued-jobs", "3")
    accepted = [start(server)]
    wait_for(server, accepted[0], "running")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(server.port, "POST", VALIDATIONS, POINT), range(20)))
    assert sorted(answer.status for answer in answers) == [202] * 3 + [503] * 17
    assert all(answer.headers["retry-after"] for answer in answers if answer.status == 503)
    assert len(ask(server.port, "GET", VALIDATIONS).json["validations"]) == 4


def test_the_same_request_again_is_the_same_job(serve):
    server = serve("finish()")
    answers = [ask(server.port, "POST", VALIDATIONS, POINT, Idempotency_Key="session/1") for _ in range(3)]
    assert len({answer.json["id"] for answer in answers}) == 1
    assert ask(server.port, "POST", VALIDATIONS, POINT, Idempotency_Key="session/2").json["id"] != answers[0].json["id"]


def test_registered_data_are_named_and_their_paths_stay_inside(serve, tmp_path):
    (tmp_path / "secret.csv").write_text("x,label\n")
    server = serve("tell(event='failed', error={'code': 'invalid_argument', 'message': spec['dataset']['path'] + ' is bad'}); sys.exit(2)",
                   "--dataset", f"mine=csv:{tmp_path}/secret.csv",
                   "--dataset", f'twin={{"kind":"csv","path":"{tmp_path}/secret.csv","label_column":"y"}}')
    listed = ask(server.port, "GET", "/api/v1/datasets")
    assert {"name": "mine", "kind": "csv"} in listed.json["datasets"]
    job = wait_for(server, start(server, mode="encoder", dataset="mine"))
    assert job["error"]["message"] == "mine is bad"
    everything = listed.body + json.dumps([job, events_of(server, job["id"])]).encode()
    assert str(tmp_path).encode() not in everything


@pytest.mark.parametrize("definition, words", [
    ("mine", "NAME=KIND:PATH"), ("a b=csv:x", "NAME=KIND:PATH"), ("mine=parquet:/etc/passwd", "the kind must be one of"),
    ("mine=csv:/surely/absent", "names nothing"), ("mine=csv", "needs a path"), ("shapes=csv:/etc/passwd", "the name is taken"),
    ('mine={"kind":', "complete JSON"),
])
def test_a_wrong_dataset_definition_ends_the_start_with_a_reason(definition, words):
    done = subprocess.run([os.environ["SSEM_BINARY"], "serve", "--port", "0", "--storage", "memory:", "--dataset", definition],
                          capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert words in done.stderr, done.stderr


def test_two_servers_do_not_share_a_data_folder(serve):
    first = serve("finish()")
    job = wait_for(first, start(first))
    second = serve("finish()")
    answer = ask(second.port, "POST", VALIDATIONS, POINT)
    assert answer.status == 503
    assert any("another ssem serve has it" in line for line in second.lines)
    assert get(first, job["id"])["state"] == "finished"
    assert ask(second.port, "POST", "/api/v1/recommendations", PROBLEM).status == 200


def test_a_full_disk_is_an_answer(serve):
    if not os.path.exists("/dev/full"):
        pytest.fail("this machine has no /dev/full")
    server = serve("finish()", data="/dev/full/data")
    answer = ask(server.port, "POST", VALIDATIONS, POINT)
    assert answer.status == 503
    assert "/dev/full" not in answer.body.decode()
    assert ask(server.port, "GET", "/healthz").status == 200


def test_old_jobs_make_room(serve, tmp_path):
    server = serve("finish()", "--keep-jobs", "3")
    ids = [start(server) for _ in range(7)]
    wait_for(server, ids[-1])
    wait_until(lambda: len(ask(server.port, "GET", VALIDATIONS).json["validations"]) == 3)
    assert [job["id"] for job in ask(server.port, "GET", VALIDATIONS).json["validations"]] == ids[:-4:-1]
    assert sorted(os.listdir(tmp_path / "data/validations")) == sorted(ids[-3:])


def test_without_a_folder_of_their_own_jobs_leave_nothing_behind(tmp_path):
    environment = {**stand_in(tmp_path, "finish()"), "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    with Served(environment=environment) as server:
        assert wait_for(server, start(server))["state"] == "finished"
        assert len(os.listdir(tmp_path / "tmp")) == 1
        assert server.stop() == 0
    assert os.listdir(tmp_path / "tmp") == []


def test_a_launcher_stands_before_the_trainer(serve, tmp_path):
    launcher = tmp_path / "launch"
    launcher.write_text("#!/bin/sh\nset -e\necho \"$1 $2\" >> \"$3\"\nshift 3\n\"$@\" &\nwait $!\n")
    launcher.chmod(0o755)
    server = serve(SLOW.replace("2000", "6"),
                   "--launcher", f"{launcher} {{id}} 'two words' {tmp_path}/launched", "--cpu-jobs", "2")
    ids = [start(server), start(server)]
    jobs = [wait_for(server, validation_id) for validation_id in ids]
    assert [job["state"] for job in jobs] == ["finished", "finished"]
    assert sorted((tmp_path / "launched").read_text().splitlines()) == sorted(f"{each} two words" for each in ids)


def test_a_launched_job_is_cancelled_with_all_its_processes(serve, tmp_path):
    launcher = tmp_path / "launch"
    launcher.write_text("#!/bin/sh\n\"$@\" &\nwait $!\n")
    launcher.chmod(0o755)
    server = serve(SLOW, "--launcher", str(launcher))
    validation_id = start(server)
    wait_until(lambda: get(server, validation_id)["progress"])
    assert len(processes_with(f"SSEM_JOB={validation_id}")) == 2
    ask(server.port, "DELETE", f"{VALIDATIONS}/{validation_id}")
    job = wait_for(server, validation_id)
    assert job["state"] == "cancelled" and job["verdict"] == "inconclusive"
    assert processes_with(f"SSEM_JOB={validation_id}") == []


def test_the_server_s_end_takes_every_child_along(serve):
    server = serve(SLOW, "--cpu-jobs", "3")
    ids = [start(server) for _ in range(3)]
    for validation_id in ids:
        wait_until(lambda: get(server, validation_id)["progress"])
    assert len(children_of(server.process.pid)) == 3
    assert server.stop() == 0
    assert [processes_with(f"SSEM_JOB={each}") for each in ids] == [[], [], []]


def test_streams_end_with_the_server(serve):
    server = serve(SLOW)
    validation_id = start(server)
    with EventStream(server, validation_id) as stream:
        numbers = iter(stream)
        next(numbers)
        rest = []
        reader = threading.Thread(target=lambda: rest.extend(numbers))
        reader.start()
        begin = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begin < 5
        reader.join(LIMIT_S)
        assert not reader.is_alive()
