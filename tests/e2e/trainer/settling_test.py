"""A run ends when what is judged stands still: in few steps, with a verdict, at every size and kind of batch."""
import json
import os
import subprocess

import pytest
from command_line import BINARY, ssem, strict

TRAINER = os.path.join(os.path.dirname(BINARY), "ssem-train")
LIMIT_S = 200
BATCH = {"sampling": "balanced", "dataset": "batch"}

pytestmark = pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")


def events_of(spec):
    done = subprocess.run([TRAINER], input=json.dumps(spec).encode(), capture_output=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stderr
    return [strict(line) for line in done.stdout.decode().splitlines()]


def recommended(problem, target=0.3):
    """The problem with the advised point for it."""
    done = ssem("recommend", "--input", "-", "--json",
                stdin=json.dumps({**problem, "target_within_class_variance": target}).encode())
    answer = strict(done.stdout)
    return {"problem": problem, "loss_weight": answer["loss_weight"], "temperature": answer["temperature"]}


def predicted_variance(report):
    predicted = report["predicted"]
    estimate = predicted["estimated_within_class_variance"]
    return predicted["within_class_variance"] if estimate is None else estimate


def test_the_example_of_the_help_is_confirmed_in_few_steps():
    done = ssem("validate", "--classes", "10", "--instances-per-class", "20", "--dimension", "32", "--json")
    assert done.returncode == 0, done.stderr
    lines = [strict(line) for line in done.stdout.splitlines()]
    report = lines[-1]["report"]
    assert report["verdict"] == "confirmed", report["why"]
    assert report["converged"] is True and report["steps"] <= 1000
    assert "is rest" in report["convergence_why"] and "came back" in report["convergence_why"]
    assert "random starts lie within" in report["convergence_why"]


@pytest.mark.parametrize("problem", [
    {"classes": 4, "instances_per_class": 6, "dimension": 24, **BATCH},
    {"classes": 10, "instances_per_class": 20, "dimension": 32, **BATCH},
    {"classes": 10, "instances_per_class": 40, "dimension": 64, **BATCH},
    {"classes": 4, "instances_per_class": 40, "dimension": 16, **BATCH},
    {"classes": 4, "instances_per_class": 6, "dimension": 24, **BATCH, "convention": "anchor_included"},
    {"classes": 4, "instances_per_class": 6, "dimension": 24, **BATCH, "convention": "dcl"},
    {"classes": 4, "instances_per_class": 6, "dimension": 24, **BATCH, "convention": "cross_view"},
], ids=lambda problem: f"{problem['classes']}x{problem['instances_per_class']}d{problem['dimension']}{problem.get('convention', '')}")
def test_a_batch_that_is_the_data_set_settles_at_the_prediction(problem):
    lines = events_of(recommended(problem))
    report = lines[-1]["report"]
    assert report["verdict"] == "confirmed", report["why"]
    assert report["steps"] <= 2000
    assert report["measured"]["within_class_variance"] == pytest.approx(predicted_variance(report), rel=0.05, abs=0.01)
    assert lines[0]["total_steps"] is None  # it ends by itself
    progress = [line for line in lines if line["event"] == "progress"]
    assert all(line["tolerance"] == pytest.approx(max(0.001, 0.005 * predicted_variance(report))) for line in progress)


@pytest.mark.parametrize("problem, epochs", [
    ({"classes": 10, "instances_per_class": 4, "sampling": "balanced", "dataset_instances_per_class": 20, "dimension": 16}, 200),
    ({"classes": 10, "batch_size": 40, "sampling": "random", "dataset_instances_per_class": 20, "dimension": 16}, 200),
    ({"classes": 8, "batch_size": 32, "sampling": "random", "dimension": 32}, 200),
    ({"classes": 20, "instances_per_class": 10, "sampling": "balanced", "dataset_instances_per_class": 500, "dimension": 32}, 80),
], ids=["balanced", "random", "large", "many"])
def test_mini_batches_settle_at_the_prediction(problem, epochs):
    lines = events_of(recommended(problem))
    report = lines[-1]["report"]
    assert report["verdict"] == "confirmed", report["why"]
    sizes = report["spec"]["problem"]
    images = sizes["classes"] * sizes["dataset_instances_per_class"]
    assert report["steps"] <= epochs * images / sizes["batch_size"]
    assert all({"moved", "tolerance"} <= line.keys() for line in lines if line["event"] == "progress")
    assert ("large data set" in " ".join(report["notes"])) == ("dataset_instances_per_class" not in problem)


def test_a_plan_is_told_at_the_start_and_kept():
    problem = {"classes": 4, "instances_per_class": 4, "sampling": "balanced", "dataset_instances_per_class": 24, "dimension": 16}
    spec = {"problem": problem, "loss_weight": 0.5, "temperature": 0.2}
    for budget, steps in (({"steps": 300}, 300), ({"epochs": 50}, 300)):
        lines = events_of({**spec, "budget": budget})
        assert lines[0]["total_steps"] == steps == lines[-1]["report"]["steps"]
        assert {line["total_steps"] for line in lines if line["event"] == "progress"} == {steps}
    # Of all random starts together, at the most.
    lines = events_of({"problem": {"classes": 10, "instances_per_class": 20, "dimension": 32, **BATCH},
                       "loss_weight": 0.2, "temperature": 0.15, "budget": {"steps": 30}, "restarts": 3})
    assert lines[0]["total_steps"] == 30 == lines[-1]["report"]["steps"]
    assert lines[-1]["report"]["verdict"] == "inconclusive"


def test_just_above_the_threshold_the_saddle_of_collapse_is_not_taken_for_rest():
    problem = {"classes": 4, "instances_per_class": 6, "dimension": 24, **BATCH}
    point = {"problem": problem, "temperature": 0.5}
    threshold = strict(ssem("evaluate", "--input", "-", "--json", stdin=json.dumps(
        {**problem, "loss_weight": 0.5, "temperature": 0.5}).encode()).stdout)["loss_weight_threshold"]
    apart = events_of({**point, "loss_weight": 1.05 * threshold})[-1]["report"]
    assert apart["verdict"] == "confirmed", apart["why"]
    assert apart["measured"]["collapsed"] is False
    together = events_of({**point, "loss_weight": 0.95 * threshold})[-1]["report"]
    assert together["verdict"] == "confirmed", together["why"]
    assert together["measured"]["collapsed"] is True


def test_a_prediction_that_is_off_is_not_confirmed_by_an_early_end():
    """Three classes on a circle leave their images least room; with little weight on the labels the estimate is off."""
    problem = {"classes": 3, "instances_per_class": 20, "dimension": 2, **BATCH}
    report = events_of({"problem": problem, "loss_weight": 0.9, "temperature": 0.15})[-1]["report"]
    off = abs(report["measured"]["within_class_variance"] / predicted_variance(report) - 1)
    assert off > 0.15 and report["converged"] is True
    assert report["verdict"] != "confirmed", report["why"]
