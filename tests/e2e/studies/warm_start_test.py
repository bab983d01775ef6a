"""A search that begins with what earlier ones found: over HTTP, from Optuna, and what is refused."""
import math

import optuna
import pytest
from http_wire import ask
from optuna_served import serve
from tuner import PROBLEM, STUDIES, Tuner

from ssem_optuna import RestStorage, SsemSampler

SPACE = {"loss_weight": optuna.distributions.FloatDistribution(0.0, 1.0),
         "temperature": optuna.distributions.FloatDistribution(0.05, 1.0, log=True)}


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


def valley(params):
    """Lowest at loss weight .8 and temperature .3, far from any advice."""
    return (params["loss_weight"] - 0.8) ** 2 + 0.1 * math.log(params["temperature"] / 0.3) ** 2


def searched(port, trials, **study):
    tuner = Tuner(port, problem=PROBLEM, **study)
    for _ in range(trials):
        trial = tuner.ask()
        tuner.tell(trial, valley(trial["params"]))
    return tuner


def test_a_study_begins_where_earlier_ones_were_best_then_tries_the_advice(server):
    searched(server.port, 20, study_name="short runs", seed=1)
    warm = Tuner(server.port, problem=PROBLEM, study_name="long runs", seed=2, warm_start=["short runs"])
    first = warm.ask()
    assert valley(first["params"]) < 0.1
    assert any('The study "short runs" counts with 20 results' in why for why in first["why"])
    warm.tell(first, valley(first["params"]))
    advice = warm.post("/api/v1/recommendations", PROBLEM)
    assert warm.ask()["params"] == {name: advice[name] for name in ("loss_weight", "temperature")}
    assert warm.get(f"{STUDIES}/{warm.study_id}")["plan"]["warm_start"] == ["short runs"]


def test_what_is_deleted_counts_no_more_and_says_so(server):
    before = searched(server.port, 6, study_name="to be deleted", seed=1)
    warm = Tuner(server.port, problem=PROBLEM, seed=2, warm_start=["to be deleted"])
    assert ask(server.port, "DELETE", f"{STUDIES}/{before.study_id}").status in (200, 204)
    for _ in range(8):
        trial = warm.ask()
        warm.tell(trial, valley(trial["params"]))
    assert any('The study "to be deleted" is gone' in why for why in trial["why"])


@pytest.mark.parametrize(("warm_start", "path"), [
    (["nobody"], "/warm_start/0"), ([""], "/warm_start/0"), (["up"], "/warm_start/0"), ("up", "/warm_start"),
    ([3], "/warm_start/0"), (["down", "down"], "/warm_start/1"), ([f"n{k}" for k in range(17)], "/warm_start"), ({}, "/warm_start")])
def test_what_cannot_be_begun_with_is_refused_by_its_field(server, warm_start, path):
    for name, direction in (("up", "maximize"), ("down", "minimize")):
        Tuner(server.port, study_name=name, directions=[direction], load_if_exists=True)
    answer = ask(server.port, "POST", STUDIES, {"study_name": "refused", "warm_start": warm_start})
    assert answer.status in (400, 422)
    assert answer.json["error"]["fields"][0]["path"] == path
    assert ask(server.port, "GET", f"{STUDIES}?study_name=refused").json["studies"] == []


def test_two_studies_that_begin_with_each_other_are_searched(server):
    first = searched(server.port, 3, study_name="egg", seed=1)
    searched(server.port, 3, study_name="hen", warm_start=["egg"])
    ask(server.port, "DELETE", f"{STUDIES}/{first.study_id}")
    egg = searched(server.port, 3, study_name="egg", warm_start=["hen"])
    assert egg.ask()["number"] == 3


def objective(trial):
    return valley({name: trial.suggest_float(name, space.low, space.high, log=space.log) for name, space in SPACE.items()})


@pytest.mark.parametrize("kept_on_the_server", [False, True])
def test_optuna_s_studies_count_wherever_they_are_kept(server, kept_on_the_server):
    storage = RestStorage(server.url) if kept_on_the_server else None
    before = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3), storage=storage)
    before.optimize(objective, n_trials=24)
    sampler = SsemSampler(server.url, problem=PROBLEM, warm_start=[before], seed=4)
    study = optuna.create_study(sampler=sampler)
    study.enqueue_trial(before.best_params)  # what is sampled together is known from a first trial on
    study.optimize(objective, n_trials=4)
    cold = optuna.create_study(sampler=SsemSampler(server.url, problem=PROBLEM, seed=4))
    cold.enqueue_trial({"loss_weight": 0.2, "temperature": 0.1})
    cold.optimize(objective, n_trials=4)
    assert study.best_value <= before.best_value
    assert min(valley(trial.params) for trial in study.trials[1:]) < min(valley(trial.params) for trial in cold.trials[1:])


def test_a_suggestion_refuses_an_earlier_search_by_its_field(server):
    space = [{"name": name, "distribution_json": optuna.distributions.distribution_to_json(each)} for name, each in SPACE.items()]
    body = {"directions": ["minimize"], "search_space": space, "trials": []}
    for earlier, status, path in [({"trials": [{}]}, 400, "/warm_start/0/trials/0/state"), ({}, 400, "/warm_start/0/trials"),
                                  ({"trials": [], "problem": {"classes": -1, "batch_size": 8}}, 400, "/warm_start/0/problem/classes"),
                                  ({"study_id": 1, "trials": []}, 400, "/warm_start/0/trials")]:
        answer = ask(server.port, "POST", "/api/v1/suggestions", {**body, "warm_start": [earlier]})
        assert (answer.status, answer.json["error"]["fields"][0]["path"]) == (status, path)
    assert ask(server.port, "POST", "/api/v1/suggestions", {**body, "warm_start": [{"study_id": 10**9}]}).status == 404
