"""ssem-train holds a within-class variance by steering the loss weight: from any start, however batches are drawn."""
import csv
import os

import numpy
import pytest
from encoder_test import curve
from trainer_test import TRAINER, events, report_of, train

DATA = {"kind": "gaussian_hierarchy", "train_per_class": 120, "test_per_class": 60, "fine_per_class": 4}
SPEC = {"problem": {"classes": 6, "instances_per_class": 8, "dimension": 32}, "mode": "encoder", "dataset": DATA,
        "model": {"kind": "mlp", "hidden": [128, 128]}, "loss_weight": 0.5, "temperature": 0.1, "budget": {"steps": 1200},
        "device": "cpu"}
HELD = 0.03

# Small products: threads that wait for each other beside other tests would take most of the time.
os.environ["OMP_NUM_THREADS"] = "1"

pytestmark = pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")


def holding(target, **changes):
    return {**SPEC, **changes, "control": {"target_within_class_variance": target}}


@pytest.mark.parametrize("target", [0.15, 0.3, 0.5])
@pytest.mark.parametrize("start", [0.001, 0.5, 0.999])
def test_the_variance_is_held_from_any_start(target, start):
    report = report_of(holding(target, loss_weight=start))
    assert abs(report["measured"]["train_within_class_variance"] - target) <= HELD, report["why"]
    assert report["control"]["settled"] is True, report["why"]
    assert report["verdict"] == "confirmed", report["why"]
    assert report["control"]["target_within_class_variance"] == target
    # The prediction that stands beside it is that of the weight that held the target.
    assert report["predicted"]["loss_weight"] == pytest.approx(report["control"]["final_loss_weight"])


@pytest.mark.parametrize("classes,problem,data", [
    (2, {"batch_size": 48}, {}),
    (20, {"batch_size": 64}, {"train_per_class": 60, "test_per_class": 20}),
    (100, {"batch_size": 100, "classes_per_batch": 25, "sampling": "balanced"}, {"train_per_class": 20, "test_per_class": 5})])
def test_the_variance_is_held_with_few_and_many_classes_and_random_batches(classes, problem, data):
    report = report_of(holding(0.3, problem={"classes": classes, "dimension": 128, **problem}, dataset={**DATA, **data}))
    assert abs(report["measured"]["train_within_class_variance"] - 0.3) <= HELD, report["why"]


def test_the_weight_that_settled_gives_the_variance_in_a_plain_run():
    steered = report_of(holding(0.3, loss_weight=0.05))
    plain = report_of({**SPEC, "loss_weight": steered["control"]["final_loss_weight"]})
    assert "control" not in plain
    assert abs(plain["measured"]["train_within_class_variance"] - 0.3) <= 2 * HELD


def test_progress_and_curve_carry_the_loss_weight(tmp_path):
    spec = holding(0.3, loss_weight=0.01, budget={"steps": 60}, output_directory=str(tmp_path))
    told = [event["loss_weight"] for event in events(train(spec)) if event["event"] == "progress"]
    with open(tmp_path / "curve.csv", newline="") as file:
        written = [float(row["loss_weight"]) for row in csv.DictReader(file)]
    assert len(written) == 60 and written[0] == pytest.approx(0.01, rel=1e-6)
    assert written[:10] == sorted(written[:10]) and max(written) > 0.05  # too little variance: the weight rises
    assert set(told) <= set(written) and told[-1] == written[-1]


def test_a_resumed_steered_run_is_the_whole_one(tmp_path):
    spec = holding(0.3, budget={"steps": 24}, checkpoint_every_steps=8, loss_weight=0.05)
    whole = report_of({**spec, "output_directory": str(tmp_path / "whole")})
    resumed = report_of({**spec, "output_directory": str(tmp_path / "resumed"),
                         "resume_from": str(tmp_path / "whole" / "checkpoints" / "step_16.safetensors")})
    assert curve(tmp_path / "resumed") == curve(tmp_path / "whole")
    assert resumed["control"] == whole["control"] and resumed["measured"] == whole["measured"]


def test_other_data_and_foreign_data_are_measured_and_faults_in_them_are_named(tmp_path):
    other = {**DATA, "classes": 3, "fine_per_class": 2, "train_per_class": 40, "test_per_class": 20}
    spec = {**SPEC, "budget": {"steps": 200}, "transfer": [other], "foreign_data": [other]}
    measured = report_of(spec)["measured"]
    assert 0.2 < measured["transfer"][0]["linear_probe_accuracy"] <= 1
    assert 0 <= measured["foreign_data"][0]["auroc"] <= 1
    assert measured["foreign_auroc"] == measured["foreign_data"][0]["auroc"]
    assert set(measured["few_shot_accuracy"]) == {"5", "20"}
    assert 0 < measured["view_consistency"] <= 1 and measured["directional_variance"] > 0
    assert 0 < measured["encoder_within_class_variance"] < 1 and measured["prototype_accuracy"] > 0.5
    wrong = {**other, "columns": 7}
    done = train({**spec, "budget": {"steps": 2}, "transfer": [other, wrong]})
    last = events(done)[-1]
    assert done.returncode == 2
    assert last["error"]["fields"][0]["path"] == "/transfer/1" and "shape" in last["error"]["fields"][0]["message"]


def test_spoilt_images_are_measured_and_tables_cannot_be_spoilt(tmp_path):
    labels = numpy.arange(240) % 4
    images = numpy.random.default_rng(0).integers(0, 40, (240, 12, 12), dtype=numpy.uint8)
    for image, label in zip(images, labels, strict=True):  # a bright quarter
        image[6 * (label // 2):, 6 * (label % 2):][:6, :6] += 120
    numpy.savez(tmp_path / "quarters.npz", images=images, labels=labels)
    spec = {**SPEC, "problem": {"classes": 4, "instances_per_class": 8, "dimension": 32}, "loss_weight": 0.2,
            "dataset": {"kind": "npz", "path": str(tmp_path / "quarters.npz")}, "budget": {"steps": 60},
            "augment": {"flip_probability": 0, "crop_scale_low": 0.9}}
    measured = report_of({**spec, "corruptions": ["noise", "contrast"]})["measured"]
    assert set(measured["corrupted_accuracy"]) == {"noise", "contrast"}
    assert measured["linear_probe_accuracy"] > 0.9 and measured["corrupted_accuracy"]["noise"] > 0.5
    assert "corrupted_accuracy" not in report_of(spec)["measured"]
    done = train({**SPEC, "budget": {"steps": 2}, "corruptions": ["noise"]})
    assert done.returncode == 2
    assert events(done)[-1]["error"]["fields"][0] == {"path": "/corruptions", "message": "needs images; the data set has columns of numbers"}


def test_of_many_classes_the_variance_that_progress_shows_is_one_of_several_images_each():
    many = {**DATA, "classes": 600, "fine_per_class": 1, "train_per_class": 4, "test_per_class": 4}
    done = train({**SPEC, "dataset": many, "problem": {"classes": 600, "instances_per_class": 2, "dimension": 32},
                  "model": {"kind": "mlp", "hidden": [32]}, "budget": {"steps": 20}})
    assert all(event["within_class_variance"] > 0.01 for event in events(done) if event["event"] == "progress")
