"""Tuning and validation joined: ask with validate, single trials, whole runs on the server."""
import shutil
import time

import pytest
from http_wire import ask
from served import Served
from stand_in_trainer import stand_in
from validating import PROBLEM, VALIDATIONS, get, start, wait_for, wait_until

STUDIES = "/api/v1/studies"
# Measures a variance that depends on the point, so that the best trial is known.
MEASURING = """
variance = max(0.0, min(0.99, spec["loss_weight"] - spec["temperature"]))
for step in range(1, 6):
    tell(event="progress", time_s=step * 0.1, step=step, total_steps=5, loss=1.0, within_class_variance=variance,
         between_class_variance=0.1)
    time.sleep(PAUSE)
finish(within_class_variance=variance, linear_probe_accuracy=1 - spec["temperature"], seed=spec["seed"],
       learning_rate=spec.get("optimizer", {}).get("learning_rate", "nan"), steps=spec.get("budget", {}).get("steps", 0))
"""


@pytest.fixture
def serve(tmp_path):
    running = []

    def one(script=MEASURING, *flags, port=0, pause=0.0):
        environment = stand_in(tmp_path, script.replace("PAUSE", str(pause)))
        server = Served("--data-dir", str(tmp_path / "data"), "--storage", f"sqlite:///{tmp_path}/studies.db", *flags, port=port,
                        environment=environment)
        running.append(server.start())
        return server

    yield one
    for server in running:
        server.kill()


def create(server, **fields):
    answer = ask(server.port, "POST", STUDIES, {"problem": PROBLEM, "pruner": {"kind": "none"}, **fields})
    assert answer.status == 201, answer.body
    return answer.json["study_id"]


def run(server, study_id, **fields):
    return ask(server.port, "POST", f"{STUDIES}/{study_id}/run", fields)


def state(server, study_id):
    return ask(server.port, "GET", f"{STUDIES}/{study_id}/run").json


def trials(server, study_id):
    return ask(server.port, "GET", f"{STUDIES}/{study_id}/trials").json["trials"]


def wait_for_run(server, study_id, *states):
    return wait_until(lambda: (now := state(server, study_id))["state"] in (states or ("finished", "failed")) and now)


def test_two_requests_are_a_whole_tuning_run(serve):
    server = serve()
    study_id = create(server)
    begun = run(server, study_id, trials=6)
    assert begun.status == 202 and begun.json["state"] == "running" and begun.json["trials"] == 6
    done = wait_for_run(server, study_id)
    assert (done["state"], done["done"], done["begun"], done["running"]) == ("finished", 6, 6, [])
    told = trials(server, study_id)
    assert [trial["state"] for trial in told] == ["COMPLETE"] * 6
    advised = ask(server.port, "POST", "/api/v1/recommendations", PROBLEM).json
    assert told[0]["params"]["loss_weight"] == advised["loss_weight"]
    for trial in told:
        variance = max(0.0, min(0.99, trial["params"]["loss_weight"] - trial["params"]["temperature"]))
        assert trial["values"] == [pytest.approx(abs(variance - 0.3))]
        assert trial["user_attrs"]["measured"]["within_class_variance"] == pytest.approx(variance)
        job = get(server, trial["user_attrs"]["validation_id"])
        assert (job["trial_id"], job["state"]) == (trial["trial_id"], "finished")
        assert [each["step"] for each in trial["intermediate_values"]][0] == 1
    best = ask(server.port, "GET", f"{STUDIES}/{study_id}/best-trials").json["trials"][0]
    assert best["values"][0] == min(trial["values"][0] for trial in told)


def test_a_run_is_continued_by_asking_for_more(serve):
    server = serve()
    study_id = create(server)
    run(server, study_id, trials=2)
    assert wait_for_run(server, study_id)["done"] == 2
    run(server, study_id, trials=3)
    assert wait_for_run(server, study_id)["done"] == 3
    assert len(trials(server, study_id)) == 5


def test_a_run_that_goes_on_is_a_conflict_and_can_be_stopped_and_continued(serve):
    server = serve(pause=0.1)
    study_id = create(server)
    run(server, study_id, trials=50)
    wait_until(lambda: state(server, study_id)["done"] >= 1)
    assert run(server, study_id, trials=1).status == 409
    stopped = ask(server.port, "DELETE", f"{STUDIES}/{study_id}/run").json
    assert stopped["state"] == "stopped"
    wait_until(lambda: all(trial["state"] != "RUNNING" for trial in trials(server, study_id)))
    assert state(server, study_id)["running"] == []
    count = len(trials(server, study_id))
    assert {trial["state"] for trial in trials(server, study_id)} == {"COMPLETE"}
    time.sleep(1.5)
    assert len(trials(server, study_id)) == count < 50
    assert run(server, study_id, trials=1).status == 202
    wait_for_run(server, study_id)
    assert len(trials(server, study_id)) == count + 1


def test_stopping_now_cancels_what_runs(serve):
    server = serve(pause=5)
    study_id = create(server)
    run(server, study_id, trials=5)
    running = wait_until(lambda: state(server, study_id)["running"])
    wait_for(server, running[0]["validation_id"], "running")
    assert ask(server.port, "DELETE", f"{STUDIES}/{study_id}/run?now=true").json["state"] == "stopped"
    assert wait_for(server, running[0]["validation_id"])["state"] == "cancelled"
    trial = wait_until(lambda: (found := trials(server, study_id)[0])["state"] == "FAIL" and found)
    assert "cancelled" in trial["user_attrs"]["fail_reason"]
    assert ask(server.port, "DELETE", f"{STUDIES}/{study_id}/run?now=perhaps").status == 400


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_run_outlives_its_server(serve, end):
    server = serve(pause=0.08)
    study_id = create(server)
    run(server, study_id, trials=6)
    wait_until(lambda: state(server, study_id)["done"] >= 2)
    getattr(server, end)()
    again = serve(pause=0.08)
    done = wait_for_run(again, study_id)
    assert (done["state"], done["begun"], done["done"]) == ("finished", 6, 6)
    assert [trial["state"] for trial in trials(again, study_id)] == ["COMPLETE"] * 6


def test_trials_whose_jobs_are_lost_fail_and_the_run_goes_on(serve, tmp_path):
    server = serve(pause=0.3)
    study_id = create(server)
    run(server, study_id, trials=3)
    wait_until(lambda: ask(server.port, "GET", VALIDATIONS).json["validations"])
    server.kill()
    shutil.rmtree(tmp_path / "data")
    again = serve()
    assert wait_for_run(again, study_id)["state"] == "finished"
    lost = [trial for trial in trials(again, study_id) if trial["state"] == "FAIL"]
    assert [trial["user_attrs"]["fail_reason"] for trial in lost] == ["its validation is not there any more"]


def test_failures_in_a_row_end_the_run_with_a_reason(serve):
    server = serve("sys.exit(4)")
    study_id = create(server)
    run(server, study_id, trials=50)
    done = wait_for_run(server, study_id)
    assert done["state"] == "failed" and "3 trials failed" in done["why"]
    assert [trial["state"] for trial in trials(server, study_id)] == ["FAIL"] * 3
    assert "code 4" in trials(server, study_id)[0]["user_attrs"]["fail_reason"]


def test_the_pruner_ends_trials_that_are_worse(serve):
    server = serve(pause=0.3)
    study_id = create(server, sampler="random", seed=1, pruner={"kind": "median", "startup_trials": 2, "warmup_steps": 0})
    run(server, study_id, trials=12)
    wait_for_run(server, study_id)
    told = trials(server, study_id)
    pruned = [trial for trial in told if trial["state"] == "PRUNED"]
    assert pruned, [trial["state"] for trial in told]
    for trial in pruned:
        assert trial["values"] == [trial["intermediate_values"][-1]["value"]]
        assert get(server, trial["user_attrs"]["validation_id"])["state"] == "cancelled"


def test_values_on_the_way_stand_at_steps_that_trials_share(serve):
    script = """
for step in range(7, 400, 13):
    progress(step, 400)
    time.sleep(0.05)
finish(within_class_variance=0.3)
"""
    server = serve(script)
    study_id = create(server)
    run(server, study_id, trials=2)
    wait_for_run(server, study_id)
    for trial in trials(server, study_id):
        steps = [each["step"] for each in trial["intermediate_values"]]
        assert steps and steps == sorted(set(steps))
        assert all(step % 20 == 0 and step >= 20 for step in steps)


def test_ask_with_validate_measures_the_trial(serve):
    server = serve()
    study_id = create(server, validation={"budget": {"steps": 9}})
    asked = ask(server.port, "POST", f"{STUDIES}/{study_id}/ask", {"validate": True}).json
    assert wait_for(server, asked["validation_id"])["state"] == "finished"
    trial = wait_until(lambda: (found := trials(server, study_id)[0])["state"] == "COMPLETE" and found)
    assert trial["user_attrs"]["measured"]["steps"] == 9
    twice = ask(server.port, "POST", f"{STUDIES}/{study_id}/ask", {"validate": {"seed": 4}, "count": 2}).json["trials"]
    for each in twice:
        wait_for(server, each["validation_id"])
    wait_until(lambda: [trial["state"] for trial in trials(server, study_id)] == ["COMPLETE"] * 3)
    assert trials(server, study_id)[2]["user_attrs"]["measured"]["seed"] == 4


def test_the_same_ask_again_is_one_trial_and_one_validation(serve):
    server = serve()
    study_id = create(server)
    answers = [ask(server.port, "POST", f"{STUDIES}/{study_id}/ask", {"validate": True}, Idempotency_Key="s/1").json
               for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    wait_for(server, answers[0]["validation_id"])
    assert len(ask(server.port, "GET", VALIDATIONS).json["validations"]) == 1


def test_a_trial_that_was_asked_for_plainly_can_be_validated_once(serve):
    server = serve(pause=0.1)
    study_id = create(server)
    trial_id = ask(server.port, "POST", f"{STUDIES}/{study_id}/ask", {}).json["trial_id"]
    path = f"{STUDIES}/{study_id}/trials/{trial_id}/validate"
    answer = ask(server.port, "POST", path, {"seed": 2})
    assert answer.status == 202 and answer.json["trial_id"] == trial_id
    assert ask(server.port, "POST", path, {}).status == 409
    wait_for(server, answer.json["id"])
    wait_until(lambda: trials(server, study_id)[0]["state"] == "COMPLETE")
    assert ask(server.port, "POST", path, {}).status == 409
    assert ask(server.port, "POST", f"{STUDIES}/{study_id}/trials/999/validate", {}).status == 404
    assert ask(server.port, "POST", f"{STUDIES}/{study_id + 5}/trials/{trial_id}/validate", {}).status in (404, 409)


def test_other_parameters_go_where_they_belong(serve):
    server = serve()
    space = {"temperature": {"type": "float", "low": 0.1, "high": 0.2}, "loss_weight": {"type": "float", "low": 0.4, "high": 0.6},
             "learning_rate": {"type": "float", "low": 0.01, "high": 0.1, "log": True}}
    study_id = create(server, search_space=space, directions=["maximize"])
    plan = {"mode": "encoder", "dataset": "gaussian_hierarchy"}
    assert run(server, study_id, trials=1, validation=plan).status == 202
    assert wait_for_run(server, study_id)["state"] == "finished"
    trial = trials(server, study_id)[0]
    assert trial["user_attrs"]["measured"]["learning_rate"] == pytest.approx(trial["params"]["learning_rate"])
    assert trial["values"] == [pytest.approx(1 - trial["params"]["temperature"])]


@pytest.mark.parametrize("study, fields, status, word", [
    ({}, {"trials": 0}, 400, "/trials"), ({}, {}, 400, "/trials"), ({}, {"trials": 1, "surely_unknown": 1}, 400, "/surely_unknown"),
    ({}, {"trials": 1, "validation": {"mode": "encoder"}}, 400, "/validation/dataset"),
    ({}, {"trials": 1, "validation": {"objective": "x"}}, 400, "/validation/objective"),
    ({}, {"trials": 1, "validation": {"objective": ["loss_value", "view_variance"]}}, 422, "one per direction"),
    ({}, {"trials": 1, "validation": {"path": "/etc"}}, 400, "/validation/path"),
    ({"problem": None}, {"trials": 1}, 422, "problem"), ({"directions": ["maximize"]}, {"trials": 1}, 422, "objective"),
    ({"search_space": {"depth": {"type": "int", "low": 1, "high": 3}, "temperature": {"type": "float", "low": 0.1, "high": 1},
                       "loss_weight": {"type": "float", "low": 0, "high": 1}}}, {"trials": 1}, 422, "no place in a training run"),
])
def test_a_run_that_could_only_fail_is_refused_at_once(serve, study, fields, status, word):
    server = serve()
    study_id = create(server, **study)
    answer = run(server, study_id, **fields)
    assert answer.status == status, answer.body
    assert word in answer.body.decode()
    assert trials(server, study_id) == []
    assert run(server, 999, trials=1).status == 404


def test_validations_of_people_and_of_runs_share_the_queue(serve):
    server = serve(pause=0.02)
    study_id = create(server)
    run(server, study_id, trials=3)
    validation_id = start(server)
    assert wait_for(server, validation_id)["trial_id"] is None
    assert wait_for_run(server, study_id)["done"] == 3


def test_two_objectives_are_told_together(serve):
    server = serve()
    study_id = create(server, directions=["minimize", "maximize"],
                      validation={"objective": ["within_class_variance_error", "linear_probe_accuracy"]})
    run(server, study_id, trials=2)
    assert wait_for_run(server, study_id)["state"] == "finished"
    assert all(len(trial["values"]) == 2 for trial in trials(server, study_id))
