"""ssem audit --no-labels: how far embeddings are spread and over how many directions, against numpy; never a word of classes."""
import os

import numpy
import pytest
from audit_test import report_on, unit
from command_line import BINARY, ssem

TRAINER = os.path.join(os.path.dirname(BINARY), "ssem-train")
pytestmark = pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")

RANDOM = numpy.random.default_rng(5)
ROWS, COLUMNS = 300, 24
EVEN = RANDOM.normal(size=(ROWS, COLUMNS))
AXIS = numpy.eye(COLUMNS)[0]
FLAT = EVEN.copy()
FLAT[:, 3:] *= 0.02
VIEWS = 0.3 * RANDOM.normal(size=(100, 1, COLUMNS)) + RANDOM.normal(size=(100, 3, COLUMNS))
MADE = {"spread": EVEN, "cone": EVEN + 6 * AXIS, "dimensional_collapse": FLAT, "all_equal": 0.05 * EVEN + 9 * AXIS,
        "view_split": VIEWS}


def saved(tmp_path, rows, **more):
    numpy.savez(tmp_path / "rows.npz", embeddings=rows, **more)
    return tmp_path / "rows.npz"


def by_numpy(rows):
    """What the report says of [images, views, d] or [rows, d], from its definitions."""
    rows = rows[:, None] if rows.ndim == 2 else rows
    images, views = rows.shape[:2]
    flat = unit(rows).reshape(images * views, -1)
    image = numpy.repeat(numpy.arange(images), views)
    cosine, same = flat @ flat.T, image[:, None] == image
    other_row = ~numpy.eye(len(flat), dtype=bool)
    variances = numpy.linalg.eigvalsh(numpy.cov(flat.T))[::-1]
    means = flat.reshape(images, views, -1).mean(1)
    found = {
        "mean_similarity": cosine[~same].mean(),
        "nearest_similarity": numpy.where(same, -2, cosine).max(1).mean(),
        "uniformity": numpy.log(numpy.exp(-2 * (2 - 2 * cosine[other_row])).mean()),
        "total_variance": ((flat - flat.mean(0)) ** 2).sum(1).mean(),
        "view_variance": ((flat - means[image]) ** 2).sum(1).mean(),
        "components_95": 1 + int((variances.cumsum() < 0.95 * variances.sum()).sum()),
    }
    if views > 1:
        found["view_similarity"] = cosine[same & other_row].mean()
    return found


@pytest.mark.parametrize("regime", MADE)
def test_each_regime_is_named_and_measured_as_numpy_does_without_a_word_of_classes(tmp_path, regime):
    report = report_on(saved(tmp_path, MADE[regime]), "--no-labels")
    assert report["regime"] == regime and report["labels"] is False
    for name, value in by_numpy(MADE[regime]).items():
        assert report[name] == pytest.approx(value, rel=1e-6, abs=1e-9), name
    said = " ".join(report["diagnosis"])
    assert "class" not in said and report["diagnosis"][-1].startswith("Next: ")
    assert not any("class" in name for name in report)
    text = ssem("audit", str(tmp_path / "rows.npz"), "--no-labels").stdout.decode()
    assert "class" not in text.lower() and "components for 95 %" in text


def test_points_spread_evenly_have_the_uniformity_that_is_said_of_them(tmp_path):
    rows = RANDOM.normal(size=(4000, 16))
    report = report_on(saved(tmp_path, rows), "--no-labels")
    assert report["uniformity"] == pytest.approx(report["even_uniformity"], abs=0.02)
    assert report["directions"] == 16 and report["components_95"] in (15, 16)


@pytest.mark.parametrize("regime,temperature,said", [
    ("cone", None, "0.1 to 0.5, 0.2 first"),
    ("cone", "0.5", "a temperature of 0.25 in place of 0.5"),
    ("dimensional_collapse", "0.3", "a temperature of 0.15 in place of 0.3"),
    ("all_equal", "0.1", "is low already (0.1;"),
    ("view_split", "0.5", "the temperature does not decide this"),
    ("spread", "0.5", "nothing here asks for another temperature")])
def test_the_next_step_has_numbers_from_the_temperature_that_was_used(tmp_path, regime, temperature, said):
    flags = ["--temperature", temperature] if temperature else []
    report = report_on(saved(tmp_path, MADE[regime]), "--no-labels", *flags)
    assert said in report["diagnosis"][-1]
    assert report.get("temperature") == (float(temperature) if temperature else None)


def test_labels_are_passed_over_in_every_kind_of_file(tmp_path):
    wanted = report_on(saved(tmp_path, EVEN), "--no-labels")
    labels = numpy.arange(ROWS) % 7
    others = [saved(tmp_path, EVEN, labels=labels, fine_labels=labels)]
    numpy.save(tmp_path / "alone.npy", EVEN)
    table = "\n".join([",".join(["label", *(f"x{k}" for k in range(COLUMNS))]),
                       *(",".join([str(label), *map(repr, map(float, row))]) for label, row in zip(labels, EVEN))])
    (tmp_path / "table.csv").write_text(table + "\n")
    (tmp_path / "bare.csv").write_text("\n".join(line.partition(",")[2] for line in table.split("\n")) + "\n")
    others += [tmp_path / "alone.npy", tmp_path / "table.csv", tmp_path / "bare.csv"]
    for path in others:
        report = report_on(path, "--no-labels")
        for name in ("regime", "total_variance", "uniformity", "components_95", "nearest_similarity", "rows", "instances"):
            assert report[name] == pytest.approx(wanted[name], rel=1e-5), (path, name)
    left = report_on(tmp_path / "table.csv", "--no-labels")["columns"]["left_out"]
    assert left == [{"name": "label", "why": "a label"}]


@pytest.mark.parametrize("flags,said", [
    (["--loss-weight", "0.5", "--temperature", "0.1"], b"--loss-weight: needs labels"),
    (["--convention", "supcon"], b"--convention: needs labels"),
    (["--no-labels=maybe"], b"--no-labels: takes no value"),
    (["--no-labels=false"], b"--no-labels: takes no value"),
    (["--instances-per-class", "4", "--temperature", "0.1"], b"--instances-per-class: needs labels")])
def test_what_only_labels_give_a_meaning_is_refused(tmp_path, flags, said):
    done = ssem("audit", str(saved(tmp_path, EVEN)), "--no-labels", *flags)
    assert done.returncode == 2 and said in done.stderr


def test_a_file_without_labels_says_how_it_is_audited_and_a_single_image_is_refused(tmp_path):
    done = ssem("audit", str(saved(tmp_path, EVEN)))
    assert done.returncode == 2 and b"must hold the labels as labels or y" in done.stderr and b"--no-labels, in requests labels false, audits" in done.stderr
    done = ssem("audit", str(saved(tmp_path, VIEWS[:1])), "--no-labels")
    assert done.returncode == 2 and b"must hold two images or more, got one" in done.stderr


@pytest.mark.parametrize("rows", [numpy.eye(2), numpy.ones((2, 1)), numpy.array([[1.0], [-1.0], [1.0]]), -numpy.ones((5, 7))])
def test_the_smallest_files_are_audited(tmp_path, rows):
    report = report_on(saved(tmp_path, rows), "--no-labels")
    assert report["rows"] == len(rows) and report["diagnosis"]
