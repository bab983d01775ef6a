"""ssem audit on embeddings as people save them: every form of the same rows has the same variance, or says what would do."""
import fractions
import os

import numpy
import pytest
import safetensors.numpy
from audit_test import report_on, unit
from command_line import BINARY, ssem

TRAINER = os.path.join(os.path.dirname(BINARY), "ssem-train")
pytestmark = pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")

CLASSES, EACH, COLUMNS = 5, 20, 32
WORDS = numpy.array(["cat", "dog", "eel", "fox", "gnu"])
RANDOM = numpy.random.default_rng(0)
LABELS = numpy.repeat(numpy.arange(CLASSES), EACH)
ROWS = unit(unit(RANDOM.normal(size=(CLASSES, COLUMNS)))[LABELS] + 0.12 * RANDOM.normal(size=(CLASSES * EACH, COLUMNS)))
ROWS = ROWS.astype(numpy.float32)


def variance_of(rows):
    """The mean squared distance of unit rows to their class's mean."""
    rows = unit(rows.astype(float))
    means = numpy.stack([rows[label == LABELS].mean(0) for label in range(CLASSES)])
    return ((rows - means[LABELS]) ** 2).sum(1).mean()


def wide():
    return numpy.eye(CLASSES)[LABELS]


NPZ = {
    "float16": ({"embeddings": ROWS.astype(numpy.float16), "labels": LABELS}, 1e-3),
    "float64": ({"embeddings": ROWS.astype(float), "labels": LABELS}, 1e-6),
    "int8": ({"embeddings": numpy.round(ROWS * 127).astype(numpy.int8), "labels": LABELS}, 0.02),
    "fortran": ({"embeddings": numpy.asfortranarray(ROWS), "labels": LABELS}, 1e-6),
    "big_endian": ({"embeddings": ROWS.astype(">f4"), "labels": LABELS.astype(">i8")}, 1e-6),
    "words": ({"embeddings": ROWS, "labels": WORDS[LABELS]}, 1e-6),
    "bytes": ({"embeddings": ROWS, "labels": WORDS.astype("S")[LABELS]}, 1e-6),
    "objects_of_text": ({"embeddings": ROWS, "labels": WORDS.astype(object)[LABELS]}, 1e-6),
    "objects_of_numbers": ({"embeddings": ROWS.astype(object), "labels": LABELS.astype(object)}, 1e-6),
    "one_hot": ({"embeddings": ROWS, "labels": wide()}, 1e-6),
    "a_column": ({"embeddings": ROWS, "labels": LABELS[:, None]}, 1e-6),
    "int16": ({"embeddings": ROWS, "labels": LABELS.astype(numpy.int16)}, 1e-6),
    "uint32": ({"embeddings": ROWS, "labels": LABELS.astype(numpy.uint32)}, 1e-6),
    "uint64": ({"embeddings": ROWS, "labels": LABELS.astype(numpy.uint64)}, 1e-6),
    "broken_type_whole_labels": ({"embeddings": ROWS, "labels": LABELS.astype(float)}, 1e-6),
    "targets": ({"embeddings": ROWS, "targets": LABELS}, 1e-6),
    "other_case": ({"Embeddings": ROWS, "Labels": LABELS}, 1e-6),
    "without_names": ({"arr_0": ROWS, "arr_1": LABELS}, 1e-6),
    "names_of_their_own": ({"latent": ROWS, "IDs": LABELS}, 1e-6),
    "more_arrays": ({"embeddings": ROWS, "labels": LABELS, "paths": numpy.array([f"{k}.png" for k in LABELS]),
                     "meta": numpy.array({"epoch": 3}, dtype=object), "when": numpy.array(["2024-01-01"], "M8[D]")}, 1e-6),
}


@pytest.mark.parametrize("form", NPZ)
def test_every_form_of_an_npz_has_the_variance_that_numpy_computes(tmp_path, form):
    arrays, tolerance = NPZ[form]
    numpy.savez(tmp_path / "a.npz", **arrays)
    report = report_on(tmp_path / "a.npz")
    assert report["classes"] == CLASSES and report["rows"] == len(ROWS) and report["dimension"] == COLUMNS
    assert abs(report["within_class_variance"] - variance_of(ROWS)) < tolerance


def test_classes_keep_their_names_and_what_was_taken_for_what_is_said(tmp_path):
    numpy.savez(tmp_path / "a.npz", latent=ROWS, kinds=WORDS[LABELS], weights=numpy.ones(3))
    report = report_on(tmp_path / "a.npz")
    assert [each["name"] for each in report["per_class"]] == list(WORDS)
    said = " ".join(report["diagnosis"])
    assert "Taken: latent for the embeddings, kinds for the labels." in said
    assert "Left out: weights (not needed)." in said
    text = ssem("audit", str(tmp_path / "a.npz")).stdout.decode()
    assert "\n  gnu " in text


def test_views_beside_each_other_are_views_of_one_image(tmp_path):
    second = unit(ROWS + 0.02 * RANDOM.normal(size=ROWS.shape)).astype(numpy.float32)
    numpy.savez(tmp_path / "a.npz", embeddings=numpy.stack([ROWS, second], 1), labels=LABELS)
    report = report_on(tmp_path / "a.npz")
    assert report["rows"] == 2 * len(ROWS) and report["instances"] == len(ROWS)
    assert 0 < report["view_variance"] < 0.1


def test_npy_files_find_their_labels_beside_them(tmp_path):
    numpy.save(tmp_path / "emb.npy", ROWS)
    refused = ssem("audit", str(tmp_path / "emb.npy"))
    assert refused.returncode == 2 and b"emb_labels.npy" in refused.stderr
    numpy.save(tmp_path / "y_true.npy", LABELS)
    report = report_on(tmp_path / "emb.npy")
    assert abs(report["within_class_variance"] - variance_of(ROWS)) < 1e-6
    assert any("y_true.npy" in sentence for sentence in report["diagnosis"])


@pytest.mark.parametrize("dtype", ["F16", "BF16", "I8"])
def test_safetensors_of_half_precision_and_masks(tmp_path, dtype):
    rows = {"F16": ROWS.astype(numpy.float16), "I8": numpy.round(ROWS * 127).astype(numpy.int8)}.get(dtype)
    if rows is None:  # numpy has no bfloat16: the upper halves of float32
        rows = (ROWS.view(numpy.uint32) >> 16).astype(numpy.uint16)
    bytes_of = {"embeddings": rows, "labels": LABELS, "mask": numpy.ones(len(ROWS), bool)}
    text = safetensors.numpy.save(bytes_of)
    if dtype == "BF16":
        text = text.replace(b'"U16"', b'"BF16"', 1).replace(b'"shape"', b'"shape"', 1)
        size = int.from_bytes(text[:8], "little") + 1
        text = size.to_bytes(8, "little") + text[8:]
    (tmp_path / "a.safetensors").write_bytes(text)
    report = report_on(tmp_path / "a.safetensors")
    assert abs(report["within_class_variance"] - variance_of(ROWS)) < 0.02


def lines(separator, header, label=str, point="."):
    names = [f"e{k}" for k in range(COLUMNS)] if header else []
    text = separator.join([*names, header]) + "\n" if header else ""
    for row, each in zip(ROWS, LABELS):
        text += separator.join([f"{value:.9g}".replace(".", point) for value in row] + [label(each)]) + "\n"
    return text


CSV = {
    "label.csv": lines(",", "label"),
    "Label.csv": lines(",", "Label"),
    "target.csv": lines(",", "target"),
    "words.csv": lines(",", "class", lambda each: WORDS[each]),
    "broken.csv": lines(",", "label", lambda each: f"{each:.1f}"),
    "semicolon.csv": lines(";", "y"),
    "decimal_comma.csv": lines(";", "label", point=","),
    "tab.tsv": lines("\t", "labels"),
    "no_header.csv": lines(",", ""),
}


@pytest.mark.parametrize("name", CSV)
def test_every_form_of_a_table_has_the_variance_that_numpy_computes(tmp_path, name):
    (tmp_path / name).write_text(CSV[name])
    report = report_on(tmp_path / name)
    assert report["dimension"] == COLUMNS and report["classes"] == CLASSES
    assert abs(report["within_class_variance"] - variance_of(ROWS)) < 1e-5


@pytest.mark.parametrize("metadata", ["\n".join(WORDS[LABELS]) + "\n",
                                      "path\tlabel\n" + "".join(f"p\t{WORDS[each]}\n" for each in LABELS)],
                         ids=["words", "columns"])
def test_the_projectors_vectors_have_their_labels_in_metadata(tmp_path, metadata):
    numpy.savetxt(tmp_path / "vectors.tsv", ROWS, delimiter="\t")
    (tmp_path / "metadata.tsv").write_text(metadata)
    report = report_on(tmp_path / "vectors.tsv")
    assert [each["name"] for each in report["per_class"]] == list(WORDS)
    assert abs(report["within_class_variance"] - variance_of(ROWS)) < 1e-5


@pytest.mark.parametrize("arrays,says", [
    ({"embeddings": ROWS, "labels": numpy.array(["cat", None] * 50, dtype=object)}, "element 1 is None, the first is str"),
    ({"embeddings": ROWS, "labels": numpy.array([fractions.Fraction(1, 2)] * 100)}, "fractions.Fraction, which only running its code"),
    ({"embeddings": ROWS, "labels": numpy.array([fractions.Fraction(1, 2)] * 100)}, "numpy.asarray(labels, dtype=str)"),
    ({"embeddings": ROWS}, "must hold the labels as labels or y"),
    ({"embeddings": ROWS, "labels": LABELS[:-1]}, "must be one for each of the 100 images"),
    ({"a": ROWS, "b": ROWS, "labels": LABELS}, "must hold the embeddings"),
    ({"embeddings": WORDS[LABELS][:, None], "labels": LABELS}, "must be numbers"),
    ({"embeddings": ROWS, "labels": numpy.full(len(ROWS), 2 ** 63, numpy.uint64)}, "beyond 2^63 - 1"),
])
def test_what_is_refused_says_what_would_do(tmp_path, arrays, says):
    numpy.savez(tmp_path / "a.npz", **arrays)
    done = ssem("audit", str(tmp_path / "a.npz"))
    assert done.returncode == 2 and says in done.stderr.decode(), done.stderr


def test_a_pickle_is_refused_with_the_way_out(tmp_path):
    (tmp_path / "feats.pkl").write_bytes(b"\x80\x02.")
    done = ssem("audit", str(tmp_path / "feats.pkl"))
    assert done.returncode == 2 and b"numpy.savez" in done.stderr


ODD = "id,width,depth,label\n" + "".join(f"{7 * k % 100},{x},{y},{WORDS[each]}\n" for k, (x, y, each) in
                                         enumerate(zip(ROWS[:, 0], ROWS[:, 1], LABELS)))


@pytest.mark.parametrize("columns,names", [("width,depth", ["width", "depth"]), ("width:depth", ["width", "depth"]),
                                           ("depth, id", ["depth", "id"])])
def test_the_coordinates_of_a_table_can_be_named(tmp_path, columns, names):
    (tmp_path / "a.csv").write_text(ODD)
    report = report_on(tmp_path / "a.csv", "--embedding-columns", columns)
    assert report["columns"]["coordinates"] == names and report["classes"] == CLASSES
    values = {"width": ROWS[:, 0], "depth": ROWS[:, 1], "id": 7 * numpy.arange(100) % 100}
    assert abs(report["within_class_variance"] - variance_of(numpy.stack([values[name] for name in names], 1))) < 1e-5


@pytest.mark.parametrize("columns,says", [
    ("width,hight", "--embedding-columns: names the column hight; the file has id, width, depth, label"),
    ("depth:width", "--embedding-columns: names depth:width backwards"),
    ("width,width:depth", "--embedding-columns: names the column width twice"),
    ("width,,depth", "--embedding-columns: must hold names of columns"),
    ("id:label", "must have a column named label (or target, class, y) beside the embedding columns"),
])
def test_named_columns_that_are_not_there_are_refused_with_those_that_are(tmp_path, columns, says):
    (tmp_path / "a.csv").write_text(ODD)
    done = ssem("audit", str(tmp_path / "a.csv"), "--embedding-columns", columns)
    assert done.returncode == 2 and says in done.stderr.decode(), done.stderr


def test_parquet_is_refused_with_the_lines_that_save_it_otherwise(tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    done = ssem("audit", str(tmp_path / "a.parquet"))
    assert done.returncode == 2 and b"pandas.read_parquet(file); numpy.savez('embeddings.npz'" in done.stderr


def test_columns_are_named_of_tables_alone(tmp_path):
    numpy.savez(tmp_path / "a.npz", embeddings=ROWS, labels=LABELS)
    done = ssem("audit", str(tmp_path / "a.npz"), "--embedding-columns", "a")
    assert done.returncode == 2 and b"--embedding-columns: is for .csv and .tsv files alone" in done.stderr
