"""Many jobs: nothing may be left of them, neither process nor descriptor nor file."""
import concurrent.futures
import os
import pathlib
import time

import pytest
from http_wire import ask
from served import Served
from stand_in_trainer import stand_in
from validating import POINT, PROBLEM, VALIDATIONS, children_of, get, marked_jobs, start, wait_for, wait_until

from ssem_optuna import SsemClient

JOBS = 1000
# As small as a child can be: no interpreter to start.
QUICK = """#!/bin/sh
echo '{"event":"started","time_s":0,"device":"cpu","total_steps":1}'
echo '{"event":"progress","time_s":0,"step":1,"total_steps":1,"loss":1.0,"within_class_variance":0.3,"between_class_variance":0.4}'
case $(($$ % 5)) in
  0) exit 4;;
  1) echo nonsense; sleep 60 & ;;
  *) echo '{"event":"finished","time_s":0,"report":{"verdict":"confirmed","measured":{"loss_value":1.0}}}';;
esac
"""


def descriptors(server):
    return sorted(os.readlink(f"/proc/{server.process.pid}/fd/{name}").split(":")[0]
                  for name in os.listdir(f"/proc/{server.process.pid}/fd"))


def settled(server):
    """Its descriptors once no connection comes or goes any more."""
    seen = []

    def unchanged():
        time.sleep(0.5)
        seen.append(descriptors(server))
        return len(seen) > 1 and seen[-1] == seen[-2] and seen[-1]

    return wait_until(unchanged)


def threads(server):
    return len(os.listdir(f"/proc/{server.process.pid}/task"))


def test_a_thousand_jobs_leave_nothing_behind(tmp_path):
    trainer = tmp_path / "ssem-train"
    trainer.write_text(QUICK)
    trainer.chmod(0o755)
    with Served("--data-dir", str(tmp_path / "data"), "--cpu-jobs", "4", "--max-queued-jobs", str(JOBS), "--keep-jobs", "50",
                "--log-level", "error", environment={"SSEM_TRAIN": str(trainer)}) as server:
        for _ in range(8):
            wait_for(server, start(server))
        before, threads_before = settled(server), threads(server)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            ids = list(pool.map(lambda _: start(server), range(JOBS)))
        assert len(set(ids)) == JOBS
        wait_until(lambda: not unfinished(server), 240)
        wait_until(lambda: len(os.listdir(tmp_path / "data/validations")) == 50, 30)
        listed = ask(server.port, "GET", f"{VALIDATIONS}?limit=1000").json["validations"]
        assert len(listed) == 50
        assert {job["state"] for job in listed} <= {"finished", "failed"}
        assert {job["error"]["message"].split(" ")[0] for job in listed if job["error"]} == {"ssem-train"}
        assert children_of(server.process.pid) == []
        assert marked_jobs() & set(ids) == set()
        assert settled(server) == before
        assert threads(server) == threads_before
        assert [os.listdir(folder) for folder in (tmp_path / "data").glob(".ssem-scratch-*")] == [[]]
        assert server.stop() == 0


def unfinished(server):
    metrics = ask(server.port, "GET", "/metrics").body.decode()
    values = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
    return float(values["ssem_validations_queued"]) + float(values["ssem_validations_running"])


@pytest.mark.parametrize("mode", ["embeddings", "encoder"])
def test_ten_real_jobs_end_with_a_verdict(tmp_path, mode):
    fields = {} if mode == "embeddings" else {"mode": "encoder", "dataset": "gaussian_hierarchy", "budget": {"steps": 60}}
    with Served("--data-dir", str(tmp_path / "data"), "--cpu-jobs", "2") as server:
        ids = [start(server, seed=seed, **fields) for seed in range(5)]
        for validation_id in ids:
            job = wait_for(server, validation_id)
            assert job["state"] == "finished", job["error"]
            assert job["verdict"] in ("confirmed", "refuted", "inconclusive")
            assert job["artifacts"] == ["report.json", "curve.csv", "embeddings.npz"]
            spec = job["report"]["spec"]
            assert "output_directory" not in spec and str(tmp_path) not in str(job)
        if mode == "embeddings":
            assert get(server, ids[0])["verdict"] == "confirmed"
        assert children_of(server.process.pid) == []
        assert server.stop() == 0


def test_a_real_job_that_is_killed_with_its_server_goes_on(tmp_path):
    fields = {"mode": "encoder", "dataset": "gaussian_hierarchy", "budget": {"steps": 6000}}
    with Served("--data-dir", str(tmp_path / "data")) as server:
        validation_id = start(server, **fields)
        wait_until(lambda: (get(server, validation_id)["progress"] or {"step": 0})["step"] > 1500)
        server.kill()
    with Served("--data-dir", str(tmp_path / "data")) as server:
        job = wait_for(server, validation_id)
        assert (job["state"], job["resumed"]) == ("finished", 1)
        assert job["report"]["steps"] == 6000
        assert server.stop() == 0


def test_a_bad_spec_that_only_the_trainer_knows_is_a_failed_job_with_its_fields(tmp_path):
    with Served("--data-dir", str(tmp_path / "data")) as server:
        job = wait_for(server, start(server, mode="encoder", dataset="shapes", model={"kind": "transformer"}))
        assert job["state"] == "failed"
        assert job["error"]["code"] == "invalid_argument"
        assert [fault["path"] for fault in job["error"]["fields"]] == ["/model/kind"]


def test_the_python_client_validates_and_runs_studies(tmp_path):
    with Served("--data-dir", str(tmp_path / "data")) as server:
        client = SsemClient(server.url)
        begun = client.validate(PROBLEM, restarts=1)
        assert client.wait_for_validation(begun["id"], timeout_s=30)["verdict"] == "confirmed"
        assert [job["id"] for job in client.validations()] == [begun["id"]]
        study_id = client.create_study("mine", problem=PROBLEM, validation={"restarts": 1})["study_id"]
        asked = client.ask(study_id, validate=True)
        client.wait_for_validation(client.trial(asked["trial_id"])["user_attrs"]["validation_id"], timeout_s=30)
        client.run_study(study_id, 2)
        wait_until(lambda: client.study_run(study_id)["state"] == "finished")
        trial_id = client.ask(study_id)["trial_id"]
        client.wait_for_validation(client.validate_trial(study_id, trial_id, seed=3), timeout_s=30)
        wait_until(lambda: [trial["state"] for trial in client.trials(study_id)] == ["COMPLETE"] * 4)
        assert client.stop_study_run(study_id)["state"] == "finished"
        with pytest.raises(ValueError, match="classes"):
            client.validate({"classes": 1, "batch_size": 4})
        with pytest.raises(KeyError):
            client.cancel_validation("v-0000000000000000")
        assert server.stop() == 0


AUDITED = "label,x,y\n" + "".join(f"{row % 2},{1.0 if row % 2 else -1.0},{0.01 * row}\n" for row in range(20))


def test_an_audit_is_what_the_command_line_says(tmp_path):
    with Served("--data-dir", str(tmp_path / "data")) as server:
        def post(body, query="format=csv"):
            return ask(server.port, "POST", f"/api/v1/audits?{query}", body=body, Content_Type="application/octet-stream")

        report = post(AUDITED.encode())
        assert report.status == 200, report.body
        assert report.json["rows"] == 20 and report.json["classes"] == 2
        assert post(AUDITED.encode(), "format=csv&temperature=0.1&convention=supcon").status == 200
        for body, query, word in [(b"nonsense", "format=npz", "the file"), (b"", "format=csv", "body"),
                                  (AUDITED.encode(), "format=parquet", "format"), (AUDITED.encode(), "", "format"),
                                  (AUDITED.encode(), "format=csv&temperature=-1", "temperature"),
                                  (AUDITED.encode(), "format=csv&embeddings=/etc/passwd", "embeddings")]:
            answer = post(body, query)
            assert answer.status == 400, (query, answer.body)
            assert word in answer.body.decode() and str(tmp_path) not in answer.body.decode(), answer.body
        assert [os.listdir(folder) for folder in (tmp_path / "data").glob(".ssem-scratch-*")] == [[]]
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            statuses = list(pool.map(lambda _: post(AUDITED.encode()).status, range(12)))
        assert set(statuses) <= {200, 503} and 200 in statuses
        assert server.stop() == 0


def test_an_audit_takes_named_columns_and_tensors_of_torch(tmp_path):
    saved = (pathlib.Path(os.environ["SSEM_SOURCE_DIR"]) / "tests/fuzz/corpus/files/torch").read_bytes()[1:]
    with Served("--data-dir", str(tmp_path / "data")) as server:
        def post(body, query):
            return ask(server.port, "POST", f"/api/v1/audits?{query}", body=body, Content_Type="application/octet-stream")

        report = post(AUDITED.encode(), "format=csv&embedding_columns=x").json
        assert report["dimension"] == 1 and report["columns"]["coordinates"] == ["x"]
        refused = post(AUDITED.encode(), "format=csv&embedding_columns=1:2")
        assert refused.status == 400
        [fault] = refused.json["error"]["fields"]
        assert fault == {"path": "/embedding_columns", "message": "names the column 1; the file has label, x, y"}
        report = post(saved, "format=pt").json
        assert [each["name"] for each in report["per_class"]] == list("abcde") and report["dimension"] == 2
        assert post(b"\x80\x02cposix\nsystem\n.", "format=pt").status == 400
        assert server.stop() == 0


def test_a_stand_in_never_runs_when_the_folder_is_named_by_a_request(tmp_path):
    with Served("--data-dir", str(tmp_path / "data"), environment=stand_in(tmp_path, "finish()")) as server:
        for name in ("output_directory", "resume_from", "path"):
            answer = ask(server.port, "POST", VALIDATIONS, {**POINT, name: str(tmp_path / "elsewhere")})
            assert answer.status == 400
        assert not (tmp_path / "elsewhere").exists()
