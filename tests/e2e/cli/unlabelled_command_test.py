"""`--no-labels`: the advice and the evaluation of a temperature, as text and JSON, and what is refused."""
import math

import pytest
from command_line import answers, faults, ssem, strict

BATCH = ["--no-labels", "--batch-size", "256", "--dimension", "128"]


def told(command, *flags):
    done = ssem(command, *flags, "--json")
    assert done.returncode == 0, done.stderr
    return strict(done.stdout.decode())


def test_the_advice_names_a_band_its_evidence_and_what_the_loss_reads():
    answer = told("recommend", *BATCH)
    band = answer["temperature_band"]
    assert answer["temperature"] == band["first"] and band["low"] <= band["first"] <= band["high"]
    assert band["evidence"] == "weak"
    assert answer["loss_ladder"]["all_equal"] == pytest.approx(math.log(511))
    text = ssem("recommend", *BATCH).stdout.decode()
    assert "(weak evidence)" in text and "Other temperatures" in text
    for library in ("PyTorch", "lightly", "solo-learn", "pytorch-metric-learning", "SimCLR (google-research)"):
        assert library in text


def test_the_least_loss_is_that_of_batches_of_evenly_spread_images():
    """SimCLR's loss over random directions, the two views of an image together, written out."""
    import random

    random.seed(3)
    temperature, images, dimension = 0.2, 64, 32
    sums = []
    for _ in range(10):
        rows = []
        for _ in range(images):
            row = [random.gauss(0, 1) for _ in range(dimension)]
            length = math.sqrt(sum(value * value for value in row))
            rows.append([value / length for value in row])
        for i, anchor in enumerate(rows):
            others = sum(2 * math.exp((sum(a * b for a, b in zip(anchor, row)) - 1) / temperature)
                         for j, row in enumerate(rows) if j != i)
            sums.append(math.log(1 + others))
    flags = ["--no-labels", "--batch-size", str(images), "--dimension", str(dimension), "--temperature", str(temperature)]
    assert told("evaluate", *flags)["loss_value"] == pytest.approx(sum(sums) / len(sums), abs=0.05)


def test_brief_answers_end_with_a_command_that_runs():
    for command, flags in (("recommend", BATCH), ("evaluate", [*BATCH, "--temperature", "0.02"])):
        lines = ssem(command, *flags, "--brief").stdout.decode().splitlines()
        assert len(lines) == 3 and lines[2].startswith("Next: ssem ")
        assert ssem(*lines[2].removeprefix("Next: ssem ").split()).returncode == 0


def test_lines_may_mix_requests_with_and_without_labels():
    results, code = answers("recommend", [{"labels": False, "batch_size": 64}, {"classes": 10, "batch_size": 64},
                                          {"labels": False, "batch_size": 64, "class_counts": [3, 4]}])
    assert code == 1
    assert "temperature_band" in results[0] and "loss_weight_threshold" in results[1]
    assert faults(results[2]) == {"/class_counts": "needs labels: it says nothing where labels is false"}


@pytest.mark.parametrize("flags, fault", [
    ([*BATCH, "--loss-weight", "1"], "--loss-weight: needs labels"),
    ([*BATCH, "--library", "supcontrast"], "--library: needs labels"),
    ([*BATCH, "--views", "1"], "--views: must be an integer >= 2"),
    ([*BATCH, "--dataset-images", "100"], "--dataset-images: must hold the batch"),
    ([*BATCH, "--convention", "supcon"], "--convention: must be anchor_excluded"),
    (["--no-labels"], "--batch-size: is required"),
    (["--classes", "10", "--batch-size", "64", "--dataset-images", "100"], "--dataset-images: needs labels: false"),
])
def test_what_means_nothing_without_labels_is_refused_by_name(flags, fault):
    done = ssem("recommend", *flags)
    assert done.returncode == 2 and fault in done.stderr.decode()
