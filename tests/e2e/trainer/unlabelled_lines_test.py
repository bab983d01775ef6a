"""The lines that are printed without labels, executed: each computes the loss that the advice is about."""
import json
import os
import subprocess

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ./setup --test installs it")
pytest.importorskip("pytorch_metric_learning", reason="pytorch-metric-learning is not installed: ./setup --test installs it")

from loss_by_definition import defined_loss, embeddings, rows  # noqa: E402
from pytorch_metric_learning import losses  # noqa: E402

IMAGES = 12


def lines(*flags):
    done = subprocess.run([os.environ["SSEM_BINARY"], "recommend", "--json", "--no-labels", "--batch-size", str(IMAGES), *flags],
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {row["library"]: row for row in json.loads(done.stdout)["what_to_type"]}


def loss_of(row, features, **names):
    z, _, image_ids = rows(features, torch.arange(IMAGES))
    q, k = features[:, 0] * 1.5, features[:, 1] * 2.5  # a model's outputs, not normalised
    scope = {"torch": torch, "losses": losses, "z": 3 * z, "image_ids": image_ids, "q": q, "k": k, "output_0": q, "output_1": k, **names}
    exec(row["code"], scope)  # the very text a user pastes
    return scope["loss"].item()


@pytest.mark.parametrize("convention, views", [("anchor_excluded", 2), ("anchor_excluded", 4), ("cross_view", 2), ("dcl", 2), ("dcl", 3)])
def test_the_lines_compute_the_advised_loss(convention, views):
    found = lines("--convention", convention, "--views", str(views))
    features, labels = embeddings((1,) * IMAGES, views)
    ran = 0
    for library in ("PyTorch", "pytorch-metric-learning"):
        if library not in found:
            continue
        row = found[library]
        want = defined_loss(features, labels, 1, row["temperature"], convention, "anchor_mean").item()
        assert loss_of(row, features) == pytest.approx(want, rel=1e-5), library
        ran += 1
    assert ran == (1 if convention == "dcl" or views > 2 else 2)


def test_with_a_queue_the_lines_compare_with_its_keys():
    row = lines("--convention", "cross_view", "--queue-size", "7")["PyTorch"]
    features, _ = embeddings((1,) * IMAGES, 2)
    queue = embeddings((1,) * 7, 1, seed=5)[0][:, 0]
    want = 0
    for query, key in zip(features[:, 0], features[:, 1]):
        logits = torch.cat([(query @ key)[None], queue @ query]) / row["temperature"]
        want += (torch.logsumexp(logits, 0) - logits[0]).item() / IMAGES
    assert loss_of(row, features, queue=queue) == pytest.approx(want, rel=1e-6)


def test_every_library_is_given_the_temperature():
    for flags in ([], ["--convention", "cross_view"], ["--convention", "cross_view", "--queue-size", "4096"]):
        found = lines("--classes", "1000", *flags)
        assert len(found) >= 3
        for library, row in found.items():
            assert row["temperature"] == 0.1 and "0.1" in row["code"], library
