"""The lines that a recommendation prints for other tuners, executed where the tuner is installed."""
import json
import os
import subprocess

import optuna
import pytest


def tuner_prior(*flags):
    done = subprocess.run([os.environ["SSEM_BINARY"], "recommend", "--json", "--classes", "5", "--batch-size", "250", "--dimension", "64", *flags],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["tuner_prior"]


def code(prior, tuner):
    return next(lines["code"] for lines in prior["lines"] if lines["tuner"] == tuner)


@pytest.mark.parametrize("goal", ["unknown", "transfer", "same_labels"])
def test_optuna_tries_the_points_in_their_order(goal):
    prior = tuner_prior("--goal", goal)
    study = optuna.create_study()
    for _ in range(2):  # a second time nothing is queued twice
        exec(code(prior, "Optuna"), {"study": study})
    asked = []
    study.optimize(lambda trial: asked.append((trial.suggest_float("loss_weight", 0, 1), trial.suggest_float("temperature", 0.01, 1))) or 0.0,
                   n_trials=len(prior["points"]))
    assert asked == [pytest.approx((point["loss_weight"], point["temperature"]), rel=5e-3) for point in prior["points"]]
    assert not [trial for trial in study.trials if trial.state == optuna.trial.TrialState.WAITING]


def test_neps_has_the_point_as_its_prior():
    neps = pytest.importorskip("neps", reason="NePS is not installed: pip install neural-pipeline-search")
    prior = tuner_prior("--goal", "retrieval")
    names = {}
    exec(code(prior, "NePS"), names)
    space = names["Space"]
    assert isinstance(space.loss_weight, neps.Float)
    assert space.loss_weight.prior == pytest.approx(prior["points"][0]["loss_weight"], rel=5e-3)


def test_smac_starts_from_the_points_and_looks_around_the_first():
    pytest.importorskip("ConfigSpace", reason="ConfigSpace is not installed: pip install ConfigSpace")
    prior = tuner_prior("--goal", "unknown")
    names = {}
    exec(code(prior, "SMAC"), names)
    assert [dict(each) for each in names["first"]] == [pytest.approx(point, rel=5e-3) for point in prior["points"]]
    sampled = [each["loss_weight"] for each in names["space"].sample_configuration(500)]
    assert abs(sum(sampled) / len(sampled) - prior["points"][0]["loss_weight"]) < 2 * prior["loss_weight_deviation"]


@pytest.mark.parametrize("tuner", ["NePS", "SMAC"])
def test_lines_are_python(tuner):
    compile(code(tuner_prior(), tuner), tuner, "exec")
