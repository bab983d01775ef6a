"""The printed lines of every library, executed: each must compute the loss that the advice is about."""
import json
import os
import re
import subprocess

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: ./setup --test installs it")
pytest.importorskip("pytorch_metric_learning", reason="pytorch-metric-learning is not installed: ./setup --test installs it")

from loss_by_definition import defined_loss, embeddings, rows  # noqa: E402
from typed_lines import CIFAR, IMAGENET, LIBRARIES, PUT_IN_PLACE, imagenet_formula, run_lines  # noqa: E402

CLASSES, PER_CLASS, DIMENSION = 5, 4, 16
BALANCED = (PER_CLASS,) * CLASSES
UNEQUAL = (7, 5, 3, 3, 2)
LONELY = (5, 1, 1, 4, 2)  # two images without a partner
ALL_LONELY = (1, 1, 1, 1)
EQUAL_CLASSES = ["--classes", str(CLASSES), "--batch-size", str(CLASSES * PER_CLASS)]
PROBLEMS = {
    "balanced": [*EQUAL_CLASSES, "--sampling", "balanced"],
    "random": [*EQUAL_CLASSES, "--sampling", "random"],
    "unequal": ["--class-counts", "70,50,30,30,20", "--batch-size", "20", "--sampling", "random"],
    "stratified": ["--class-counts", ",".join(map(str, UNEQUAL)), "--batch-size", "20", "--sampling", "balanced"],
}
BATCHES = {"balanced": [BALANCED], "random": [BALANCED, UNEQUAL, LONELY, ALL_LONELY], "unequal": [UNEQUAL, LONELY, ALL_LONELY],
           "stratified": [UNEQUAL]}
CONVENTIONS = ["anchor_excluded", "anchor_included", "supcon", "supcon_in", "dcl", "cross_view", "negatives_only"]
REDUCTIONS = ["anchor_mean", "pair_mean"]
TOLERANCE = 1e-5


def asked(command, *flags):
    return subprocess.run([os.environ["SSEM_BINARY"], command, "--json", *flags], capture_output=True, text=True)


def recommend(*flags):
    done = asked("recommend", *flags)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def lines_for(sampling, convention, reduction, *flags):
    answer = recommend(*PROBLEMS[sampling], "--convention", convention, "--reduction", reduction, *flags)
    found = {row["library"]: row for row in answer["what_to_type"]}
    assert list(found) == LIBRARIES
    return answer, found


def own_loss(library, sampling, convention, reduction):
    """Convention and reduction that the library's own loss has, nearest to these."""
    if library == "SupContrast":
        return "anchor_excluded", "anchor_mean"
    if library == "pytorch-metric-learning":
        return ("anchor_included" if convention == "anchor_included" else "anchor_excluded"), reduction
    if library == IMAGENET:
        return "anchor_excluded", "anchor_mean"
    if library == CIFAR:
        return "anchor_included", "pair_mean"
    return convention, reduction


def computes(library, sampling, convention, reduction):
    """Whether it computes this very loss, in batches drawn like this."""
    if library in PUT_IN_PLACE or (library == IMAGENET and sampling == "balanced"):
        return False
    own_convention, own_reduction = own_loss(library, sampling, convention, reduction)
    return own_convention == convention and (own_reduction == reduction or sampling == "balanced")


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("convention", CONVENTIONS)
@pytest.mark.parametrize("sampling", list(PROBLEMS))
def test_every_librarys_lines_compute_the_advised_loss_or_say_which_other(sampling, convention, reduction):
    answer, found = lines_for(sampling, convention, reduction)
    plain = convention in ("supcon", "supcon_in", "negatives_only")  # what is advised in their place has a loss weight
    advised = "anchor_excluded" if plain else convention
    loss_weight = found["PyTorch"]["loss_weight"] if plain else answer["loss_weight"]
    for library, row in found.items():
        exact = computes(library, sampling, advised, reduction)
        converted = row["possible"] and not exact
        own_convention, own_reduction = own_loss(library, sampling, advised, reduction) if converted else (advised, reduction)
        assert row["convention"] == own_convention and row["temperature"] == answer["temperature"]
        assert ("solved for the same variance" in row["note"]) == converted
        assert row["note"].count("Cannot, because ") == (not row["possible"])
        assert row["possible"] or not exact
        if sampling in ("unequal", "stratified"):
            assert not converted
        if not converted:
            assert row["loss_weight"] == loss_weight
        for counts in BATCHES[sampling]:
            features, labels = embeddings(counts, views=2)
            if library == CIFAR and row["possible"] and counts == ALL_LONELY:
                assert run_lines(row, features, labels).isnan() and "nan" in row["note"]
                continue
            want = defined_loss(features, labels, row["loss_weight"], row["temperature"], own_convention, own_reduction)
            got = run_lines(row, features, labels)
            assert got.item() == pytest.approx(want.item(), rel=TOLERANCE), (library, counts)


@pytest.mark.parametrize("convention", ["anchor_excluded", "anchor_included"])
def test_more_views_are_more_positives_in_every_library_that_takes_them(convention):
    answer, found = lines_for("random", convention, "anchor_mean", "--views", "3")
    for library, row in found.items():
        assert row["possible"] == (library in ("PyTorch", "SupContrast", "pytorch-metric-learning"))
        features, labels = embeddings(LONELY, views=3)
        want = defined_loss(features, labels, row["loss_weight"], row["temperature"], row["convention"], "anchor_mean")
        assert run_lines(row, features, labels).item() == pytest.approx(want.item(), rel=TOLERANCE), library
    for library in (IMAGENET, CIFAR):
        assert "two views" in found[library]["note"]


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("convention", ["anchor_excluded", "supcon", "supcon_in"])
@pytest.mark.parametrize("sampling", list(PROBLEMS))
def test_with_one_view_the_lines_are_plain_supcon(sampling, convention, reduction):
    flags = [*PROBLEMS[sampling], "--convention", convention, "--reduction", reduction, "--views", "1"]
    done = asked("recommend", *flags)
    if done.returncode != 0:
        assert "views" in done.stderr  # refused, and that is said
        return
    for row in json.loads(done.stdout)["what_to_type"]:
        assert row["convention"] == "supcon" and row["loss_weight"] == 0
        assert "loss_weight" not in row["code"] and "image_ids" not in row["code"]
        for counts in BATCHES[sampling]:
            features, labels = embeddings(counts, views=1)
            want = defined_loss(features, labels, 0, row["temperature"], "anchor_excluded", reduction)
            assert run_lines(row, features, labels).item() == pytest.approx(want.item(), rel=TOLERANCE, abs=1e-12), row


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("convention", ["anchor_excluded", "anchor_included", "dcl", "cross_view"])
def test_the_lines_have_the_gradient_of_the_defined_loss(convention, reduction):
    _, found = lines_for("random", convention, reduction)
    for library, row in found.items():
        _, own_reduction = own_loss(library, "random", convention, reduction)
        features, labels = embeddings(LONELY, views=2)
        gradients = []
        for loss in (lambda z: run_lines(row, z, labels),
                     lambda z: defined_loss(z, labels, row["loss_weight"], row["temperature"], row["convention"], own_reduction)):
            z = features.clone().requires_grad_()
            loss(z).backward()
            along = (z.grad * features).sum(2, keepdim=True) * features
            gradients.append(z.grad - along)  # along the sphere: some libraries normalise once more
        got, want = gradients
        assert (got - want).norm() < TOLERANCE * want.norm(), library


def test_the_lines_of_pytorch_metric_learning_are_the_advised_loss_where_most_images_have_no_partner():
    row = next(row for row in recommend("--classes", "1000", "--batch-size", "256", "--dimension", "1024", "--sampling",
                                        "random")["what_to_type"] if row["library"] == "pytorch-metric-learning")
    counts = torch.bincount(torch.randint(1000, (256,), generator=torch.Generator().manual_seed(1))).tolist()
    assert counts.count(1) > 150
    features, labels = embeddings(counts, views=2, dimension=64)
    want = imagenet_formula(features, labels, row["loss_weight"], row["temperature"])
    assert run_lines(row, features, labels).item() == pytest.approx(want.item(), rel=TOLERANCE)


@pytest.mark.parametrize("target", [0.05, 0.3, 0.9, 0.99])
@pytest.mark.parametrize("sampling", ["balanced", "random"])
def test_typed_loss_weights_and_their_complements_are_those_of_the_answer(sampling, target):
    for row in lines_for(sampling, "anchor_excluded", "anchor_mean", "--target-within-class-variance", str(target))[1].values():
        typed = [float(text) for text in re.findall(r"(?:--alpha |loss_weight ?= ?)([0-9.e+-]+)", row["code"])]
        assert len(typed) == 1, row["code"]  # once: 1 - loss_weight is computed from it
        assert typed[0] == pytest.approx(row["loss_weight"], rel=1e-5)
        assert 1 - typed[0] == pytest.approx(1 - row["loss_weight"], rel=1e-5, abs=1e-12)


def test_a_loss_weight_of_one_is_self_supervised():
    _, found = lines_for("balanced", "anchor_excluded", "anchor_mean", "--loss-weight", "1", "--target-within-class-variance", "0.99")
    features, labels = embeddings(BALANCED, views=2)
    for library in ("PyTorch", "SupContrast", "pytorch-metric-learning"):
        want = defined_loss(features, labels, 1, found[library]["temperature"], "anchor_excluded", "anchor_mean")
        assert run_lines(found[library], features, labels).item() == pytest.approx(want.item(), rel=TOLERANCE)


def test_the_stated_safe_temperatures_give_finite_gradients():
    limits = {(row["library"], row["dtype"]): row["lowest_safe_temperature"] for row in recommend(*EQUAL_CLASSES)["numerics"]}
    for library in ("PyTorch", "pytorch-metric-learning"):
        for dtype in (torch.float32, torch.float64):
            temperature = limits[library, str(dtype).split(".")[1]]
            row = lines_for("balanced", "anchor_excluded", "anchor_mean", "--temperature", str(max(temperature, 1e-4)),
                            "--target-within-class-variance", "0.002")[1][library]
            for kind in ("random", "clustered", "antipodal"):
                features, labels = embeddings(BALANCED, views=2)
                if kind == "clustered":
                    features = torch.nn.functional.normalize(features[labels * PER_CLASS] + 0.02 * features, dim=2)
                if kind == "antipodal":
                    features[0, 1] = -features[0, 0]
                features = features.to(dtype).requires_grad_()
                run_lines(row, features, labels).backward()
                assert torch.isfinite(features.grad).all(), (library, dtype, kind)


def test_the_authors_commands_have_what_their_programs_need():
    _, found = lines_for("random", "anchor_excluded", "anchor_mean", "--dimension", str(DIMENSION))
    for needed in ("cd imagenet && ", "--multiprocessing-distributed", "--world-size 1", "--rank 0", "--dir ", "--dim 16"):
        assert needed in found[IMAGENET]["code"]
    assert "--balanced_batch" not in found[CIFAR]["code"] and "--data_dir " in found[CIFAR]["code"]
    balanced = lines_for("balanced", "anchor_included", "pair_mean")[1]
    assert balanced[CIFAR]["code"].endswith("--balanced_batch True")
    assert "random batches" in balanced[IMAGENET]["note"]  # it has no balanced sampler


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("sampling", ["random", "balanced"])
def test_with_a_queue_the_lines_compare_each_view_with_its_other_one_and_the_keys(sampling, reduction):
    answer, found = lines_for(sampling, "cross_view", reduction, "--queue-size", "30")
    queue, key_labels = embeddings((9, 8, 6, 4, 3), views=1, seed=11)
    queue = queue[:, 0]
    for library, row in found.items():
        assert row["possible"] == (library == "PyTorch") and row["convention"] == "cross_view"
        features, labels = embeddings(LONELY, views=2)
        own, same = [], []
        for image, (first, second) in enumerate(features):
            for anchor, key in ((first, second), (second, first)):
                s = torch.cat([anchor @ key.view(-1, 1), queue @ anchor]) / row["temperature"]
                losses = s.logsumexp(0) - s
                own.append(losses[0])
                same.append(losses[1:][key_labels == labels[image]])
        supervised = torch.cat(same).mean() if reduction == "pair_mean" else sum(each.mean() for each in same if len(each)) / len(same)
        want = (1 - answer["loss_weight"]) * supervised + answer["loss_weight"] * sum(own) / len(own)
        got = run_lines(row, features, labels, queue=queue, queue_labels=key_labels)
        assert got.item() == pytest.approx(want.item(), rel=TOLERANCE), library


def test_rows_of_views_are_those_of_their_images():
    features, labels = embeddings(UNEQUAL, views=2)
    z, label_of, image_of = rows(features, labels)
    assert all((features[image, row % 2] == z[row]).all() and labels[image] == label_of[row] for row, image in enumerate(image_of))
