"""Validations, runs and audits by ssem-train itself: requests and answers are those of the API's description."""
import pytest
from described import Description
from served import Served
from validating import PROBLEM, wait_until

VALIDATIONS = "/api/v1/validations"
VALIDATION = VALIDATIONS + "/{id}"
STUDIES = "/api/v1/studies"
QUICK = {"budget": {"steps": 3}}
ENCODER = {"mode": "encoder", "dataset": "gaussian_hierarchy", "model": {"kind": "mlp"}, "budget": {"steps": 2}, "seed": 3}


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    with Served("--data-dir", str(tmp_path_factory.mktemp("data"))) as server:
        yield Description(server)
        assert server.stop() == 0


def ended(api, validation_id):
    return wait_until(lambda: (answer := api.call("GET", VALIDATION, id=validation_id).json)["state"] not in ("queued", "running") and answer)


@pytest.mark.parametrize("asked", [
    {"recommend": True, **QUICK}, {"loss_weight": 0.5, "temperature": 0.1, "restarts": 1, "seed": 1, **QUICK}, {"recommend": True, **ENCODER},
], ids=["recommended", "given", "encoder"])
def test_a_validation_is_answered_as_described_until_its_report(api, asked):
    made = api.call("POST", VALIDATIONS, {"problem": PROBLEM, **asked}, 202).json
    done = ended(api, made["id"])
    assert done["state"] == "finished", done["error"]
    assert done["progress"] is not None and set(done["artifacts"]) >= {"report.json", "curve.csv"}
    report = api.call("GET", VALIDATION + "/artifacts/{name}", id=made["id"], name="report.json").json
    assert report == done["report"]
    api.call("GET", VALIDATION + "/artifacts/{name}", id=made["id"], name="curve.csv")
    api.call("GET", VALIDATION + "/events", id=made["id"])
    api.call("GET", VALIDATIONS, query="?limit=5")
    api.call("DELETE", VALIDATION, status=409, id=made["id"])
    api.call("DELETE", VALIDATION, query="?remove=true", id=made["id"])
    api.call("GET", VALIDATION, status=404, id=made["id"])


def test_a_validation_that_fails_says_why_as_described(api):
    asked = {"problem": {"classes": 4, "batch_size": 8}, "recommend": True, **ENCODER, "optimizer": {"kind": "sgd", "learning_rate": 1e30}}
    done = ended(api, api.call("POST", VALIDATIONS, {**asked, "budget": {"steps": 200}}, 202).json["id"])
    assert done["state"] == "failed" and done["error"]["message"]


def test_a_running_validation_is_cancelled_as_described(api):
    made = api.call("POST", VALIDATIONS, {"problem": PROBLEM, "recommend": True, **ENCODER, "budget": {"seconds": 100}}, 202).json
    wait_until(lambda: api.call("GET", VALIDATION, id=made["id"]).json["progress"])
    api.call("DELETE", VALIDATION, id=made["id"])
    assert ended(api, made["id"])["state"] == "cancelled"


def test_data_sets_and_places_are_as_described(api):
    assert api.call("GET", "/api/v1/datasets").json["trainer"]


def test_a_run_of_a_study_is_answered_as_described(api):
    plan = {"objective": "within_class_variance_error", **QUICK}
    study_id = api.call("POST", STUDIES, {"problem": PROBLEM, "validation": plan}, 201).json["study_id"]
    run = STUDIES + "/{study_id}/run"
    assert api.call("POST", run, {"trials": 1}, 202, study_id=study_id).json["validation"]["budget"] == {"steps": 3}
    wait_until(lambda: api.call("GET", run, study_id=study_id).json["state"] != "running")
    api.call("DELETE", run, study_id=study_id)
    handed = api.call("POST", STUDIES + "/{study_id}/ask", {"validate": True}, study_id=study_id).json
    assert ended(api, handed["validation_id"])["trial_id"] == handed["trial_id"]
    asked = api.call("POST", STUDIES + "/{study_id}/ask", {}, study_id=study_id).json
    validate = STUDIES + "/{study_id}/trials/{trial_id}/validate"
    api.call("POST", validate, plan, 202, study_id=study_id, trial_id=asked["trial_id"])


@pytest.mark.parametrize("query", ["", "&temperature=0.5"])
def test_an_audit_without_labels_is_answered_as_described(api, query):
    rows = [f"{row % 3},{(7 * row) % 11 - 5},{(3 * row) % 13 - 6}" for row in range(30)]
    asked = f"?format=csv&labels=false{query}"
    report = api.call("POST", "/api/v1/audits", "\n".join(["x0,x1,x2", *rows]).encode(), query=asked).json
    assert report["labels"] is False and ("temperature" in report) == (query != "")


@pytest.mark.parametrize("query", ["", "&temperature=0.1", "&temperature=0.1&loss_weight=0.5&convention=dcl&instances_per_class=8"])
def test_an_audit_is_answered_as_described(api, query):
    rows = [f"{label},{label},{(7 * row) % 11 - 5},{(3 * row) % 13 - 6}" for row in range(30) for label in (row % 3,)]
    report = api.call("POST", "/api/v1/audits", "\n".join(["label,x0,x1,x2", *rows]).encode(), query=f"?format=csv{query}").json
    assert ("reading" in report) == (query != "")
    assert ("predicted" in report.get("reading", {})) == ("loss_weight" in query)
