"""How validations end and what they leave behind, with scripts in ssem-train's place."""
import os
import time

from http_wire import ask
from served import Served
from stand_in_trainer import stand_in
from validating import (
    SLOW,
    VALIDATIONS,
    children_of,
    events_of,
    get,
    processes_with,
    start,
    wait_for,
    wait_until,
)


def test_limits_of_time_and_memory_end_a_job(serve):
    server = serve("time.sleep(60)", "--max-job-seconds", "1")
    job = wait_for(server, start(server))
    assert job["state"] == "failed" and "longer than the 1 s" in job["error"]["message"]
    server.kill()
    server = serve("hoard = bytearray(300 << 20)\ntime.sleep(60)", "--max-job-memory-mib", "100")
    job = wait_for(server, start(server))
    assert job["state"] == "failed" and "100 MiB" in job["error"]["message"]


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
