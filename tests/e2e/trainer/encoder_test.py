"""Encoder runs of ssem-train from end to end: verdicts, checkpoints, files that other software reads, and faults."""
import csv
import json
import os
import signal
import struct

import numpy
import pytest
import safetensors
import safetensors.numpy
from trainer_test import TRAINER, events, report_of, start, train, until

PROBLEM = {"classes": 6, "instances_per_class": 8, "dimension": 32}
DATA = {"kind": "gaussian_hierarchy", "train_per_class": 120, "test_per_class": 60, "fine_per_class": 4}
SPEC = {"problem": PROBLEM, "mode": "encoder", "dataset": DATA, "model": {"kind": "mlp", "hidden": [128, 128]},
        "loss_weight": 0.5, "temperature": 0.1, "budget": {"steps": 600}, "device": "cpu"}

pytestmark = pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")


def curve(folder):
    """The rows of curve.csv without what depends on the clock."""
    with open(os.path.join(folder, "curve.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    return [{name: row[name] for name in row if name not in ("time_s", "images_per_s")} for row in rows]


def test_the_recommended_pair_is_confirmed():
    report = report_of(SPEC)
    assert report["verdict"] == "confirmed", report["why"]
    assert report["converged"] is True and report["measured"]["collapsed"] is False
    predicted = report["predicted"]["estimated_within_class_variance"]
    assert abs(report["measured"]["train_within_class_variance"] - predicted) <= 0.25 * predicted
    assert abs(report["measured"]["within_class_variance"] - predicted) <= 0.25 * predicted
    # What the data say of the data set is part of the problem that is predicted.
    assert report["spec"]["problem"]["dataset_instances_per_class"] == 120


def test_a_collapsing_pair_collapses_and_forgets_fine_classes():
    structured = report_of(SPEC)["measured"]
    report = report_of({**SPEC, "loss_weight": 0.02, "temperature": 0.5})
    assert report["verdict"] == "confirmed", report["why"]
    assert report["predicted"]["collapsed"] is True and report["measured"]["collapsed"] is True
    assert report["measured"]["within_class_variance"] < 0.02
    assert report["measured"]["knn_accuracy"] > 0.99
    assert report["measured"]["embedding_fine_accuracy"] < structured["embedding_fine_accuracy"] - 0.05


def test_an_encoder_too_narrow_for_the_prediction_refutes_it():
    # Two columns cannot hold the images of a class apart in the directions that the problem's dimension promises.
    report = report_of({**SPEC, "model": {"kind": "mlp", "hidden": [2]}, "loss_weight": 0.9,
                        "budget": {"steps": 1500}, "schedule": {"kind": "cosine"}})
    assert report["verdict"] == "refuted", report["why"]
    assert report["cause"] == "encoder_cannot"
    assert report["measured"]["loss_value"] > report["predicted"]["loss_value"] + 0.02
    assert "does not reach it" in report["why"]


@pytest.mark.parametrize("steps", [20, 120])
def test_a_run_stopped_too_early_is_inconclusive(steps):
    report = report_of({**SPEC, "budget": {"steps": steps}, "optimizer": {"learning_rate": 0.002}})
    assert report["verdict"] == "inconclusive" and report["converged"] is False
    assert "too early" in report["why"]


def test_the_same_seed_gives_the_same_curve_and_another_seed_another(tmp_path):
    spec = {**SPEC, "budget": {"steps": 60}}
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        report_of({**spec, "seed": seed, "output_directory": str(tmp_path / name)})
    assert curve(tmp_path / "a") == curve(tmp_path / "b")
    assert curve(tmp_path / "a") != curve(tmp_path / "c")


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("model,data", [("mlp", DATA), ("small_cnn", {"kind": "shapes", "train_per_class": 12,
                                                                    "test_per_class": 4, "image_size": 16})])
def test_a_resumed_run_has_the_curve_and_the_report_of_a_whole_one(tmp_path, optimizer, model, data):
    spec = {"problem": {"classes": 6, "instances_per_class": 4, "dimension": 8}, "mode": "encoder", "dataset": data,
            "model": {"kind": model}, "optimizer": {"kind": optimizer}, "loss_weight": 0.5, "temperature": 0.2,
            "budget": {"steps": 24}, "checkpoint_every_steps": 8, "device": "cpu"}
    whole = report_of({**spec, "output_directory": str(tmp_path / "whole")})
    kept = sorted(os.listdir(tmp_path / "whole" / "checkpoints"))
    assert kept == ["step_16.safetensors", "step_24.safetensors"]
    resumed = report_of({**spec, "output_directory": str(tmp_path / "resumed"),
                         "resume_from": str(tmp_path / "whole" / "checkpoints" / "step_16.safetensors")})
    assert curve(tmp_path / "resumed") == curve(tmp_path / "whole")
    assert resumed["measured"] == whole["measured"] and resumed["steps"] == 24


def test_a_run_that_is_killed_goes_on_from_its_last_checkpoint(tmp_path):
    spec = {**SPEC, "budget": {"steps": 4000}, "checkpoint_every_steps": 40, "output_directory": str(tmp_path / "run")}
    child = start(spec)
    first = until(child, "checkpoint")
    until(child, "checkpoint")
    child.send_signal(signal.SIGKILL)
    child.wait(30)
    names = [name for name in os.listdir(tmp_path / "run" / "checkpoints") if name.startswith("step_")
             and name.endswith(".safetensors")]
    assert names
    for name in names:  # whatever is there is whole
        safetensors.numpy.load_file(str(tmp_path / "run" / "checkpoints" / name))
    short = {**spec, "output_directory": str(tmp_path / "again"), "budget": {"steps": 4000},
             "resume_from": str(tmp_path / "run" / "checkpoints")}
    child = start(short)
    event = until(child, "progress")
    child.send_signal(signal.SIGKILL)
    child.wait(30)
    assert event["step"] > first["step"]


def test_ctrl_c_writes_a_checkpoint_and_a_report_of_what_is_known(tmp_path):
    child = start({**SPEC, "budget": {"seconds": 600}, "output_directory": str(tmp_path)})
    until(child, "progress")
    child.send_signal(signal.SIGINT)
    rest = [json.loads(line) for line in child.stdout]
    assert child.wait(60) == 3
    assert [event["event"] for event in rest if event["event"] != "progress"] == ["checkpoint", "finished"]
    report = rest[-1]["report"]
    assert report["verdict"] == "inconclusive" and report["cancelled"] is True
    assert isinstance(report["measured"]["within_class_variance"], float)
    assert json.loads((tmp_path / "report.json").read_text()) == report


def test_a_checkpoint_is_what_python_loads(tmp_path):
    report_of({**SPEC, "budget": {"steps": 20}, "output_directory": str(tmp_path)})
    path = str(tmp_path / "checkpoints" / "step_20.safetensors")
    tensors = safetensors.numpy.load_file(path)
    assert tensors["model.0.weight"].shape == (128, 32) and tensors["head.weight"].shape == (32, 128)
    assert {name.split(".")[0] for name in tensors} == {"model", "head", "optimizer", "course"}
    assert all(numpy.isfinite(tensor).all() for name, tensor in tensors.items() if name != "course")
    with safetensors.safe_open(path, "numpy") as file:
        assert file.metadata()["step"] == "20"
        assert json.loads(file.metadata()["spec"])["loss_weight"] == 0.5


def test_resnet18_has_the_parameter_names_and_shapes_of_torchvision(tmp_path):
    report_of({"problem": {"classes": 2, "instances_per_class": 2, "dimension": 8}, "mode": "encoder",
               "dataset": {"kind": "shapes", "train_per_class": 2, "test_per_class": 2, "image_size": 8, "fine_per_class": 1},
               "model": {"kind": "resnet18"}, "loss_weight": 0.5, "temperature": 0.2, "budget": {"steps": 1},
               "output_directory": str(tmp_path)})
    tensors = safetensors.numpy.load_file(str(tmp_path / "checkpoints" / "step_1.safetensors"))
    ours = {name[len("model."):]: tensor for name, tensor in tensors.items() if name.startswith("model.")}
    # torchvision.models.resnet18: 122 entries in its state_dict, two of them fc's, 11,176,512 numbers in parameters
    # besides fc; the CIFAR stem has 3 x 3 instead of 7 x 7 kernels in conv1.
    assert len(ours) == 120
    assert ours["conv1.weight"].shape == (64, 3, 3, 3)
    assert ours["layer2.0.downsample.0.weight"].shape == (128, 64, 1, 1)
    assert ours["layer4.1.bn2.num_batches_tracked"].shape == ()
    buffers = ("running_mean", "running_var", "num_batches_tracked")
    assert sum(tensor.size for name, tensor in ours.items() if not name.endswith(buffers)) == 11176512 - 64 * 3 * (49 - 9)


def crc32c(data):
    """Bit by bit, from the polynomial: nothing in common with the table in C++."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def masked(data):
    value = crc32c(data)
    return ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(path):
    data = open(path, "rb").read()
    while data:
        length, check = struct.unpack("<QI", data[:12])
        assert check == masked(data[:8])
        event, check = data[12:12 + length], struct.unpack("<I", data[12 + length:16 + length])[0]
        assert check == masked(event)
        yield event
        data = data[16 + length:]


def test_tensorboard_records_hold_the_numbers_of_the_curve(tmp_path):
    assert crc32c(b"123456789") == 0xE3069283
    report_of({**SPEC, "budget": {"steps": 10}, "output_directory": str(tmp_path)})
    (name,) = os.listdir(tmp_path / "tensorboard")
    assert "tfevents" in name
    first, *rest = records(tmp_path / "tensorboard" / name)
    assert b"brain.Event:2" in first
    rows = curve(tmp_path)
    assert len(rest) == len(rows) == 10
    for event, row in zip(rest, rows):
        at = event.index(b"\x0a\x04loss\x15") + 7  # Value: tag "loss", then simple_value
        assert struct.unpack("<f", event[at:at + 4])[0] == numpy.float32(row["loss"])


def test_embeddings_are_arrays_that_numpy_loads(tmp_path):
    report_of({**SPEC, "budget": {"steps": 20}, "output_directory": str(tmp_path)})
    arrays = numpy.load(tmp_path / "embeddings.npz")
    assert arrays["embeddings"].shape == (360, 32) and arrays["features"].shape == (360, 128)
    assert numpy.allclose(numpy.linalg.norm(arrays["embeddings"], axis=1), 1, atol=1e-5)
    assert sorted(set(arrays["labels"])) == list(range(6)) and len(set(arrays["fine_labels"])) == 24


def failed(spec, code):
    done = train(spec)
    assert done.returncode == code, done.stderr
    last = events(done)[-1]
    assert last["event"] == "failed"
    return last["error"]


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    report_of({**SPEC, "budget": {"steps": 10}, "output_directory": str(tmp_path)})
    path = tmp_path / "checkpoints" / "step_10.safetensors"
    error = failed({**SPEC, "temperature": 0.3, "resume_from": str(path)}, 2)
    assert error["fields"][0]["path"] == "/resume_from" and "temperature was 0.1" in error["fields"][0]["message"]
    path.write_bytes(path.read_bytes()[:-5])
    error = failed({**SPEC, "resume_from": str(path)}, 2)
    assert "bytes" in error["fields"][0]["message"]
    error = failed({**SPEC, "resume_from": str(tmp_path / "none")}, 2)
    assert error["fields"][0]["path"] == "/resume_from"


def test_a_damaged_checkpoint_is_refused_whatever_its_damage_is(tmp_path):
    report_of({**SPEC, "budget": {"steps": 10}, "output_directory": str(tmp_path)})
    path = tmp_path / "checkpoints" / "step_10.safetensors"
    whole = path.read_bytes()
    for at in (len(whole) - 1, len(whole) // 2):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        error = failed({**SPEC, "budget": {"steps": 20}, "resume_from": str(path)}, 2)
        assert error["fields"][0]["path"] == "/resume_from" and "its checksum is not" in error["fields"][0]["message"]
    with safetensors.safe_open(str(path), "numpy") as file:
        metadata = file.metadata()
    path.write_bytes(whole)
    tensors = safetensors.numpy.load_file(str(path))
    twins = next((a, b) for a in tensors for b in tensors if a < b and tensors[a].shape == tensors[b].shape
                 and (tensors[a] != tensors[b]).any())  # fmt: skip
    tensors[twins[0]], tensors[twins[1]] = tensors[twins[1]], tensors[twins[0]]
    safetensors.numpy.save_file(tensors, str(path), metadata)
    error = failed({**SPEC, "budget": {"steps": 20}, "resume_from": str(path)}, 2)
    assert "its checksum is not" in error["fields"][0]["message"]


def test_a_loss_that_leaves_the_finite_numbers_says_what_did_it():
    error = failed({**SPEC, "optimizer": {"learning_rate": 1000, "momentum": 0.99, "weight_decay": 1},
                    "schedule": {"warmup_share": 0}}, 4)
    assert "not finite" in error["message"] and "learning_rate" in error["message"]


@pytest.mark.parametrize("change,path,words", [
    ({"problem": {**PROBLEM, "classes": 7}, "dataset": {**DATA, "classes": 6}}, "/dataset/classes", "problem.classes"),
    ({"problem": {**PROBLEM, "instances_per_class": 200}}, "/problem/batch_size", "only 120"),
    ({"model": {"kind": "resnet18"}}, "/model/kind", "must be mlp for tables"),
    ({"dataset": {"kind": "shapes", "fine_per_class": 7}}, "/dataset/fine_per_class", "at most 6"),
    ({"device": "cuda"}, "/device", "CUDA"),
    ({"precision": "bfloat16"}, "/precision", "float32 on the cpu"),
    ({"dataset": {"kind": "npz", "path": "/nowhere.npz"}}, None, "/nowhere.npz"),
])
def test_what_does_not_fit_is_refused_before_training(change, path, words):
    if change.get("device") == "cuda" and os.path.exists("/dev/nvidia0"):
        pytest.skip("this machine has a GPU")
    error = failed({**SPEC, **change}, 2)
    assert words in json.dumps(error)
    if path:
        assert [field["path"] for field in error["fields"]] == [path]
