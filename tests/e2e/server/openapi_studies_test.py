"""Studies, storage, journals and the dashboard: what the API's description allows is taken, and answered as it says."""
import pytest
from described import Description
from http_wire import CIFAR10, ask

STUDIES = "/api/v1/studies"
STUDY = STUDIES + "/{study_id}"
TRIAL = "/api/v1/trials/{trial_id}"
STORED_STUDY = "/api/v1/storage/studies/{study_id}"
STORED_TRIAL = "/api/v1/storage/trials/{trial_id}"
DASHBOARD = "/api/studies/{study_id}"

LOW_HIGH = {"low": 1, "high": 8}
DISTRIBUTIONS = [
    {"type": "float", **LOW_HIGH}, {"type": "float", **LOW_HIGH, "log": True}, {"type": "float", **LOW_HIGH, "step": 0.5},
    {"type": "int", **LOW_HIGH}, {"type": "int", **LOW_HIGH, "log": True}, {"type": "int", **LOW_HIGH, "step": 2},
    {"type": "int", "low": -2**53, "high": 2**53}, {"type": "categorical", "choices": ["adam", 1, 0.5, True, None]},
    {"name": "FloatDistribution", "attributes": {**LOW_HIGH, "log": False, "step": None}},
    {"name": "IntDistribution", "attributes": {**LOW_HIGH, "log": False, "step": 1}},
    {"name": "CategoricalDistribution", "attributes": {"choices": ["adam"]}},
]
NO_DISTRIBUTIONS = [
    {}, {"type": "float"}, {"type": "real", **LOW_HIGH}, {"name": "float", **LOW_HIGH}, {"type": "float", "low": 1},
    {"type": "float", "low": "1", "high": 8}, {"type": "float", **LOW_HIGH, "step": 0}, {"type": "float", **LOW_HIGH, "log": 1},
    {"type": "int", "low": 0.5, "high": 8}, {"type": "int", **LOW_HIGH, "step": 0},
    {"type": "categorical"}, {"type": "categorical", "choices": []}, {"type": "categorical", "choices": "adam"},
    {"name": "FloatDistribution"}, {"name": "FloatDistribution", **LOW_HIGH}, {"name": "FloatDistribution", "attributes": {}},
    {"name": "CategoricalDistribution", "attributes": {"choices": []}}, "float", [0, 1], None,
]
PRUNERS = [
    {"kind": "none"}, {"kind": "median"}, {"kind": "successive_halving"},
    {"kind": "median", "startup_trials": 0, "warmup_steps": 0, "interval_steps": 1, "min_trials": 1},
    {"kind": "successive_halving", "min_resource": 1, "reduction_factor": 2, "min_early_stopping_rate": 0, "bootstrap_count": 1},
]
NO_PRUNERS = [
    {}, {"kind": "hyperband"}, {"kind": "none", "min_trials": 1}, {"kind": "median", "interval_steps": 0}, {"kind": "median", "min_trials": 0},
    {"kind": "median", "startup_trials": -1}, {"kind": "median", "startup_trials": 2**31}, {"kind": "median", "min_resource": 1},
    {"kind": "successive_halving", "reduction_factor": 1}, {"kind": "successive_halving", "min_resource": 0}, "median",
]


@pytest.fixture(scope="module")
def api(server):
    return Description(server)


@pytest.fixture(scope="module")
def study(api):
    """A study with a problem, its first trial reported and told."""
    study_id = api.call("POST", STUDIES, {"problem": CIFAR10, "directions": ["maximize"]}, 201).json["study_id"]
    trial = api.call("POST", STUDY + "/ask", {"client_id": "a", "lease_s": 60}, study_id=study_id).json
    api.call("POST", TRIAL + "/report", {"step": 1, "value": 0.5}, trial_id=trial["trial_id"])
    api.call("POST", TRIAL + "/report", {"step": 2, "value": "nan"}, trial_id=trial["trial_id"])
    api.call("POST", TRIAL + "/heartbeat", {"lease_s": 5}, trial_id=trial["trial_id"])
    api.call("POST", TRIAL + "/tell", {"values": [0.9]}, trial_id=trial["trial_id"])
    return {"study_id": study_id, "trial_id": trial["trial_id"]}


def test_studies_are_asked_and_told_as_described(api, study):
    study_id = study["study_id"]
    api.call("GET", STUDIES)
    api.call("GET", STUDY, study_id=study_id)
    assert len(api.call("POST", STUDY + "/ask", {"count": 2}, study_id=study_id).json["trials"]) == 2
    queued = api.call("POST", STUDY + "/enqueue", {"params": {"temperature": 0.2}, "user_attrs": {"by": "hand"}}, 201, study_id=study_id)
    api.call("POST", STUDY + "/enqueue", {"params": {"temperature": 0.2}, "skip_if_exists": True}, 200, study_id=study_id)
    api.call("GET", TRIAL, trial_id=queued.json["trial_id"])
    api.call("GET", STUDY + "/trials", query="?states=COMPLETE,WAITING&after_trial_id=-1", study_id=study_id)
    api.call("GET", STUDY + "/best-trials", study_id=study_id)
    api.call("GET", STUDY + "/run", study_id=study_id)
    gone = api.call("POST", STUDIES, {}, 201).json["study_id"]
    api.call("DELETE", STUDY, study_id=gone)
    api.call("GET", STUDY, status=404, study_id=gone)


def test_plans_are_answered_as_described(api):
    for problem in ({**CIFAR10, "views": 4, "convention": "dcl", "classes_per_batch": 5}, {"class_counts": [50, 5], "batch_size": 16},
                    {"classes": 4, "instances_per_class": 10, "dataset_instances_per_class": 100}, None):
        made = api.call("POST", STUDIES, {"problem": problem, "sampler": "random", "seed": 7, "max_retry": 0}, 201)
        assert made.json["plan"]["seed"] == 7


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=str)
def test_every_described_distribution_is_taken_and_answered_in_optunas_form(api, distribution):
    made = api.call("POST", STUDIES, {"search_space": {"x": distribution}}, 201).json
    api.check(made["plan"]["search_space"]["x"], api.named("OptunaDistribution"))
    api.call("POST", STUDY + "/ask", {}, study_id=made["study_id"])


@pytest.mark.parametrize("distribution", NO_DISTRIBUTIONS, ids=str)
def test_what_is_no_described_distribution_is_refused(api, server, distribution):
    assert api.faults(distribution, api.named("Distribution"))
    answer = ask(server.port, "POST", STUDIES, {"search_space": {"x": distribution}})
    assert answer.status == 400
    api.check_answer("POST", STUDIES, answer)


@pytest.mark.parametrize("pruner", PRUNERS, ids=str)
def test_every_described_pruner_is_taken(api, pruner):
    made = api.call("POST", STUDIES, {"pruner": pruner}, 201).json
    assert pruner.items() <= made["plan"]["pruner"].items()


@pytest.mark.parametrize("pruner", NO_PRUNERS, ids=str)
def test_what_is_no_described_pruner_is_refused(api, server, pruner):
    assert api.faults(pruner, api.named("Pruner"))
    assert ask(server.port, "POST", STUDIES, {"pruner": pruner}).status == 400


@pytest.mark.parametrize("method, path, body, schema, statuses", [
    ("POST", STUDIES, {"directions": []}, "NewTunedStudy", [400]),
    ("POST", STUDIES, {"directions": ["up"]}, "NewTunedStudy", [400]),
    ("POST", STUDIES, {"problem": {**CIFAR10, "loss_weight": 0.5}}, "NewTunedStudy", [400]),
    ("POST", STUDIES, {"seed": -1}, "NewTunedStudy", [400]),
    ("POST", "/api/v1/storage/studies", {"directions": []}, "NewStudy", [422]),
    ("POST", "/api/studies", {"study_name": "x", "directions": []}, "DashboardNewStudy", [422]),
    ("POST", "/api/studies", {"study_name": "x", "directions": ["up"]}, "DashboardNewStudy", [400]),
    ("POST", "/api/v1/trials/{trial_id}/tell", {"state": ""}, "Tell", [400]),
    ("POST", "/api/v1/trials/{trial_id}/tell", {"values": "high"}, "Tell", [400]),
    ("POST", "/api/v1/trials/{trial_id}/report", {"step": -1, "value": 1}, "Report", [409, 422]),
    ("PUT", "/api/studies/{study_id}/note", {}, "DashboardNote", [400]),
    ("PUT", "/api/studies/{study_id}/{trial_id}/note", {"version": 1}, "DashboardNote", [400]),
    ("POST", "/api/v1/suggestions", {"directions": [], "search_space": []}, "SuggestionRequest", [400]),
])
def test_what_the_description_forbids_is_refused(api, server, study, method, path, body, schema, statuses):
    assert api.faults(body, api.named(schema))
    answer = ask(server.port, method, path.format(**study), body)
    assert answer.status in statuses
    api.check_answer(method, path, answer)


@pytest.mark.parametrize("study_id, statuses", [(2**53 - 1, [404]), (0, [404]), (2**63, [400]), ("x", [400])])
def test_ids_are_what_the_description_says(api, server, study_id, statuses):
    assert bool(api.faults(study_id, api.named("Id"))) == (statuses == [400])
    for path in (STUDY, STORED_STUDY, DASHBOARD):
        answer = ask(server.port, "GET", path.format(study_id=study_id))
        assert answer.status in statuses
        api.check_answer("GET", path, answer)


def test_the_storage_answers_as_described(api):
    study_id = api.call("POST", "/api/v1/storage/studies", {"directions": ["minimize"], "study_name": "stored"}, 201).json["study_id"]
    attribute = {"key": "note", "value_json": "NaN"}
    api.call("GET", "/api/v1/storage/studies")
    api.call("GET", "/api/v1/storage/studies", query="?study_name=stored")
    api.call("PUT", STORED_STUDY + "/user-attrs", attribute, study_id=study_id)
    api.call("PUT", STORED_STUDY + "/system-attrs", attribute, study_id=study_id)
    assert api.call("GET", STORED_STUDY, study_id=study_id).json["user_attrs"] == [attribute]
    trial_id = api.call("POST", STORED_STUDY + "/trials", {"template_trial": None}, 201, study_id=study_id).json["trial_id"]
    distribution = '{"name": "FloatDistribution", "attributes": {"step": null, "low": 0.0, "high": 1.0, "log": false}}'
    api.call("PUT", STORED_TRIAL + "/params", {"name": "x", "param_internal_value": 0.5, "distribution_json": distribution}, trial_id=trial_id)
    for step in (-1, 2**53):
        api.call("PUT", STORED_TRIAL + "/intermediate-values", {"step": step, "value": "inf"}, trial_id=trial_id)
    api.call("PUT", STORED_TRIAL + "/user-attrs", attribute, trial_id=trial_id)
    api.call("PUT", STORED_TRIAL + "/system-attrs", attribute, trial_id=trial_id)
    api.call("PUT", STORED_TRIAL + "/state", {"state": "COMPLETE", "values": [1]}, trial_id=trial_id)
    api.call("PUT", STORED_TRIAL + "/state", {"state": "FAIL"}, 409, trial_id=trial_id)
    api.call("GET", STORED_TRIAL, trial_id=trial_id)
    api.call("GET", STORED_STUDY + "/trials", study_id=study_id)
    api.call("GET", STORED_STUDY + "/trials/number/{number}", study_id=study_id, number=0)
    api.call("GET", STORED_STUDY + "/trials/number/{number}", status=404, study_id=study_id, number=1)
    api.call("DELETE", STORED_STUDY, study_id=study_id)


def test_journals_answer_as_described_the_empty_one_too(api):
    path = "/api/v1/journals/{name}"
    assert api.call("GET", path, name="nobody").body == b""
    api.call("POST", path, b'{"a": NaN}\n', name="one")
    assert api.call("GET", path, name="one").body == b'{"a": NaN}\n'
    assert api.call("GET", path, query="?from=1", name="one").body == b""
    api.call("GET", "/api/v1/journals")
    api.call("DELETE", path, name="one")
    api.call("DELETE", path, status=404, name="one")


def test_suggestions_answer_as_described(api):
    space = [{"name": "x", "distribution_json": '{"type": "float", "low": 0, "high": 1}'}]
    past = [{"state": "COMPLETE", "values": [1], "params": [{"name": "x", "param_internal_value": 0.5}]}, {"state": "FAIL", "values": None}]
    for more in ({}, {"number": None, "seed": None, "problem": None}, {"number": 3, "seed": 1, "trials": past}):
        api.call("POST", "/api/v1/suggestions", {"directions": ["minimize"], "search_space": space, **more})


def test_the_dashboard_is_answered_as_described(api, study):
    api.call("GET", "/api/meta")
    api.call("GET", "/api/studies")
    made = api.call("POST", "/api/studies", {"study_name": "shown", "directions": ["minimize", "maximize"]}, 201).json["study_summary"]
    api.call("PUT", DASHBOARD + "/note", {"version": 1, "body": "one"}, 204, study_id=made["study_id"])
    late = api.call("PUT", DASHBOARD + "/note", {"version": 1, "body": "two"}, 409, study_id=made["study_id"])
    assert late.json["note"] == {"version": 1, "body": "one"}
    api.call("PUT", DASHBOARD + "/{trial_id}/note", {"version": 1, "body": "one"}, 204, **study)
    detail = api.call("GET", DASHBOARD, study_id=study["study_id"]).json
    assert detail["trials"][0]["note"]["body"] == "one"
    api.call("GET", DASHBOARD + "/param_importances", study_id=study["study_id"])
    api.call("GET", "/csv/{study_id}", study_id=study["study_id"])
    api.call("GET", DASHBOARD + "/plot/{plot_type}", status=404, plot_type="contour", **study)
    api.call("POST", DASHBOARD + "/rename", {"study_name": "renamed"}, 201, study_id=made["study_id"])


def test_preferences_are_answered_as_described(api):
    study_id = api.call("POST", "/api/v1/storage/studies", {"directions": ["minimize"]}, 201).json["study_id"]
    preferential = {"key": "preference:is_preferential", "value_json": "true"}
    api.call("PUT", STORED_STUDY + "/system-attrs", preferential, study_id=study_id)
    for _ in range(2):
        api.call("POST", STORED_STUDY + "/trials", {}, 201, study_id=study_id)
    api.call("PUT", DASHBOARD + "/preference_feedback_component", {"output_type": "note"}, 204, study_id=study_id)
    api.call("POST", DASHBOARD + "/preference", {"mode": "ChooseWorst", "candidates": [0, 1], "clicked": 1}, 204, study_id=study_id)
    detail = api.call("GET", DASHBOARD, study_id=study_id).json
    assert detail["is_preferential"] and detail["preferences"] == [[0, 1]]
    history_id = detail["preference_history"][0]["history"]["id"]
    api.call("DELETE", DASHBOARD + "/preference/{history_id}", status=204, study_id=study_id, history_id=history_id)
    api.call("POST", DASHBOARD + "/preference/{history_id}", status=204, study_id=study_id, history_id=history_id)


def test_the_whole_storage_is_a_file_as_described(api):
    assert api.call("GET", "/api/v1/export/optuna.sqlite").body.startswith(b"SQLite format 3")
