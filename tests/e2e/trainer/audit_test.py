"""ssem audit on files whose answer is known: every regime, every file type, and files that are not what they say."""
import json
import os
import signal
import subprocess
import time

import numpy
import pytest
import safetensors.numpy
from command_line import BINARY, LIMIT_S, ssem, strict
from validate_test import terminal

TRAINER = os.path.join(os.path.dirname(BINARY), "ssem-train")
CLASSES, EACH, COLUMNS = 5, 40, 32

pytestmark = pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")


def unit(rows):
    return rows / numpy.linalg.norm(rows, axis=-1, keepdims=True)


def embeddings(between, within, views=1, of_views=0.0, seed=0):
    """Rows around orthogonal class means: image noise of size `within`, view noise of size `of_views`."""
    random = numpy.random.default_rng(seed)
    labels = numpy.repeat(numpy.arange(CLASSES), EACH)
    noise = random.standard_normal((CLASSES * EACH, COLUMNS)) / COLUMNS ** .5
    images = between * numpy.eye(COLUMNS)[labels] + within * noise
    rows = numpy.repeat(images, views, axis=0)
    rows = unit(rows + of_views * random.standard_normal(rows.shape) / COLUMNS ** .5)
    return {"embeddings": rows, "labels": numpy.repeat(labels, views),
            "instance_ids": numpy.repeat(numpy.arange(CLASSES * EACH), views)}


def report_on(path, *flags):
    done = ssem("audit", str(path), *flags, "--json")
    assert done.returncode == 0, done.stderr
    lines = [strict(line) for line in done.stdout.splitlines()]
    assert [line["event"] for line in lines] == ["started", "finished"]
    return lines[-1]["report"]


def saved(tmp_path, arrays, name="embeddings.npz"):
    path = tmp_path / name
    numpy.savez(path, **arrays)
    return path


def test_negatives_only_without_a_term_beside_it_is_said_to_collapse(tmp_path):
    report = report_on(saved(tmp_path, embeddings(1, 1)), "--convention", "negatives_only", "--temperature", "0.1")
    predicted = report["reading"]["predicted"]
    assert predicted["collapsed"] is True and predicted["within_class_variance"] == 0


@pytest.mark.parametrize("arrays,regime", [
    (embeddings(1, 0.8), "structured"),
    (embeddings(1, 0.05), "collapsed"),
    (embeddings(0, 1), "self_supervised"),
    (embeddings(1, 0.3, views=3, of_views=1), "view_split"),
])
def test_each_regime_is_told_from_the_others(tmp_path, arrays, regime):
    report = report_on(saved(tmp_path, arrays))
    assert report["regime"] == regime, report["diagnosis"]
    nested = report["nested_variance"]
    parts = [nested[name] for name in ("between_classes", "between_instances", "between_views")]
    assert abs(sum(parts) - nested["total"]) < 1e-12
    assert report["rows"] == len(arrays["labels"]) and report["classes"] == CLASSES


def test_a_large_npy_stays_in_its_file_and_what_is_of_drawn_rows_is_said(tmp_path):
    random = numpy.random.default_rng(5)
    labels = random.integers(0, CLASSES, 2 ** 24 // COLUMNS)
    rows = (numpy.eye(COLUMNS)[labels] + 0.1 * random.standard_normal((len(labels), COLUMNS))).astype(numpy.float16)
    numpy.save(tmp_path / "x.npy", rows)
    numpy.save(tmp_path / "y.npy", labels)
    text, code = terminal(["audit", str(tmp_path / "x.npy"), "--output-directory", str(tmp_path / "out")], {})
    assert code == 0 and "reading: 524,288 of 524,288 rows, 100 %\n" in text
    report = strict((tmp_path / "out/report.json").read_bytes())
    exact = unit(rows.astype(float))
    means = numpy.stack([exact[labels == label].mean(0) for label in range(CLASSES)])
    assert abs(report["within_class_variance"] - ((exact - means[labels]) ** 2).sum(1).mean()) < 1e-9
    assert abs(report["between_class_variance"] - ((means[labels] - exact.mean(0)) ** 2).sum(1).mean()) < 1e-9
    assert report["rows"] == len(labels) and report["compared_rows"] == 30_000 and report["knn_accuracy"] > 0.99
    assert any("30000 of the 524288 rows, drawn at random" in sentence for sentence in report["diagnosis"])


def test_one_point_for_all_and_a_single_collapsed_class_are_named(tmp_path):
    same = embeddings(1, 0.5)
    same["embeddings"][:] = same["embeddings"][0]
    assert report_on(saved(tmp_path, same))["regime"] == "all_equal"
    partly = embeddings(1, 0.8)
    partly["embeddings"][partly["labels"] == 2] = unit(numpy.ones(COLUMNS))
    report = report_on(saved(tmp_path, partly))
    assert report["regime"] == "partly_collapsed"
    assert [entry["collapsed"] for entry in report["per_class"]] == [False, False, True, False, False]


def test_variances_and_similarities_are_what_numpy_computes(tmp_path):
    arrays = embeddings(1, 0.7)
    report = report_on(saved(tmp_path, arrays))
    z, labels = arrays["embeddings"], arrays["labels"]
    means = numpy.stack([z[labels == c].mean(0) for c in range(CLASSES)])
    within = ((z - means[labels]) ** 2).sum(1).mean()
    assert report["within_class_variance"] == pytest.approx(within, rel=1e-10)
    between = ((means[labels] - z.mean(0)) ** 2).sum(1).mean()
    assert report["between_class_variance"] == pytest.approx(between, rel=1e-10)
    similar = z @ z.T
    same = labels[:, None] == labels[None, :]
    assert report["between_class_similarity"] == pytest.approx(similar[~same].mean(), rel=1e-10)
    values = numpy.linalg.svd(z, compute_uv=False)
    shares = values / values.sum()
    assert report["effective_rank"] == pytest.approx(numpy.exp(-(shares * numpy.log(shares)).sum()), rel=1e-6)
    off = similar[~numpy.eye(len(z), dtype=bool)]
    assert report["uniformity"] == pytest.approx(numpy.log(numpy.exp(-2 * (2 - 2 * off)).mean()), rel=1e-10)


def test_npz_csv_and_safetensors_of_the_same_rows_give_the_same_report(tmp_path):
    arrays = embeddings(1, 0.6)
    arrays["embeddings"] = arrays["embeddings"].astype(numpy.float32)
    arrays["fine_labels"] = arrays["labels"] * 2 + numpy.arange(len(arrays["labels"])) % 2
    reports = [report_on(saved(tmp_path, arrays))]
    safetensors.numpy.save_file(arrays, str(tmp_path / "rows.safetensors"))
    reports.append(report_on(tmp_path / "rows.safetensors"))
    numpy.savez_compressed(tmp_path / "packed.npz", **arrays)
    reports.append(report_on(tmp_path / "packed.npz"))
    with open(tmp_path / "rows.csv", "w") as file:
        file.write("label,fine_label,instance_id," + ",".join(f"x{k}" for k in range(COLUMNS)) + "\n")
        for row, *keys in zip(arrays["embeddings"], arrays["labels"], arrays["fine_labels"], arrays["instance_ids"]):
            file.write(",".join(str(key) for key in keys) + "," + ",".join(repr(float(x)) for x in row) + "\n")
    reports.append(report_on(tmp_path / "rows.csv"))
    for report in reports:
        report.pop("embeddings")
    assert reports[1] == reports[0] and reports[2] == reports[0]
    assert reports[3]["within_class_variance"] == pytest.approx(reports[0]["within_class_variance"], rel=1e-6)
    assert reports[3]["fine_classes"] == reports[0]["fine_classes"] == 2 * CLASSES


def csv_text(arrays, more):
    """The rows as DataFrame.to_csv writes them: an index without a name, columns 0, 1, ...; then `more` and label."""
    lines = [",".join(["", *(str(k) for k in range(COLUMNS)), *more, "label"])]
    for number, (row, label) in enumerate(zip(arrays["embeddings"], arrays["labels"])):
        values = [values[number] for values in more.values()]
        lines.append(",".join(str(cell) for cell in [number, *(repr(float(x)) for x in row), *values, label]))
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("more", [
    {},
    {"epoch": [400] * CLASSES * EACH},
    {"id": list(range(9000, 9000 + CLASSES * EACH)), "pred": [3] * CLASSES * EACH},
    {"path": ["a.png"] * CLASSES * EACH},
])
def test_an_index_id_epoch_or_prediction_in_a_csv_is_no_coordinate(tmp_path, more):
    arrays = embeddings(1, 0.8)
    expected = report_on(saved(tmp_path, arrays))
    (tmp_path / "rows.csv").write_text(csv_text(arrays, more))
    report = report_on(tmp_path / "rows.csv")
    assert report["regime"] == "structured" and not any(entry["collapsed"] for entry in report["per_class"])
    assert report["within_class_variance"] == pytest.approx(expected["within_class_variance"], rel=1e-5)
    assert report["dimension"] == COLUMNS
    assert report["columns"]["coordinates"] == [str(k) for k in range(COLUMNS)]
    assert [column["name"] for column in report["columns"]["left_out"]] == ["", *more]
    told = next(sentence for sentence in report["diagnosis"] if sentence.startswith("Left out"))
    assert "the column without a name" in told and all(name in told for name in more)


def test_rows_of_other_lengths_are_normalised_and_the_report_says_so(tmp_path):
    arrays = embeddings(1, 0.7)
    before = report_on(saved(tmp_path, arrays))
    arrays["embeddings"] = arrays["embeddings"] * numpy.linspace(0.5, 30, len(arrays["labels"]))[:, None]
    after = report_on(saved(tmp_path, arrays))
    assert before["normalised"] is False and after["normalised"] is True
    assert after["norms"] == pytest.approx({"least": 0.5, "largest": 30})
    assert after["within_class_variance"] == pytest.approx(before["within_class_variance"], rel=1e-9)


def test_embeddings_at_the_loss_optimum_are_read_back_as_their_loss_weight(tmp_path):
    spec = {"problem": {"classes": 4, "instances_per_class": 10, "dimension": 48}, "loss_weight": 0.6,
            "temperature": 0.3, "output_directory": str(tmp_path)}
    assert ssem("validate", "--spec", "-", stdin=json.dumps(spec)).returncode == 0
    report = report_on(tmp_path / "embeddings.npz", "--temperature", "0.3", "--loss-weight", "0.6")
    assert report["reading"]["matching_loss_weight"] == pytest.approx(0.6, abs=0.02)
    assert "which is what is found" in report["diagnosis"][-1]
    other = report_on(tmp_path / "embeddings.npz", "--temperature", "0.3", "--loss-weight", "0.02")
    assert "not the" in other["diagnosis"][-1]


def test_a_terminal_and_a_pipe_get_a_report_for_people(tmp_path):
    path = saved(tmp_path, embeddings(1, 0.05), "with space é.npz")
    text, code = terminal(["audit", str(path)], {})
    assert code == 0
    assert "Class collapse" in text and "Class by class" in text and "between images" in text
    assert ssem("audit", str(path)).stdout.decode() == text


def test_faults_of_flags_are_named_by_flag(tmp_path):
    path = saved(tmp_path, embeddings(1, 0.5))
    done = ssem("audit", str(path), "--temperature", "warm", "--instances-per-class", "0")
    assert done.returncode == 2 and done.stdout == b""
    assert [line.split(":")[0] for line in done.stderr.decode().splitlines()] == [
        "--temperature", "--instances-per-class", "Try 'ssem audit --help'."]


@pytest.mark.parametrize("name", ["-dash.npz", "two words \"quoted\" 'é'.npz", "--.npz"])
def test_odd_file_names_are_read_from_where_the_user_is(tmp_path, name):
    saved(tmp_path, embeddings(1, 0.5), name)
    done = subprocess.run([BINARY, "audit", "--json", "--", name], cwd=tmp_path, capture_output=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stderr
    assert strict(done.stdout.splitlines()[-1])["report"]["embeddings"] == name


def test_a_name_that_json_cannot_carry_is_refused_as_such(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"\xff.npz")
    numpy.savez(open(path, "wb"), **embeddings(1, 0.5))
    done = ssem("audit", path)
    assert done.returncode == 2 and b"UTF-8" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_an_audit_before_its_end(tmp_path, number):
    random = numpy.random.default_rng(0)
    path = saved(tmp_path, {"embeddings": random.standard_normal((40000, 64)).astype(numpy.float32),
                            "labels": random.integers(0, 10, 40000)})
    with subprocess.Popen([BINARY, "audit", str(path), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as audit:
        assert strict(audit.stdout.readline())["event"] == "started"
        begin = time.monotonic()
        audit.send_signal(number)
        rest, said = audit.communicate(timeout=LIMIT_S)
    assert audit.returncode == 3 and b"stopped" in said
    assert strict(rest)["event"] == "failed"
    assert time.monotonic() - begin < 5


def test_a_loss_weight_beside_a_loss_that_has_none_is_a_fault(tmp_path):
    path = saved(tmp_path, embeddings(1, 0.5))
    flags = ("--temperature", "0.1", "--convention", "supcon")
    assert ssem("audit", str(path), *flags).returncode == 0
    done = ssem("audit", str(path), *flags, "--loss-weight", "0.5")
    assert done.returncode == 2 and b"--loss-weight: " in done.stderr and done.stdout == b""


@pytest.mark.parametrize("content,name,words", [
    (None, "missing.npz", "cannot be opened"),
    (b"", "empty.npz", "this is no zip archive"),
    pytest.param(b"PK\x05\x06" + bytes(18), "nothing.npz", "must hold the embeddings", id="nothing"),
    (b"label,x\n0,1\n1,nan\n", "nan.csv", "line 3"),
    (b"label,x\n0,1\n1,2,3\n", "ragged.csv", "line 3: has 3 fields"),
    (b"label,x\n0,0\n1,2\n", "zero.csv", "row 0 is all zeros"),
    (b"x,y\n0,0\n1,2\n", "unlabelled.csv", "column named label"),
    (b"label,x\n0,1\n0,2\n", "one.csv", "two classes"),
    (b"label,x0,x1,z0,z1\n0,1,2,3,4\n1,2,3,4,6\n", "two.csv", "both x0 to x1 and z0 to z1"),
    (b"label,id,epoch\n0,5,2\n1,3,2\n", "none.csv", "name the coordinates"),
    pytest.param(b"\xff" * 64, "noise.safetensors", "header", id="noise"),
    (b"label,x\n0,1\n", "rows.txt", "must end in"),
])
def test_a_file_that_is_not_what_it_should_be_is_named_with_its_fault(tmp_path, content, name, words):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    done = ssem("audit", str(path))
    assert done.returncode == 2, done.stdout
    said = done.stderr.decode()
    assert words in said and name in said
    assert "Exception" not in said and "c10" not in said


def test_no_truncation_and_no_flipped_byte_of_a_file_crashes(tmp_path):
    arrays = {"embeddings": unit(numpy.arange(1.0, 13).reshape(6, 2)), "labels": numpy.array([0, 0, 1, 1, 2, 2])}
    whole = saved(tmp_path, arrays).read_bytes()
    safetensors.numpy.save_file(arrays, str(tmp_path / "rows.safetensors"))
    for content, ending in ((whole, "npz"), ((tmp_path / "rows.safetensors").read_bytes(), "safetensors")):
        path = tmp_path / f"broken.{ending}"
        for at in range(0, len(content), max(1, len(content) // 25)):
            for broken in (content[:at], content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1:]):
                path.write_bytes(broken)
                assert ssem("audit", str(path)).returncode in (0, 2)
