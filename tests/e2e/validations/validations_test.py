"""Validation jobs over HTTP, with scripts in ssem-train's place so that what they do is known."""
import concurrent.futures
import json
import os
import subprocess

import pytest
from http_wire import ask
from served import Served
from validating import POINT, PROBLEM, SLOW, VALIDATIONS, events_of, get, processes_with, start, wait_for


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


def test_a_temperature_that_moves_reaches_the_trainer_and_stands_in_the_job(serve):
    server = serve("print('', end=''); tell(event='failed', time_s=0, error={'code': 'internal', 'message': json.dumps(spec)}); sys.exit(4)")
    asked = {"problem": PROBLEM, "loss_weight": 0.5, "temperature_schedule": "linear:0.5:0.1:7", "mode": "encoder",
             "dataset": "gaussian_hierarchy", "budget": {"steps": 7}}
    answer = ask(server.port, "POST", VALIDATIONS, asked)
    assert answer.status == 202, answer.body
    job = wait_for(server, answer.json["id"])
    spec = json.loads(job["error"]["message"])
    assert spec["temperature_schedule"] == "linear:0.5:0.1:7" and "temperature" not in spec
    assert job["temperature_schedule"] == "linear:0.5:0.1:7" and job["temperature"] is None
    assert job["predicted"]["temperature"] == 0.1
    refused = ask(server.port, "POST", VALIDATIONS, {**asked, "recommend": True, "loss_weight": None})
    assert refused.status == 400
    assert "/temperature_schedule" in [fault["path"] for fault in refused.error["fields"]], refused.body
    server.stop()


@pytest.mark.parametrize("fields, path", [
    ({"temperature_schedule": "linear:0.5:0.1:7"}, "/temperature"),
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


def test_a_second_server_in_memory_on_a_data_folder_in_use_is_refused_with_its_name(serve, tmp_path):
    first = serve("finish()")
    wait_for(first, start(first))
    command = [os.environ["SSEM_BINARY"], "serve", "--port", "0", "--storage", "memory:", "--data-dir", str(tmp_path / "data")]
    second = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert second.returncode == 1 and second.stdout == "" and second.stderr.count("\n") == 1, second.stderr
    assert f"{tmp_path}/data" in second.stderr and "another ssem serve has it; --data-dir names another one" in second.stderr
    assert ask(first.port, "POST", VALIDATIONS, POINT).status == 202
    first.stop()
    assert ask(serve("finish()").port, "POST", VALIDATIONS, POINT).status == 202


def test_two_servers_do_not_share_a_data_folder(serve, tmp_path):
    first = serve("finish()")
    job = wait_for(first, start(first))
    second = serve("finish()", "--storage", f"sqlite:///{tmp_path}/second.db")
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
