"""What is refused of studies, asks, reports and tells: by its field, and nothing changes."""
import pytest
from http_wire import ask
from optuna_served import serve
from tuner import PROBLEM, STUDIES, Tuner


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


BAD_STUDIES = [
    ({"directions": []}, "/directions"),
    ({"directions": ["up"]}, "/directions"),
    ({"directions": ["not_set"]}, "/directions"),
    ({"study_name": 3}, "/study_name"),
    ({"problem": {**PROBLEM, "classes": 1}}, "/problem/classes"),
    ({"problem": {**PROBLEM, "temperature": 1}}, "/problem/temperature"),
    ({"problem": []}, "/problem"),
    ({"search_space": {"x": {"type": "float", "low": 1, "high": 0}}}, "/search_space/x"),
    ({"search_space": {"x": {"type": "float", "low": 0, "high": 1, "log": True}}}, "/search_space/x"),
    ({"search_space": {"a/b": {"type": "int", "low": 0, "high": 1.5}}}, "/search_space/a~1b"),
    ({"search_space": {"x": {"type": "categorical", "choices": []}}}, "/search_space/x"),
    ({"search_space": {"x": 1}}, "/search_space/x"),
    ({"search_space": [1]}, "/search_space"),
    ({"sampler": "tpe"}, "/sampler"),
    ({"seed": -1}, "/seed"),
    ({"seed": 1.5}, "/seed"),
    ({"pruner": {"kind": "hyper"}}, "/pruner/kind"),
    ({"pruner": {"kind": "median", "reduction_factor": 2}}, "/pruner/reduction_factor"),
    ({"pruner": {"kind": "successive_halving", "reduction_factor": 1}}, "/pruner/reduction_factor"),
    ({"max_retry": -1}, "/max_retry"),
    ({"load_if_exists": "yes"}, "/load_if_exists"),
    ({"surprise": 1}, "/surprise"),
]


@pytest.mark.parametrize("body, path", BAD_STUDIES, ids=lambda value: str(value)[:50])
def test_a_study_that_breaks_a_rule_is_refused_by_its_field_and_not_made(server, body, path):
    before = len(Tuner(server.port).get(STUDIES)["studies"])
    answer = ask(server.port, "POST", STUDIES, body)
    assert answer.status == 400
    assert [fault["path"] for fault in answer.error["fields"]] == [path]
    assert len(Tuner(server.port).get(STUDIES)["studies"]) == before


def test_a_misspelt_field_is_answered_with_the_one_that_was_meant(server):
    answer = ask(server.port, "POST", STUDIES, {"name": "s", "direction": "minimize", "directions": ["max", "min"]})
    assert {fault["path"]: fault["message"] for fault in answer.error["fields"]} == {
        "/name": "is no known field; did you mean study_name?",
        "/direction": "is no known field; did you mean directions?",
        "/directions": "each must be minimize or maximize, got max",
    }
    query = ask(server.port, "GET", f"{STUDIES}?name=s")
    assert [fault["message"] for fault in query.error["fields"]] == ["is no known field; did you mean study_name?"]


def test_names_of_every_kind_are_names(server):
    for name in ("", "a/b", "%2F", "'; DROP TABLE studies; --", '"', "\u0000\u2028\U0001f600", "x" * 5000):
        tuner = Tuner(server.port, study_name=name, problem=PROBLEM)
        assert tuner.get(f"{STUDIES}/{tuner.study_id}")["study_name"] == name
        assert tuner.refused(STUDIES, {"study_name": name}) == (409, "duplicated_study")
        again = tuner.post(STUDIES, {"study_name": name, "load_if_exists": True})
        assert again["study_id"] == tuner.study_id


def test_bad_asks_reports_and_tells_are_refused_and_change_nothing(server):
    tuner = Tuner(server.port, problem=PROBLEM)
    two = Tuner(server.port, directions=["minimize", "minimize"])
    asks = f"{STUDIES}/{tuner.study_id}/ask"
    trial = tuner.ask(search_space={"x": {"type": "float", "low": 0, "high": 1}})
    both = two.ask()
    waiting = tuner.post(f"{STUDIES}/{tuner.study_id}/enqueue", {"params": {}})
    before = tuner.get(f"{STUDIES}/{tuner.study_id}/trials"), two.get(f"{STUDIES}/{two.study_id}/trials")
    at = f"/api/v1/trials/{trial['trial_id']}"
    at_two = f"/api/v1/trials/{both['trial_id']}"
    at_waiting = f"/api/v1/trials/{waiting['trial_id']}"
    invalid = (400, "invalid_argument")
    broken = (422, "invalid_value")
    for path, body, wanted in [
        (asks, {"count": 0}, invalid),
        (asks, {"count": 257}, invalid),
        (asks, {"lease_s": 0}, invalid),
        (asks, {"lease_s": "inf"}, invalid),
        (asks, {"client_id": 5}, invalid),
        (asks, {"search_space": {"x": {"type": "int", "low": 0, "high": 1}}}, broken),
        (f"{STUDIES}/999999/ask", {}, (404, "not_found")),
        (f"{STUDIES}/one/ask", {}, invalid),
        (f"{STUDIES}/{tuner.study_id}/enqueue", {}, invalid),
        (f"{STUDIES}/{tuner.study_id}/enqueue", {"params": [1]}, invalid),
        (at + "/report", {"step": -1, "value": 1}, broken),
        (at + "/report", {"step": 1.5, "value": 1}, invalid),
        (at + "/report", {"step": 1, "value": None}, invalid),
        (at_two + "/report", {"step": 1, "value": 1}, broken),
        (at_two + "/tell", {"state": "COMPLETE", "values": [1]}, broken),
        (at_waiting + "/report", {"step": 1, "value": 1}, broken),
        (at_waiting + "/tell", {"values": [1]}, broken),
        (at + "/tell", {"state": "COMPLETE"}, broken),
        (at + "/tell", {"state": "COMPLETE", "values": []}, broken),
        (at + "/tell", {"state": "COMPLETE", "values": [1, 2]}, broken),
        (at + "/tell", {"state": "COMPLETE", "values": ["nan"]}, broken),
        (at + "/tell", {"value": 1, "values": [1]}, invalid),
        (at + "/tell", {"state": "RUNNING"}, invalid),
        (at + "/tell", {"state": "FAIL", "values": [1]}, broken),
        ("/api/v1/trials/999999/tell", {"values": [1]}, (404, "not_found")),
        ("/api/v1/suggestions", {"directions": ["minimize"]}, invalid),
        ("/api/v1/suggestions", {"directions": [], "search_space": []}, invalid),
        ("/api/v1/suggestions", {"directions": ["minimize"], "search_space": [{"name": "x", "distribution_json": "{"}]}, invalid),
    ]:
        assert tuner.refused(path, body) == wanted, (path, body)
    assert before == (tuner.get(f"{STUDIES}/{tuner.study_id}/trials"), two.get(f"{STUDIES}/{two.study_id}/trials"))
    for body in (b"{", b"[]", b'{"count":1,"count":2}', b"\xff", b'{"values":[NaN]}'):
        assert ask(server.port, "POST", asks, body=body, Content_Type="application/json").status == 400
