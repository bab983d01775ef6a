"""The printed library lines, executed: each must compute the loss that the advice is about."""

import itertools
import json
import os
import subprocess

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ./setup --test installs it")

CLASSES, PER_CLASS, VIEWS, DIMENSION = 5, 4, 2, 16


def recommend(*flags):
    command = [os.environ["SSEM_BINARY"], "recommend", "--json", *flags]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def snippet(answer, library):
    found = [row for row in answer["what_to_type"] if row["library"] == library]
    assert len(found) == 1, [row["library"] for row in answer["what_to_type"]]
    return found[0]


def batch(counts=(PER_CLASS,) * CLASSES, views=VIEWS):
    """Unit-norm embeddings, view by view, of images whose classes have these counts."""
    torch.manual_seed(7)
    labels = torch.cat([torch.full((count,), label) for label, count in enumerate(counts)])
    features = torch.nn.functional.normalize(torch.randn(len(labels), views, DIMENSION, dtype=torch.float64), dim=2)
    return features, labels


def rows(features, labels):
    views = features.shape[1]
    images = torch.arange(len(labels)).repeat_interleave(views)
    return features.reshape(-1, features.shape[2]), labels.repeat_interleave(views), images


def plain_loss(features, labels, loss_weight, temperature, convention, reduction):
    """Pair by pair in Python: slow, and written apart from the snippets."""
    z, y, image = rows(features, labels)
    count = len(z)
    exponent = (z @ z.T / temperature).tolist()
    y, image = y.tolist(), image.tolist()
    own_losses, same_losses = [], []
    for i in range(count):
        own, same = [], []
        for j in range(count):
            if y[i] != y[j] or (i == j and convention != "anchor_included"):
                continue
            left_out = {i} if convention == "anchor_excluded" else {i, j} if convention == "dcl" else set()
            terms = torch.tensor([exponent[i][k] for k in range(count) if k not in left_out], dtype=torch.float64)
            loss = torch.logsumexp(terms, 0).item() - exponent[i][j]
            (own if image[i] == image[j] else same).append(loss)
        own_losses.append(own)
        same_losses.append(same)
    if reduction == "pair_mean":
        means = [torch.tensor(list(itertools.chain(*losses))).mean().item() for losses in (own_losses, same_losses)]
        return loss_weight * means[0] + (1 - loss_weight) * means[1]
    total = 0.0
    for own, same in zip(own_losses, same_losses):
        total += loss_weight * sum(own) / len(own)
        total += (1 - loss_weight) * sum(same) / len(same) if same else 0.0
    return total / count


def run(code, **names):
    scope = {"torch": torch, **names}
    exec(code, scope)  # the very text a user pastes
    return float(scope["loss"])


def problem(convention="anchor_excluded", *flags):
    return recommend("--classes", str(CLASSES), "--batch-size", str(CLASSES * PER_CLASS), "--views", str(VIEWS),
                     "--dimension", str(DIMENSION), "--convention", convention, *flags)


@pytest.mark.parametrize("reduction", ["anchor_mean", "pair_mean"])
@pytest.mark.parametrize("convention", ["anchor_excluded", "anchor_included", "dcl"])
def test_the_pytorch_snippet_computes_the_convention(convention, reduction):
    for counts in ((PER_CLASS,) * CLASSES, (7, 5, 3, 2, 2)):
        answer = problem(convention, "--reduction", reduction)
        row = snippet(answer, "PyTorch")
        features, labels = batch(counts)
        z, y, images = rows(features, labels)
        got = run(row["code"], z=z, labels=y, image_ids=images)
        want = plain_loss(features, labels, row["loss_weight"], row["temperature"], convention, reduction)
        assert got == pytest.approx(want, rel=2e-6)


def test_the_pytorch_snippet_counts_images_without_partners_as_the_anchor_mean_does():
    row = snippet(problem("anchor_excluded", "--sampling", "random"), "PyTorch")
    features, labels = batch((5, 1, 1, 4))
    z, y, images = rows(features, labels)
    got = run(row["code"], z=z, labels=y, image_ids=images)
    want = plain_loss(features, labels, row["loss_weight"], row["temperature"], "anchor_excluded", "anchor_mean")
    assert got == pytest.approx(want, rel=2e-6)


@pytest.mark.parametrize("convention", ["anchor_excluded", "supcon"])
def test_the_pytorch_metric_learning_snippet_computes_the_same_loss(convention):
    losses = pytest.importorskip("pytorch_metric_learning.losses", reason="pytorch-metric-learning is not installed")
    row = snippet(problem(convention), "pytorch-metric-learning")
    assert row["convention"] == "anchor_excluded"
    for counts in ((PER_CLASS,) * CLASSES, (7, 5, 3, 2, 2)):
        features, labels = batch(counts)
        z, y, images = rows(features, labels)
        got = run(row["code"], embeddings=z, labels=y, image_ids=images, losses=losses)
        want = plain_loss(features, labels, row["loss_weight"], row["temperature"], "anchor_excluded", "anchor_mean")
        assert got == pytest.approx(want, rel=2e-6)


class WeightedSupCon:
    """SupContrast's loss from its formula: each anchor's mean of log shares, weighted by the mask, self left out.

    SupContrast is no package that could be installed; this holds the snippet to what its documentation says.
    """

    def __init__(self, temperature, base_temperature):
        self.temperature, self.scale = temperature, temperature / base_temperature

    def __call__(self, features, mask):
        images, views, _ = features.shape
        z = features.transpose(0, 1).reshape(images * views, -1)
        anchor = torch.eye(len(z), dtype=torch.bool)
        s = z @ z.T / self.temperature
        log_share = s - s.masked_fill(anchor, -torch.inf).logsumexp(1, keepdim=True)
        weights = mask.to(s.dtype).repeat(views, views).masked_fill(anchor, 0)
        return -self.scale * ((weights * log_share).sum(1) / weights.sum(1)).mean()


@pytest.mark.parametrize("sampling", ["balanced", "random"])
def test_the_supcontrast_snippet_computes_the_same_loss_by_its_formula(sampling):
    row = snippet(problem("anchor_excluded", "--sampling", sampling), "SupContrast")
    every_partner = [(PER_CLASS,) * CLASSES] + ([(7, 5, 3, 2, 2)] if sampling == "random" else [])
    for counts in every_partner:
        features, labels = batch(counts)
        got = run(row["code"], features=features, labels=labels, SupConLoss=WeightedSupCon)
        want = plain_loss(features, labels, row["loss_weight"], row["temperature"], "anchor_excluded", "anchor_mean")
        assert got == pytest.approx(want, rel=2e-6)


def test_the_supcontrast_snippet_at_loss_weight_one_is_self_supervised():
    row = snippet(problem("anchor_excluded", "--loss-weight", "1", "--target-within-class-variance", "0.99"), "SupContrast")
    features, labels = batch()
    got = run(row["code"], features=features, labels=labels, SupConLoss=WeightedSupCon)
    want = plain_loss(features, labels, 1.0, row["temperature"], "anchor_excluded", "anchor_mean")
    assert got == pytest.approx(want, rel=2e-6)


def test_the_stated_safe_temperatures_give_finite_gradients():
    answer = problem()
    losses = pytest.importorskip("pytorch_metric_learning.losses", reason="pytorch-metric-learning is not installed")
    limits = {(row["library"], row["dtype"]): row["lowest_safe_temperature"] for row in answer["numerics"]}
    for library, dtype in (("PyTorch", torch.float32), ("PyTorch", torch.float64),
                           ("pytorch-metric-learning", torch.float32), ("pytorch-metric-learning", torch.float64)):
        temperature = limits[library, str(dtype).split(".")[1]]
        code = snippet(problem("anchor_excluded", "--temperature", str(max(temperature, 1e-4)),
                               "--target-within-class-variance", "0.002"), library)["code"]
        for kind in ("random", "clustered", "antipodal"):
            features, labels = batch()
            if kind == "clustered":
                features = torch.nn.functional.normalize(features[labels * PER_CLASS] + 0.02 * features, dim=2)
            if kind == "antipodal":
                features[0, 1] = -features[0, 0]
            z, y, images = rows(features, labels)
            z = z.to(dtype).requires_grad_()
            scope = {"torch": torch, "losses": losses, "z": z, "embeddings": z, "labels": y, "image_ids": images}
            exec(code, scope)
            scope["loss"].backward()
            assert torch.isfinite(z.grad).all(), (library, dtype, kind)


def test_the_authors_command_lines_carry_their_own_conventions():
    answer = problem()
    imagenet = snippet(answer, "ssem-supcl (ImageNet code)")
    cifar = snippet(answer, "ssem-supcl (CIFAR code)")
    assert imagenet["convention"] == "anchor_excluded" and cifar["convention"] == "anchor_included"
    assert f"--alpha {imagenet['loss_weight']:.6g} --T {imagenet['temperature']:.6g}" in imagenet["code"]
    assert f"--alpha {cifar['loss_weight']:.6g} --temperature {cifar['temperature']:.6g}" in cifar["code"]
    assert "--balanced_batch True" in cifar["code"]
