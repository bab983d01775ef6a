"""The values that the advice names for a library's log, against the library's own loss (or its formula) on such embeddings."""
import json
import os
import subprocess

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ./setup --test installs it")
losses = pytest.importorskip("pytorch_metric_learning.losses", reason="pytorch-metric-learning is not installed: ./setup --test installs it")

CLASSES, PER_CLASS, VIEWS = 5, 4, 2
IMAGES = CLASSES * PER_CLASS
PROBLEM = ["--classes", str(CLASSES), "--instances-per-class", str(PER_CLASS), "--dataset-is-batch", "--dimension", "64"]


def ladder(library, temperature):
    flags = [*PROBLEM, "--library", library, "--library-temperature", str(temperature)]
    done = subprocess.run([os.environ["SSEM_BINARY"], "recommend", "--json", *flags], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["you"]["loss_ladder"]


def simplex(count):
    """`count` unit vectors, as far from each other as they can be."""
    return torch.nn.functional.normalize(torch.eye(count, dtype=torch.float64) - 1 / count, dim=1)


def states():
    """Embeddings [images, dimension] of a view, the same for both: at one point, and every class at its own."""
    labels = torch.arange(CLASSES).repeat_interleave(PER_CLASS)
    return labels, {"all_equal": torch.ones(IMAGES, 1, dtype=torch.float64), "collapsed": simplex(CLASSES)[labels]}


@pytest.mark.parametrize("temperature", [0.07, 0.2, 1.0])
def test_ntxent_loss_with_labels_has_the_values_of_pml_ntxent(temperature):
    criterion = losses.NTXentLoss(temperature=temperature)
    labels, embeddings = states()
    told = ladder("pml_ntxent", temperature)
    for state, z in embeddings.items():
        value = criterion(z.repeat(VIEWS, 1), labels.repeat(VIEWS)).item()
        assert told[state] == pytest.approx(value, rel=1e-5, abs=1e-7), state
    assert told["optimum"] == told["collapsed"]


@pytest.mark.parametrize("temperature", [0.07, 0.2, 1.0])
@pytest.mark.parametrize("library, scale", [("moco_v3", lambda temperature: 4 * temperature), ("open_clip", lambda _: 1), ("simcse", lambda _: 1)])
def test_cross_entropy_across_the_views_has_the_values_of_its_libraries(library, scale, temperature):
    told = ladder(library, temperature)
    for state, z in states()[1].items():
        value = torch.nn.functional.cross_entropy(z @ z.T / temperature, torch.arange(IMAGES)).item()
        assert told[state] == pytest.approx(scale(temperature) * value, rel=1e-9), state
    # Without labels every image is a class of its own.
    z = simplex(IMAGES)
    value = torch.nn.functional.cross_entropy(z @ z.T / temperature, torch.arange(IMAGES)).item()
    assert told["optimum"] == pytest.approx(scale(temperature) * value, rel=1e-9)
