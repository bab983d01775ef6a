"""Validations across the end of a server: told to stop, killed, and started again on the same folder."""
import time

import pytest
from http_wire import ask
from served import Served
from stand_in_trainer import stand_in
from validating import VALIDATIONS, EventStream, events_of, get, processes_with, start, wait_for, wait_until

# Counts on from its last checkpoint, as ssem-train does.
COUNTING = """
import glob
first = 1
if spec.get("resume_from"):
    first = 1 + max(int(name.rpartition("_")[2].split(".")[0]) for name in glob.glob("output/checkpoints/*"))
os.makedirs("output/checkpoints", exist_ok=True)
for step in range(first, 41):
    progress(step, 40)
    if step % 5 == 0:
        open(f"output/checkpoints/step_{step}.safetensors", "w").write("x")
        tell(event="checkpoint", step=step, path="output/checkpoints")
    time.sleep(0.1)
finish(first=first)
"""
ENCODER = {"mode": "encoder", "dataset": "gaussian_hierarchy"}


@pytest.fixture
def serve(tmp_path):
    running = []

    def one(script=COUNTING, *flags, port=0):
        server = Served("--data-dir", str(tmp_path / "data"), *flags, port=port, environment=stand_in(tmp_path, script))
        running.append(server.start())
        return server

    yield one
    for server in running:
        server.kill()


def step_of(server, validation_id):
    progress = get(server, validation_id)["progress"]
    return progress["step"] if progress else 0


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_running_job_goes_on_from_its_checkpoint_and_says_so(serve, end):
    server = serve()
    running, queued = start(server, **ENCODER), start(server, **ENCODER)
    wait_until(lambda: step_of(server, running) >= 7)
    before = events_of_now(server, running)
    getattr(server, end)()
    again = serve()
    assert processes_with(f"SSEM_JOB={running}") == [] or get(again, running)["resumed"] == 1
    job = wait_for(again, running)
    assert (job["state"], job["resumed"]) == ("finished", 1)
    assert job["report"]["measured"]["first"] > 5
    events = events_of(again, running)
    assert events[:len(before)] == before  # the story goes on in the same numbers
    assert [number for number, _ in events] == list(range(1, len(events) + 1))
    resumed = next(event for _, event in events if event["event"] == "resumed")
    assert (resumed["attempt"], resumed["from_step"]) == (2, job["report"]["measured"]["first"] - 1)
    assert wait_for(again, queued)["state"] == "finished"
    assert get(again, queued)["resumed"] == 0


def events_of_now(server, validation_id):
    """What has happened so far, from the stream of a job that goes on."""
    seen = []
    with EventStream(server, validation_id) as stream:
        for number, event in stream:
            seen.append((number, event))
            if event["event"] == "progress" and event["step"] >= 6:
                return seen
    return seen


def test_a_job_without_checkpoints_begins_anew(serve):
    server = serve("for step in range(1, 31):\n    progress(step, 30)\n    time.sleep(0.05)\nfinish(resumed=str(spec.get('resume_from')))")
    validation_id = start(server)
    wait_until(lambda: step_of(server, validation_id) >= 3)
    server.kill()
    again = serve("for step in range(1, 31):\n    progress(step, 30)\n    time.sleep(0.05)\nfinish(resumed=str(spec.get('resume_from')))")
    job = wait_for(again, validation_id)
    assert (job["state"], job["resumed"], job["report"]["measured"]["resumed"]) == ("finished", 1, "None")


def test_a_child_that_outlives_its_server_is_ended_before_the_job_runs_again(serve):
    stubborn = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + COUNTING.replace("0.1", "0.3")
    server = serve(stubborn)
    validation_id = start(server, **ENCODER)
    wait_until(lambda: step_of(server, validation_id) >= 3)
    server.kill()
    left = [pid for pid, _ in processes_with(f"SSEM_JOB={validation_id}")]
    assert len(left) == 1  # it was asked to stop when its parent died, and did not
    again = serve(stubborn)
    wait_until(lambda: step_of(again, validation_id) >= 4)
    now = [pid for pid, _ in processes_with(f"SSEM_JOB={validation_id}")]
    assert len(now) == 1 and now != left


def test_a_cancel_survives_the_server(serve):
    server = serve("signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(100)")
    validation_id = start(server)
    wait_for(server, validation_id, "running")
    time.sleep(0.3)
    ask(server.port, "DELETE", f"{VALIDATIONS}/{validation_id}")
    assert server.stop() == 0
    again = serve()
    assert get(again, validation_id)["state"] == "cancelled"


def test_a_job_that_takes_the_server_down_every_time_is_given_up(serve, tmp_path):
    server = serve("progress(1, 2)\ntime.sleep(100)")
    validation_id = start(server)
    for _ in range(4):
        wait_for(server, validation_id, "running")
        server.kill()
        server = serve("progress(1, 2)\ntime.sleep(100)")
    job = get(server, validation_id)
    assert job["state"] == "failed"
    assert "4 times" in job["error"]["message"]


def test_ended_jobs_are_as_they_were(serve):
    server = serve("progress(3, 4); finish()")
    finished = wait_for(server, start(server))
    server.kill()
    again = serve()
    assert get(again, finished["id"]) == finished
    assert events_of(again, finished["id"])[-1][1]["event"] == "finished"


def test_folders_that_are_no_jobs_are_left_alone_and_named(serve, tmp_path):
    server = serve("finish()")
    good = wait_for(server, start(server))
    bad = wait_for(server, start(server))
    server.kill()
    folder = tmp_path / "data/validations"
    (folder / bad["id"] / "job.json").write_bytes(b'{"version":1,"id":\xff')
    (folder / "v-00000000000000aa").mkdir()
    (folder / "v-00000000000000bb").mkdir()
    (folder / "v-00000000000000bb/notes.txt").write_text("mine")
    (folder / "something else").mkdir()
    (folder / good["id"] / "events.jsonl").open("ab").write(b'{"event":"cut sho')
    again = serve()
    assert [job["id"] for job in ask(again.port, "GET", VALIDATIONS).json["validations"]] == [good["id"]]
    assert events_of(again, good["id"])[-1][1]["event"] == "finished"
    assert sum("left alone" in line for line in again.lines) == 3
    assert not (folder / "v-00000000000000aa").exists()  # empty: what a killed server leaves
    assert (folder / "v-00000000000000bb/notes.txt").exists() and (folder / "something else").exists()
    assert (folder / bad["id"] / "job.json").exists()


def test_every_job_that_was_acknowledged_is_there_after_a_kill(serve):
    server = serve("time.sleep(100)", "--max-queued-jobs", "1000")
    acknowledged = [start(server) for _ in range(60)]
    server.kill()
    again = serve("finish()", "--max-queued-jobs", "1000")
    listed = [job["id"] for job in ask(again.port, "GET", f"{VALIDATIONS}?limit=1000").json["validations"]]
    assert listed == acknowledged[::-1]


def test_a_stream_goes_on_at_the_next_server(serve):
    server = serve()
    validation_id = start(server, **ENCODER)
    seen = events_of_now(server, validation_id)
    server.kill()
    again = serve()
    rest = events_of(again, validation_id, seen[-1][0])
    assert rest[0][0] == seen[-1][0] + 1
    assert rest[-1][1]["event"] == "finished"
