"""ssem audit on what torch.save writes: the same rows in every form have the same variance, and no code of a file runs."""
import collections
import json
import os
import pathlib
import pickle
import subprocess
import zipfile

import numpy
import pytest
from audit_dumps_test import CLASSES, COLUMNS, LABELS, ROWS, WORDS, variance_of
from audit_test import report_on
from command_line import BINARY, ssem

torch = pytest.importorskip("torch")
TRAINER = os.path.join(os.path.dirname(BINARY), "ssem-train")
NEWEST = pathlib.Path(os.environ["SSEM_SOURCE_DIR"]) / "build/torch/bin/python"
pytestmark = pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")

X, Y = torch.tensor(ROWS), torch.tensor(LABELS)
HELD = torch.zeros(len(ROWS) + 3, COLUMNS + 5)  # rows that are a window of a larger storage
HELD[3:, 2:2 + COLUMNS] = X
FORMS = {
    "dict": ({"embeddings": X, "labels": Y}, 1e-6),
    "ordered": (collections.OrderedDict(features=X, targets=Y), 1e-6),
    "tuple": ((X, Y), 1e-6),
    "list": ([X, Y], 1e-6),
    "float64": ({"z": X.double(), "y": Y.int()}, 1e-6),
    "float16": ({"z": X.half(), "y": Y.short()}, 1e-3),
    "bfloat16": ({"z": X.bfloat16(), "y": Y.to(torch.int8)}, 5e-3),
    "int8": ({"z": (X * 127).round().to(torch.int8), "y": Y.to(torch.uint8)}, 0.02),
    "a_parameter": ({"embeddings": torch.nn.Parameter(X), "labels": Y}, 1e-6),
    "transposed": ({"embeddings": X.t().contiguous().t(), "labels": Y}, 1e-6),
    "a_window": ({"embeddings": HELD[3:, 2:2 + COLUMNS], "labels": Y}, 1e-6),
    "every_second": ({"embeddings": torch.repeat_interleave(X, 2, 0)[::2], "labels": torch.stack([Y, Y], 1)[:, 1]}, 1e-6),
    "words": ({"embeddings": X, "labels": list(WORDS[LABELS].tolist())}, 1e-6),
    "numbers": ({"embeddings": X, "labels": LABELS.tolist()}, 1e-6),
    "numpy": ({"embeddings": ROWS, "labels": LABELS}, 1e-6),
    "more": ({"embeddings": X, "labels": Y, "mask": torch.ones(len(ROWS), dtype=torch.bool), "epoch": 3, "lr": 0.1, "note": "x",
              "nothing": None, "inside": {"weight": torch.ones(3, 3)}}, 1e-6),
}


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_that_torch_saves_has_the_variance_that_numpy_computes(tmp_path, form, protocol):
    held, tolerance = FORMS[form]
    torch.save(held, tmp_path / "feats.pt", pickle_protocol=protocol)
    report = report_on(tmp_path / "feats.pt")
    assert report["classes"] == CLASSES and report["rows"] == len(ROWS) and report["dimension"] == COLUMNS
    assert abs(report["within_class_variance"] - variance_of(ROWS)) < tolerance


def test_what_is_not_needed_is_named_and_words_stay_names(tmp_path):
    torch.save({**FORMS["more"][0], "labels": WORDS[LABELS].tolist()}, tmp_path / "a.pth")
    report = report_on(tmp_path / "a.pth")
    assert [each["name"] for each in report["per_class"]] == list(WORDS)
    said = " ".join(report["diagnosis"])
    for name in ("mask", "epoch", "note", "inside.weight"):
        assert f"{name} (not needed)" in said


def test_one_tensor_finds_its_labels_beside_it(tmp_path):
    torch.save(X, tmp_path / "emb.pt")
    refused = ssem("audit", str(tmp_path / "emb.pt"))
    assert refused.returncode == 2 and b"needs its labels beside it, in emb_labels.pt, labels.pt or y.pt" in refused.stderr
    torch.save(Y, tmp_path / "y.pt")
    report = report_on(tmp_path / "emb.pt")
    assert abs(report["within_class_variance"] - variance_of(ROWS)) < 1e-6
    assert any("y.pt" in sentence for sentence in report["diagnosis"])


@pytest.mark.skipif(not NEWEST.exists(), reason="no second torch was set up")
def test_todays_torch_writes_files_that_are_read(tmp_path):
    script = ("import json, sys, torch; held = json.load(sys.stdin); "
              "torch.save({'embeddings': torch.tensor(held[0]), 'labels': torch.tensor(held[1])}, sys.argv[1])")
    subprocess.run([NEWEST, "-W", "ignore", "-c", script, tmp_path / "a.pt"], check=True, text=True,
                   input=json.dumps([ROWS.tolist(), LABELS.tolist()]))
    assert abs(report_on(tmp_path / "a.pt")["within_class_variance"] - variance_of(ROWS)) < 1e-6


class Touches:
    """What an attacker saves: unpickling it would make a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def old_form(path):
    torch.save({"embeddings": X, "labels": Y}, path, _use_new_zipfile_serialization=False)


def scripted(path):
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), path)


@pytest.mark.parametrize("write,says", [
    (lambda path: torch.save({"embeddings": X, "labels": Y, "a": Touches(path.parent / "pwned")}, path), "mkdir, which only running its code would read"),
    (lambda path: path.write_bytes(pickle.dumps(Touches(path.parent / "pwned"))), "torch.load(file, weights_only=True)"),
    (old_form, "torch.load(file, weights_only=True)"),
    (scripted, "is a TorchScript model"),
    (lambda path: torch.save(torch.nn.Linear(2, 2), path), "torch.nn.modules.linear.Linear, which only running its code would read"),
    (lambda path: torch.save({"embeddings": X[:1].clone().expand(len(ROWS), COLUMNS), "labels": Y}, path), "repeats it; save it .clone()d"),
    (lambda path: torch.save({"embeddings": X, "labels": Y[:-1]}, path), "must be one for each of the 100 images"),
    (lambda path: torch.save({"embeddings": X, "other": {"deep": {"deeper": X}}, "labels": [{}]}, path), "labels is of type list, which is not read"),
    (lambda path: path.write_bytes(b"PK nonsense"), "no zip archive"),
])
def test_what_is_refused_says_what_would_do_and_runs_nothing(tmp_path, write, says):
    write(tmp_path / "a.pt")
    done = ssem("audit", str(tmp_path / "a.pt"))
    assert done.returncode == 2 and says in done.stderr.decode(), done.stderr
    assert not (tmp_path / "pwned").exists()


def test_a_zip64_npz_is_read_as_any_other(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in (("embeddings", ROWS), ("labels", LABELS)):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                numpy.lib.format.write_array(entry, array)
    assert abs(report_on(tmp_path / "a.npz")["within_class_variance"] - variance_of(ROWS)) < 1e-6
