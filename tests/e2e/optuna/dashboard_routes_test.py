"""optuna-dashboard's routes and JSON, as its documentation-by-use has them, held against Optuna's own view."""
import csv
import io
import json

import optuna
import pytest
from http_wire import ask
from optuna_served import serve

from ssem_optuna import RestStorage

pytestmark = pytest.mark.filterwarnings("ignore")  # of Optuna, about its own experiments
INF, NAN = float("inf"), float("nan")


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


@pytest.fixture
def call(server):
    def request(method, path, body=None, status=200):
        answer = ask(server.port, method, path, body)
        assert answer.status == status, (answer.status, answer.body)
        if status in (200, 201):
            return answer.json
        if status == 204:
            assert answer.body == b""
            return None
        assert answer.json["reason"]
        return answer.json

    return request


def objective(trial):
    x = trial.suggest_float("x", 0, 1)
    trial.suggest_int("n", 1, 8, log=True)
    trial.suggest_categorical("kind", ["a", None, 3, 0.5, True])
    trial.report(NAN, 0)
    trial.report(x, 2)
    trial.set_user_attr("text", "plain")
    trial.set_user_attr("number", 1e-05)
    trial.set_user_attr("yes", True)
    trial.set_user_attr("list", [1, "é" * 2000])
    if trial.number == 3:
        raise optuna.TrialPruned
    if trial.number == 4:
        return INF
    return x


@pytest.fixture
def study(server, request):
    study = optuna.create_study(storage=RestStorage(server.url), study_name=request.node.name)
    study.set_user_attr("who", {"a": 1})
    study.optimize(objective, n_trials=6)
    study.enqueue_trial({"x": 0.5, "kind": None})
    study.ask()
    return study


def test_a_study_is_listed_and_shown_as_the_front_end_reads_it(study, call):
    summaries = {each["study_name"]: each for each in call("GET", "/api/studies/")["study_summaries"]}
    summary = summaries[study.study_name]
    assert summary == {
        "study_id": study._study_id, "study_name": study.study_name, "directions": ["minimize"],
        "user_attrs": [{"key": "who", "value": '{"a": 1}'}], "is_preferential": False,
    }  # fmt: skip
    detail = call("GET", f"/api/studies/{study._study_id}?after=0")
    assert [trial["number"] for trial in detail["trials"]] == list(range(7))
    assert [trial["state"] for trial in detail["trials"]] == [
        trial.state.name.capitalize() for trial in study.trials
    ]
    for shown, trial in zip(detail["trials"], study.trials):
        assert {each["name"]: each["param_external_value"] for each in shown["params"]} == {
            name: str(value) for name, value in trial.params.items()
        }
        assert [each["param_external_pytyp"] for each in shown["params"]] == [
            str(type(value)) for value in trial.params.values()
        ]
        assert shown["trial_id"] == trial._trial_id
        assert [float(value) for value in shown.get("values", [])] == (trial.values or [])
    first = detail["trials"][0]
    assert first["intermediate_values"][0] == {"step": 0, "value": "nan"}
    attributes = {each["key"]: each["value"] for each in first["user_attrs"]}
    assert attributes["text"] == "plain" and attributes["number"] == "1e-05" and attributes["yes"] == "True"
    assert len(attributes["list"].encode()) <= 1024
    assert detail["trials"][6]["fixed_params"] == [
        {"name": "x", "param_external_value": "0.5"}, {"name": "kind", "param_external_value": "None"},
    ]  # fmt: skip
    assert [trial["number"] for trial in detail["best_trials"]] == [study.best_trial.number]
    assert detail["has_intermediate_values"] is True
    assert [each["name"] for each in detail["union_search_space"]] == ["kind", "n", "x"]
    assert detail["union_search_space"][0]["distribution"]["choices"] == [
        {"pytype": str(type(choice)), "value": str(choice)} for choice in ["a", None, 3, 0.5, True]
    ]
    assert {each["key"]: each["sortable"] for each in detail["union_user_attrs"]} == {
        "text": False, "number": True, "yes": True, "list": False,
    }  # fmt: skip
    later = call("GET", f"/api/studies/{study._study_id}?after=5")
    assert [trial["number"] for trial in later["trials"]] == [5, 6]
    assert later["best_trials"] == detail["best_trials"]


def test_search_spaces_are_joined_and_met(server, call):
    study = optuna.create_study(storage=RestStorage(server.url), study_name="spaces")
    for high, step in ((1, 1), (3, 1), (2, 2)):
        trial = study.ask()
        trial.suggest_float("x", -high, high)
        trial.suggest_int("n", 0, 4 * step, step=step)
        trial.suggest_float("same", 0, 1)
        study.tell(trial, 1.0)
    failed = study.ask()
    study.tell(failed, state=optuna.trial.TrialState.FAIL)
    detail = call("GET", f"/api/studies/{study._study_id}")
    union = {each["name"]: each["distribution"] for each in detail["union_search_space"]}
    assert (union["x"]["low"], union["x"]["high"]) == (-3, 3)
    assert (union["n"]["high"], union["n"]["step"]) == (4, 1)
    assert [each["name"] for each in detail["intersection_search_space"]] == ["same"]


def test_importances_name_the_parameter_that_decides(server, call):
    study = optuna.create_study(
        storage=RestStorage(server.url), study_name="importances", directions=["minimize", "maximize"],
        sampler=optuna.samplers.RandomSampler(seed=1),
    )  # fmt: skip
    assert call("GET", f"/api/studies/{study._study_id}/param_importances") == {"param_importances": [[], []]}

    def two(trial):
        decides, idle = trial.suggest_float("decides", 0, 1), trial.suggest_float("idle", 0, 1)
        kind = trial.suggest_categorical("kind", ["a", "b", "c"])
        return decides + 0.01 * idle, kind == "b"

    study.optimize(two, n_trials=120)
    first, second = call("GET", f"/api/studies/{study._study_id}/param_importances")["param_importances"]
    assert first[0]["name"] == "decides" and first[0]["importance"] > 0.7
    assert second[0] == {**second[0], "name": "kind", "distribution": "CategoricalDistribution"}
    assert sum(each["importance"] for each in first) == pytest.approx(1)
    theirs = optuna.importance.get_param_importances(
        study, evaluator=optuna.importance.PedAnovaImportanceEvaluator(), target=lambda trial: trial.values[0]
    )
    assert next(iter(theirs)) == "decides"


def test_a_study_is_made_renamed_with_its_notes_and_deleted(study, call):
    made = call("POST", "/api/studies", {"study_name": "made", "directions": ["minimize", "maximize"]}, 201)
    assert made["study_summary"]["directions"] == ["minimize", "maximize"]
    call("POST", "/api/studies", {"study_name": "made", "directions": ["minimize"]}, 409)
    call("POST", "/api/studies", {"directions": ["minimize"]}, 400)
    old_id, old_trials = study._study_id, study.trials
    trial_id = old_trials[2]._trial_id
    call("PUT", f"/api/studies/{old_id}/note", {"version": 1, "body": "of the study"}, 204)
    call("PUT", f"/api/studies/{old_id}/{trial_id}/note", {"version": 1, "body": "of the trial"}, 204)
    call("POST", f"/api/studies/{old_id}/rename", {"study_name": "made"}, 409)
    renamed = call("POST", f"/api/studies/{old_id}/rename", {"study_name": "renamed"}, 201)
    call("GET", f"/api/studies/{old_id}", status=404)
    detail = call("GET", f"/api/studies/{renamed['study_id']}")
    assert detail["name"] == "renamed" and detail["note"] == {"version": 1, "body": "of the study"}
    assert detail["trials"][2]["note"] == {"version": 1, "body": "of the trial"}
    assert detail["user_attrs"] == [{"key": "who", "value": '{"a": 1}'}]
    assert [trial["params"] for trial in detail["trials"]]
    assert detail["trials"][0]["trial_id"] != old_trials[0]._trial_id
    call("DELETE", f"/api/studies/{renamed['study_id']}", {"remove_associated_artifacts": True}, 204)
    call("DELETE", f"/api/studies/{renamed['study_id']}", status=404)
    call("DELETE", f"/api/studies/{made['study_summary']['study_id']}", status=204)


def test_a_note_of_any_length_is_kept_and_a_stale_one_is_a_conflict(study, call):
    path = f"/api/studies/{study._study_id}/note"
    long = "ä\U0001f600" * 5000
    call("PUT", path, {"version": 1, "body": long}, 204)
    assert call("GET", f"/api/studies/{study._study_id}")["note"] == {"version": 1, "body": long}
    for version in (0, 1, 3, -1):
        assert call("PUT", path, {"version": version, "body": "x"}, 409)["note"] == {"version": 1, "body": long}
    call("PUT", path, {"version": 2, "body": "short"}, 204)
    assert call("GET", f"/api/studies/{study._study_id}")["note"] == {"version": 2, "body": "short"}
    pieces = [value for key, value in study.system_attrs.items() if key.startswith("dashboard:note_str:")]
    assert all(len(piece) <= 2045 for piece in pieces) and "".join(pieces) == "short"
    call("PUT", f"/api/studies/{study._study_id}/999999/note", {"version": 1, "body": ""}, 404)
    call("PUT", path, {"version": "1", "body": ""}, 400)


def test_trials_are_told_and_annotated(study, call):
    running = study.trials[6]._trial_id
    call("POST", f"/api/trials/{running}/user-attrs", {"user_attrs": {"a": [1], "b": "c"}}, 204)
    call("POST", f"/api/trials/{running}/tell", {"state": "Complete"}, 400)
    call("POST", f"/api/trials/{running}/tell", {"state": "Running"}, 400)
    call("POST", f"/api/trials/{running}/tell", {"state": "Complete", "values": [1, 2]}, 422)
    call("POST", f"/api/trials/{running}/tell", {"state": "Complete", "values": [0.125]}, 204)
    assert study.trials[6].value == 0.125
    assert study.trials[6].user_attrs == {"a": [1], "b": "c"}
    call("POST", f"/api/trials/{running}/tell", {"state": "Fail"}, 409)
    call("POST", f"/api/trials/{running}/user-attrs", {"user_attrs": {"a": 2}}, 409)
    call("POST", f"/api/trials/{running}/user-attrs", {"user_attrs": {}}, 400)
    call("POST", "/api/trials/999999/tell", {"state": "Fail"}, 404)


def test_the_table_of_trials_is_what_a_spreadsheet_reads(study, server):
    answer = ask(server.port, "GET", f"/csv/{study._study_id}?trial_ids=0,4")
    assert answer.status == 200 and answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    rows = list(csv.reader(io.StringIO(answer.body.decode())))
    assert rows[0] == [
        "Number", "State", "Value", "Param kind", "Param n", "Param x",
        "UserAttribute list", "UserAttribute number", "UserAttribute text", "UserAttribute yes",
    ]  # fmt: skip
    assert rows[2][:3] == ["4", "COMPLETE", "inf"]
    assert float(rows[1][5]) == study.trials[0].params["x"]
    assert len(rows) == 3
    assert ask(server.port, "GET", f"/csv/{study._study_id}?trial_ids=77").status == 404
    assert ask(server.port, "GET", f"/csv/{study._study_id}?trial_ids=a").status == 400


def test_no_text_of_the_table_is_a_formula_and_numbers_stay_numbers(server):
    study = optuna.create_study(storage=RestStorage(server.url), study_name="formulas")
    trial = study.ask()
    texts = {"a": "=1+1", "b": "+cmd|' /C calc'!A0", "c": "-2+3", "d": "@SUM(A1)", "e": "\t=1", "f": "-1.5e3", "g": "plain"}
    for name, text in texts.items():
        trial.set_user_attr(name, text)
    trial.set_user_attr("h", -2.5)
    trial.suggest_categorical("p", ["=2+2"])
    study.tell(trial, -0.25)
    rows = list(csv.reader(io.StringIO(ask(server.port, "GET", f"/csv/{study._study_id}").body.decode())))
    table = dict(zip(rows[0], rows[1], strict=True))
    assert table["Value"] == "-0.25" and table["UserAttribute h"] == "-2.5" and table["UserAttribute f"] == "-1.5e3"
    assert table["Param p"] == "'=2+2" and table["UserAttribute g"] == "plain"
    assert [table[f"UserAttribute {name}"] for name in "abcde"] == ["'" + texts[name] for name in "abcde"]


def test_preferences_are_kept_taken_back_and_restored(server, call):
    study = optuna.create_study(storage=RestStorage(server.url), study_name="preferences")
    base = f"/api/studies/{study._study_id}"
    trials = [study.ask() for _ in range(3)]
    call("POST", f"{base}/{trials[0]._trial_id}/skip", status=400)
    study._storage.set_study_system_attr(study._study_id, "preference:is_preferential", True)
    call("POST", f"{base}/preference", {"mode": "ChooseWorst", "candidates": [0, 1, 2], "clicked": 1}, 204)
    detail = call("GET", base)
    assert detail["is_preferential"] is True
    assert detail["preferences"] == [[0, 1], [2, 1]]
    assert [trial["number"] for trial in detail["best_trials"]] == [0, 2]
    entry = detail["preference_history"][0]
    assert entry["history"]["clicked"] == 1 and not entry["is_removed"]
    call("DELETE", f"{base}/preference/{entry['history']['id']}", status=204)
    assert call("GET", base)["preference_history"][0]["is_removed"]
    call("POST", f"{base}/preference/{entry['history']['id']}", status=204)
    assert call("GET", base)["preferences"] == [[0, 1], [2, 1]]
    call("DELETE", f"{base}/preference/none", status=404)
    call("POST", f"{base}/{trials[2]._trial_id}/skip", status=204)
    assert call("GET", base)["skipped_trial_numbers"] == [2]
    call("PUT", f"{base}/preference_feedback_component", {"output_type": "artifact", "artifact_key": "k"}, 204)
    assert call("GET", base)["feedback_component_type"] == {"output_type": "artifact", "artifact_key": "k"}
    call("POST", f"{base}/preference", {"mode": "ChooseWorst", "clicked": 1}, 204)
    assert call("GET", base)["preference_history"][-1]["history"]["candidates"] == []
    for body in ({"mode": "x", "candidates": [0], "clicked": 0}, {"mode": "ChooseWorst", "candidates": [0], "clicked": 9}):
        call("POST", f"{base}/preference", body, 400)


def test_what_other_tools_keep_in_attributes_is_shown(server, call):
    study = optuna.create_study(storage=RestStorage(server.url), study_name="extras")
    study.set_metric_names(["loss"])
    put = study._storage.set_study_system_attr
    put(study._study_id, "artifacts:1", json.dumps({"artifact_id": "1", "filename": "f", "mimetype": "m", "encoding": None}))
    put(study._study_id, "artifacts:2", "null")
    put(study._study_id, "dashboard:plot_data:p:1", "b")
    put(study._study_id, "dashboard:plot_data:p:0", "a")
    put(study._study_id, "dashboard:form_widgets:v2", {"output_type": "objective", "widgets": []})
    detail = call("GET", f"/api/studies/{study._study_id}")
    assert detail["objective_names"] == ["loss"]
    assert detail["artifacts"] == [{"artifact_id": "1", "filename": "f", "mimetype": "m", "encoding": None}]
    assert detail["plotly_graph_objects"] == [{"id": "p", "graph_object": "ab"}]
    assert detail["form_widgets"] == {"output_type": "objective", "widgets": []}


def test_what_is_not_here_is_refused_with_a_reason(study, call):
    call("GET", f"/api/studies/{study._study_id}/plot/contour", status=404)
    call("GET", "/api/compare-studies/plot/edf?study_ids[]=1", status=404)
    call("POST", f"/api/artifacts/{study._study_id}", {"file": "data:,"}, status=400)
    assert "--dashboard-dir" in call("GET", "/dashboard", status=404)["reason"]
    call("GET", f"/api/studies/{study._study_id}?after=-1", status=400)
    call("GET", f"/api/studies/{study._study_id}?after=x", status=400)
    call("GET", "/api/studies/999999", status=404)
