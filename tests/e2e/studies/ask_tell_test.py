"""Ask, report and tell over plain HTTP: what tuners in any language see."""
import concurrent.futures
import random
import time

import optuna
import pytest
from http_wire import ask
from optuna_served import serve, url_of
from tuner import PROBLEM, STUDIES, Tuner

from ssem_optuna import RestStorage


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


def variance(tuner, params):
    return tuner.post("/api/v1/evaluations", {**PROBLEM, **params})


def test_a_study_with_a_problem_begins_with_the_recommendation_and_never_collapses(server):
    tuner = Tuner(server.port, problem=PROBLEM, directions=["maximize"])
    advice = tuner.post("/api/v1/recommendations", PROBLEM)
    for number in range(30):
        trial = tuner.ask()
        assert trial["number"] == number and trial["why"] and all(trial["why"])
        if number == 0:
            assert trial["params"] == {name: advice[name] for name in ("loss_weight", "temperature")}
        seen = variance(tuner, trial["params"])
        assert not seen["collapsed"] and not seen["view_split"]
        tuner.tell(trial, -((seen["within_class_variance"] - 0.45) ** 2))
    best = tuner.get(f"{STUDIES}/{tuner.study_id}/best-trials")["trials"]
    assert len(best) == 1
    assert best[0]["values"][0] > -0.001
    assert "Gaussian process" in tuner.trial(trial["trial_id"])["why"][0]


def test_a_client_that_asks_again_gets_its_pending_trial_until_it_has_told(server):
    tuner = Tuner(server.port, problem=PROBLEM)
    first = tuner.ask(client_id="a")
    assert tuner.ask(client_id="a") == first
    assert tuner.ask(client_id="b")["trial_id"] != first["trial_id"]
    tuner.tell(first, 1.0)
    assert tuner.ask(client_id="a")["trial_id"] != first["trial_id"]
    several = tuner.ask(client_id="c", count=3)["trials"]
    tuner.tell(several[1], 1.0)
    again = tuner.ask(client_id="c", count=3)["trials"]
    assert [trial["trial_id"] for trial in again[:2]] == [several[0]["trial_id"], several[2]["trial_id"]]
    assert again[2]["trial_id"] not in [trial["trial_id"] for trial in several]


def test_the_same_seed_gives_the_same_trials_on_another_server_and_another_seed_others(server):
    def params(port, seed):
        tuner = Tuner(port, problem=PROBLEM, seed=seed, search_space={
            "loss_weight": {"type": "float", "low": 0, "high": 1},
            "temperature": {"type": "float", "low": 0.01, "high": 1, "log": True},
            "width": {"type": "int", "low": 16, "high": 256, "log": True},
            "head": {"type": "categorical", "choices": ["mlp", "linear", None]},
        })  # fmt: skip
        asked = []
        for _ in range(20):
            trial = tuner.ask()
            asked.append(trial["params"])
            tuner.tell(trial, trial["params"]["temperature"] + trial["params"]["width"] / 256)
        return asked

    with serve() as other:
        assert params(server.port, 7) == params(other.port, 7)
    assert params(server.port, 8)[1:] != params(server.port, 7)[1:]


def test_what_is_in_the_queue_comes_first_with_its_own_parameters_and_the_rest_suggested(server):
    tuner = Tuner(server.port, problem=PROBLEM)
    queued = tuner.post(f"{STUDIES}/{tuner.study_id}/enqueue", {"params": {"temperature": 0.25}, "user_attrs": {"by": "me"}})
    assert queued["state"] == "WAITING"
    trial = tuner.ask()
    assert trial["trial_id"] == queued["trial_id"]
    assert trial["params"]["temperature"] == 0.25 and 0 <= trial["params"]["loss_weight"] <= 1
    assert tuner.trial(trial["trial_id"])["user_attrs"] == {"by": "me"}
    advice = tuner.post("/api/v1/recommendations", PROBLEM)
    assert tuner.ask()["params"] == {name: advice[name] for name in ("loss_weight", "temperature")}
    assert tuner.ask()["params"]["temperature"] != advice["temperature"]


def test_a_recommendation_that_failed_is_not_suggested_for_ever(server):
    tuner = Tuner(server.port, problem=PROBLEM)
    seen = []
    for _ in range(5):
        trial = tuner.ask()
        seen.append(trial["params"]["temperature"])
        tuner.tell(trial, state="FAIL")
    assert len(set(seen)) == 5


def test_very_many_choices_and_parameters_are_searched_or_refused(server):
    tuner = Tuner(server.port, search_space={"k": {"type": "categorical", "choices": list(range(20_000))}})
    for _ in range(8):
        trial = tuner.ask()
        tuner.tell(trial, abs(trial["params"]["k"] - 500))
    many = {f"x{k}": {"type": "float", "low": 0, "high": 1} for k in range(1001)}
    assert tuner.refused(STUDIES, {"search_space": many}) == (400, "invalid_argument")
    many.pop("x0")
    tuner = Tuner(server.port, search_space=many)
    for _ in range(18):
        tuner.tell(tuner.ask(), 1.0)


def until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.filterwarnings("ignore")
def test_a_trial_whose_lease_runs_out_fails_and_is_queued_again_as_optuna_does_it(server):
    tuner = Tuner(server.port, study_name="leases", problem=PROBLEM, max_retry=1)
    lost = tuner.ask(lease_s=0.2)
    until(lambda: tuner.trial(lost["trial_id"])["state"] == "FAIL")
    late = ask(server.port, "POST", f"/api/v1/trials/{lost['trial_id']}/tell", {"values": ["inf"]})
    assert (late.status, late.json["code"]) == (409, "trial_finished")
    assert f"the lease of trial {lost['trial_id']} ran out" in late.json["reason"] and "late_values" in late.json["reason"]
    failed = tuner.trial(lost["trial_id"])
    assert failed["state"] == "FAIL" and failed["values"] is None and failed["user_attrs"] == {"late_values": ["inf"]}
    assert tuner.refused(f"/api/v1/trials/{lost['trial_id']}/heartbeat", {}) == (409, "trial_finished")
    # What could not be kept in time either ends as it does then.
    unusable = ask(server.port, "POST", f"/api/v1/trials/{lost['trial_id']}/tell", {"values": ["nan"]})
    assert (unusable.status, unusable.json["state"], unusable.json["why_failed"]) == (200, "FAIL", "/values/0 must not be nan")
    retried = tuner.ask(lease_s=0.2)
    assert retried["params"] == lost["params"]
    study = optuna.load_study(study_name="leases", storage=RestStorage(server.url))
    trial = study.trials[retried["number"]]
    callback = optuna.storages.RetryFailedTrialCallback
    assert callback.retried_trial_number(trial) == lost["number"]
    assert callback.retry_history(trial) == [lost["number"]]
    # The second failure is the last.
    until(lambda: tuner.trial(retried["trial_id"])["state"] == "FAIL")
    assert tuner.ask()["params"] != lost["params"]


def test_reports_and_heartbeats_keep_a_lease_alive(server):
    tuner = Tuner(server.port, problem=PROBLEM)
    trial = tuner.ask(lease_s=1)
    for step in range(6):
        time.sleep(0.3)
        if step % 2:
            tuner.post(f"/api/v1/trials/{trial['trial_id']}/report", {"step": step, "value": 1.0})
        else:
            assert tuner.post(f"/api/v1/trials/{trial['trial_id']}/heartbeat")["lease_expires"] > trial["lease_expires"]
    assert tuner.tell(trial, 0.5)["state"] == "COMPLETE"
    unlent = tuner.ask()
    assert unlent["lease_expires"] is None
    assert tuner.post(f"/api/v1/trials/{unlent['trial_id']}/heartbeat", {"lease_s": 60})["lease_expires"]


def test_telling_the_same_twice_is_once_and_telling_another_thing_is_a_conflict(server):
    tuner = Tuner(server.port, problem=PROBLEM)
    trial = tuner.ask()
    path = f"/api/v1/trials/{trial['trial_id']}/tell"
    told = tuner.tell(trial, 0.25)
    assert told["state"] == "COMPLETE" and told["values"] == [0.25]
    assert tuner.post(path, {"value": 0.25, "state": "COMPLETE"}) == told
    assert tuner.refused(path, {"values": [0.5]}) == (409, "trial_finished")
    assert tuner.refused(path, {"state": "FAIL"}) == (409, "trial_finished")
    assert tuner.trial(trial["trial_id"]) == told


def test_a_pruned_trial_takes_its_last_report_and_a_failed_one_nothing(server):
    tuner = Tuner(server.port, problem=PROBLEM)
    trial = tuner.ask()
    for step, value in ((0, 3.0), (2, 1.5)):
        tuner.post(f"/api/v1/trials/{trial['trial_id']}/report", {"step": step, "value": value})
    assert tuner.tell(trial, state="PRUNED")["values"] == [1.5]
    assert tuner.tell(tuner.ask(), state="FAIL")["values"] is None
    assert tuner.tell(tuner.ask(), "-inf")["values"] == ["-inf"]


@pytest.mark.filterwarnings("ignore")
def test_the_pareto_front_is_optuna_s(server):
    tuner = Tuner(server.port, study_name="front", directions=["minimize", "maximize", "minimize"])
    numbers = random.Random(3)
    for _ in range(60):
        tuner.tell(tuner.ask(), *(numbers.choice([1, 2, 3, 4, numbers.random(), "inf"]) for _ in range(3)))
    tuner.tell(tuner.ask(), state="FAIL")
    best = tuner.get(f"{STUDIES}/{tuner.study_id}/best-trials")["trials"]
    theirs = optuna.load_study(study_name="front", storage=RestStorage(server.url)).best_trials
    assert [trial["number"] for trial in best] == [trial.number for trial in theirs]
    assert 1 < len(best) < 60


def test_both_forms_of_a_search_space_ask_for_the_same(server):
    long = {
        "lr": {"name": "FloatDistribution", "attributes": {"low": 1e-4, "high": 0.1, "step": None, "log": True}},
        "n": {"name": "IntDistribution", "attributes": {"low": 2, "high": 8, "step": 2, "log": False}},
        "k": {"name": "CategoricalDistribution", "attributes": {"choices": ["a", None, 3]}},
    }
    short = {
        "lr": {"type": "float", "low": 1e-4, "high": 0.1, "log": True},
        "n": {"type": "int", "low": 2, "high": 8, "step": 2},
        "k": {"type": "categorical", "choices": ["a", None, 3]},
    }
    asked = [Tuner(server.port, seed=1, search_space=space).ask()["params"] for space in (long, short)]
    assert asked[0] == asked[1]
    assert list(asked[0]) == ["lr", "n", "k"]
    assert 1e-4 <= asked[0]["lr"] <= 0.1 and asked[0]["n"] in (2, 4, 6, 8) and asked[0]["k"] in ("a", None, 3)
    tuner = Tuner(server.port, directions=["minimize"])
    assert tuner.ask(search_space=short)["params"] == Tuner(server.port, search_space=short).ask()["params"]


def test_stock_optuna_s_ask_gets_the_advice_as_fixed_parameters(server):
    tuner = Tuner(server.port, study_name="stock", problem=PROBLEM)
    advice = tuner.post("/api/v1/recommendations", PROBLEM)
    study = optuna.load_study(study_name="stock", storage=RestStorage(server.url))
    for number in range(8):
        trial = study.ask()
        pair = {
            "loss_weight": trial.suggest_float("loss_weight", 0, 1),
            "temperature": trial.suggest_float("temperature", 0.01, 1, log=True),
        }
        if number == 0:
            assert pair == {name: advice[name] for name in pair}
        assert not variance(tuner, pair)["collapsed"]
        study.tell(trial, pair["temperature"])
    assert [trial.number for trial in study.trials] == list(range(8))


def test_a_pending_trial_survives_a_crash_of_the_server(tmp_path):
    first = serve(url_of(tmp_path / "a.db")).start()
    tuner = Tuner(first.port, problem=PROBLEM, seed=3)
    pending = tuner.ask(client_id="worker")
    first.kill()
    with serve(url_of(tmp_path / "a.db"), port=first.port):
        assert tuner.ask(client_id="worker") == pending
        tuner.tell(pending, 1.0)
        assert tuner.get(f"{STUDIES}/{tuner.study_id}")["trials"]["COMPLETE"] == 1


def test_sixteen_clients_at_once_share_no_trial_and_are_told_different_things(server):
    tuner = Tuner(server.port, problem=PROBLEM, directions=["maximize"])

    def work(client):
        mine = []
        for _ in range(6):
            trial = tuner.ask(client_id=f"client {client}", lease_s=60)
            tuner.post(f"/api/v1/trials/{trial['trial_id']}/report", {"step": 1, "value": client})
            tuner.tell(trial, client + trial["params"]["loss_weight"])
            mine.append(trial)
        return mine

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        trials = [trial for mine in pool.map(work, range(16)) for trial in mine]
    assert len({trial["trial_id"] for trial in trials}) == 96
    assert sorted(trial["number"] for trial in trials) == list(range(96))
    assert len({(trial["params"]["loss_weight"], trial["params"]["temperature"]) for trial in trials}) > 90


def test_a_search_space_that_only_collapses_is_searched_and_said_so(server):
    tuner = Tuner(server.port, problem=PROBLEM, search_space={
        "loss_weight": {"type": "float", "low": 0, "high": 1e-9},
        "temperature": {"type": "float", "low": 5, "high": 10},
    })  # fmt: skip
    tuner.tell(tuner.ask(), 1.0)
    assert "Theory finds no pair in this search space" in " ".join(tuner.ask()["why"])


def test_a_study_that_another_program_made_can_be_asked_too(server):
    optuna.create_study(study_name="theirs", storage=RestStorage(server.url), direction="maximize")
    tuner = Tuner(server.port)
    tuner.study_id = tuner.get(STUDIES + "?study_name=theirs")["studies"][0]["study_id"]
    trial = tuner.ask()
    assert set(trial["params"]) == {"loss_weight", "temperature"}
    assert tuner.tell(trial, 1)["state"] == "COMPLETE"
