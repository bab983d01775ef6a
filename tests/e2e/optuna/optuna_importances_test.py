"""Importances of parameters, conditional ones included, are those of Optuna 5's own evaluator."""
import math

import optuna
import pytest
from http_wire import ask
from optuna_served import serve

from ssem_optuna import RestStorage

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


def plain(trial):
    x = trial.suggest_float("x", -5, 5)
    n = trial.suggest_int("n", 1, 1000, log=True)
    kind = trial.suggest_categorical("kind", ["a", "b", None])
    step = trial.suggest_float("step", 0, 1, step=0.3)
    rate = trial.suggest_float("rate", 1e-5, 1, log=True)
    few = trial.suggest_int("few", 2, 9, step=3)
    return (x - 1) ** 2 + abs(math.log(n) - 3) + 2 * (kind == "b") + step + 0.1 * few + rate


def conditional(trial):
    kind = trial.suggest_categorical("kind", ["one", "two"])
    if kind == "one":
        return trial.suggest_float("x1", 0, 1) ** 2
    return 0.5 + trial.suggest_float("x2", 0, 1) + trial.suggest_int("n2", 0, 3)


def dynamic(trial):
    wide = trial.suggest_categorical("wide", [True, False])
    return trial.suggest_float("x", -10, 10) ** 2 if wide else trial.suggest_float("x", -1, 1) ** 2


def odd(trial):
    value = trial.suggest_float("x", 0, 1) + trial.suggest_int("still", 4, 4)
    return [value, math.inf, -math.inf][trial.number % 3 if trial.number > 8 else 0]


def level(trial):
    trial.suggest_float("x", 0, 1)
    trial.suggest_categorical("k", ["a", "b"])
    return 1.0


OBJECTIVES = {"plain": plain, "conditional": conditional, "dynamic": dynamic, "odd": odd, "level": level}


def by_optuna(study, objective):
    sign = -1 if study.directions[objective] == optuna.study.StudyDirection.MAXIMIZE else 1
    evaluator = optuna.importance.PedAnovaImportanceEvaluator()
    return optuna.importance.get_param_importances(study, evaluator=evaluator, target=lambda trial: sign * trial.values[objective])


def by_server(server, study):
    answer = ask(server.port, "GET", f"/api/studies/{study._study_id}/param_importances").json["param_importances"]
    for listed in answer:
        shares = [each["importance"] for each in listed]
        assert shares == sorted(shares, reverse=True)
    return [{each["name"]: each["importance"] for each in listed} for listed in answer]


@pytest.mark.parametrize("count", [2, 3, 7, 12, 40, 150])
@pytest.mark.parametrize("direction", ["minimize", "maximize"])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_study_s_importances_are_optuna_s(server, name, direction, count):
    study = optuna.create_study(storage=RestStorage(server.url), direction=direction, sampler=optuna.samplers.RandomSampler(seed=count))
    study.optimize(OBJECTIVES[name], n_trials=count)
    assert by_server(server, study)[0] == pytest.approx(by_optuna(study, 0), rel=1e-6, abs=1e-9)


def test_each_of_several_objectives_has_its_own(server):
    directions = ["minimize", "maximize"]
    study = optuna.create_study(storage=RestStorage(server.url), directions=directions, sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(lambda trial: (trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)), n_trials=60)
    ours = by_server(server, study)
    assert ours == [pytest.approx(by_optuna(study, objective), rel=1e-6, abs=1e-9) for objective in (0, 1)]
    assert max(ours[0], key=ours[0].get) == "x" and max(ours[1], key=ours[1].get) == "y"


def test_a_tuned_history_is_judged_alike(server):
    study = optuna.create_study(storage=RestStorage(server.url), sampler=optuna.samplers.TPESampler(seed=3))
    study.optimize(plain, n_trials=80)
    assert by_server(server, study)[0] == pytest.approx(by_optuna(study, 0), rel=1e-6, abs=1e-9)
