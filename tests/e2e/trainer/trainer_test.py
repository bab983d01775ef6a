"""ssem-train itself: specs in, events and files out, honest verdicts, and every way in which a run can end."""
import json
import os
import re
import signal
import subprocess
import time

import pytest
from command_line import BINARY, faults, ssem, strict

TRAINER = os.path.join(os.path.dirname(BINARY), "ssem-train")
LIMIT_S = 120
PROBLEM = {"classes": 4, "instances_per_class": 6, "dimension": 16}
SPEC = {"problem": PROBLEM, "loss_weight": 0.5, "temperature": 0.2, "budget": {"steps": 3000}, "device": "cpu"}
# Mini-batches keep to their budget; a batch that is the data set ends when it is at rest.
LONG = {**SPEC, "problem": {"classes": 10, "instances_per_class": 5, "sampling": "balanced", "dataset_instances_per_class": 50,
                            "dimension": 64}, "budget": {"seconds": 600}}

pytestmark = pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")


def train(spec, *arguments):
    text = spec if isinstance(spec, bytes) else json.dumps(spec).encode()
    return subprocess.run([TRAINER, *arguments], input=text, capture_output=True, timeout=LIMIT_S)


def events(done):
    lines = [strict(line) for line in done.stdout.decode().splitlines()]
    times = [line["time_s"] for line in lines]
    assert times == sorted(times)
    return lines


def report_of(spec, *arguments):
    done = train(spec, *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""  # no terminal, no words
    last = events(done)[-1]
    assert last["event"] == "finished"
    return last["report"]


def start(spec, *arguments):
    child = subprocess.Popen([TRAINER, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdin.write(json.dumps(spec).encode())
    child.stdin.close()
    return child


def until(child, name):
    for line in child.stdout:
        event = strict(line)
        if event["event"] == name:
            return event
    raise AssertionError(f"no event {name}: {child.stderr.read()}")


def test_a_run_tells_its_steps_and_ends_with_a_report():
    lines = events(train(SPEC))
    assert [line["event"] for line in (lines[0], lines[-1])] == ["started", "finished"]
    assert lines[0]["device"] == "cpu"
    progress = [line for line in lines if line["event"] == "progress"]
    assert progress and set(progress[0]) >= {
        "step", "total_steps", "loss", "within_class_variance", "between_class_variance", "view_alignment", "learning_rate",
        "images_per_s", "eta_s", "moved", "tolerance"}
    assert set(lines[-1]["report"]) >= {"verdict", "why", "predicted", "measured", "converged", "device", "elapsed_s",
                                        "images_per_s", "blas"}


def test_the_recommended_pair_is_confirmed():
    recommended = strict(ssem("recommend", "--classes", "4", "--instances-per-class", "6", "--dimension", "16", "--json").stdout)
    point = {name: recommended[name] for name in ("loss_weight", "temperature")}
    report = report_of({**SPEC, **point})
    assert report["verdict"] == "confirmed", report["why"]
    assert report["predicted"]["collapsed"] is False and report["measured"]["collapsed"] is False
    assert report["measured"]["within_class_variance"] == pytest.approx(
        report["predicted"]["estimated_within_class_variance"] or report["predicted"]["within_class_variance"], rel=0.05)


def test_a_collapsing_pair_collapses_and_is_confirmed():
    report = report_of({**SPEC, "loss_weight": 0.02, "temperature": 0.5})
    assert report["predicted"]["collapsed"] is True and report["measured"]["collapsed"] is True
    assert report["verdict"] == "confirmed", report["why"]


def test_a_run_that_stops_too_early_proves_nothing():
    report = report_of({**SPEC, "budget": {"steps": 1}, "restarts": 1})
    assert report["converged"] is False
    assert report["verdict"] == "inconclusive", report["why"]


def test_the_same_seed_gives_the_same_numbers():
    first, second = report_of({**SPEC, "seed": 5})["measured"], report_of({**SPEC, "seed": 5})["measured"]
    assert first == second


def test_files_are_written_and_the_report_is_the_event(tmp_path):
    folder = tmp_path / "made" / "for it"
    report = report_of(SPEC, "--output-directory", str(folder))
    assert strict((folder / "report.json").read_text()) == report
    rows = (folder / "curve.csv").read_text().splitlines()
    assert rows[0].startswith("time_s,step,loss,") and len(rows) > 2
    numpy = pytest.importorskip("numpy")
    stored = numpy.load(folder / "embeddings.npz")
    embeddings = stored["embeddings"]
    assert embeddings.shape[1] == 16
    assert numpy.allclose(numpy.linalg.norm(embeddings, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("change, path", [
    ({"problem": {"classes": 1, "batch_size": 4}}, "/problem/classes"),
    ({"temperature": 0}, "/temperature"),
    ({"budget": {"steps": 1, "seconds": 1}}, "/budget/seconds"),
    ({"mode": "encoder"}, "/dataset"),
    ({"mode": "encoder"}, "/dataset"),
    ({"restart": 3}, "/restart"),
    ({"device": "tpu"}, "/device"),
    ({"device": "cuda:99"}, "/device"),
    ({"output_directory": "/proc/nowhere"}, "/output_directory"),
])
def test_a_wrong_spec_is_refused_before_training(change, path):
    done = train({**SPEC, **change})
    assert done.returncode == 2
    line, = events(done)
    assert line["event"] == "failed"
    assert path in faults({name: line[name] for name in ("error", "reason")})
    assert path.encode() + b": " in done.stderr
    assert b"Exception" not in done.stderr and b"c10" not in done.stderr


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"\xff", b'{"seed":1,"seed":2}', b"[" * 65, b"null", b"nan"])
def test_what_is_no_spec_is_refused(text):
    done = train(text)
    assert done.returncode == 2
    assert events(done)[0]["event"] == "failed" and done.stderr != b""


def test_a_spec_from_a_file_and_one_that_is_not_there(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(json.dumps({**SPEC, "budget": {"steps": 2}}))
    assert train(b"", str(path)).returncode == 0
    gone = train(b"", str(tmp_path / "gone.json"))
    assert gone.returncode == 2 and b"gone.json" in gone.stderr


def blas_of(**environment):
    """Library, kernel and rate that --version names."""
    done = subprocess.run([TRAINER, "--version"], capture_output=True, timeout=LIMIT_S, env={**os.environ, **environment})
    assert done.returncode == 0 and done.stderr == b""
    line = done.stdout.decode().splitlines()[1]
    found = re.fullmatch(r"matrix products of the loss: (.+?)(?: \((\w+)\))?, (\d+) GFLOP/s on one thread", line)
    assert found, line
    return found[1], found[2], int(found[3])


def test_version_and_report_name_the_same_blas():
    library, kernel, rate = blas_of()
    blas = report_of({**SPEC, "budget": {"steps": 20}})["blas"]
    assert (blas["library"], blas["kernel"]) == (library, kernel)
    assert rate >= 0 and blas["gflops"] > 0


def test_an_openblas_that_does_not_know_the_processor_gets_a_kernel_that_suits_it():
    with open("/proc/cpuinfo") as lines:
        flags = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    library, kernel, _ = blas_of()
    suited = kernel
    if library.startswith("OpenBLAS") and {"avx2", "fma"} <= flags:
        wide = {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= flags
        suited = "SkylakeX" if wide else "Haswell"
    assert blas_of(SSEM_OPENBLAS_DETECTED="Prescott")[1] == suited
    # A name that is not known is a newer kernel's: it stays.
    assert blas_of(SSEM_OPENBLAS_DETECTED="Newer")[1] == kernel


def test_words_on_the_command_line():
    assert b"Usage: ssem-train" in train(b"", "--help").stdout
    assert b"LibTorch" in train(b"", "--version").stdout
    wrong = train(b"", "--devise", "cpu")
    assert wrong.returncode == 2 and b"did you mean --device?" in wrong.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_with_a_report_of_what_is_known(tmp_path, number):
    child = start(LONG, "--output-directory", str(tmp_path))
    until(child, "progress")
    child.send_signal(number)
    report = until(child, "finished")["report"]
    assert child.wait(LIMIT_S) == 3
    assert report["cancelled"] is True and report["verdict"] == "inconclusive"
    assert report["convergence_why"] == "it was cancelled" and "used up" not in report["why"]
    assert strict((tmp_path / "report.json").read_text()) == report
    assert (tmp_path / "embeddings.npz").stat().st_size > 0


def test_a_killed_run_leaves_no_half_written_file(tmp_path):
    report_of(SPEC, "--output-directory", str(tmp_path))
    before = (tmp_path / "report.json").read_bytes()
    for delay in [0, 0.1, 0.3]:
        child = start(LONG, "--output-directory", str(tmp_path))
        until(child, "started")
        time.sleep(delay)
        child.kill()
        child.wait(LIMIT_S)
        assert (tmp_path / "report.json").read_bytes() == before
        for line in (tmp_path / "curve.csv").read_text().splitlines()[:-1]:
            assert line.count(",") == (tmp_path / "curve.csv").read_text().splitlines()[0].count(",")


def test_events_that_nobody_can_write_end_the_run():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([TRAINER], input=json.dumps(LONG).encode(), stdout=full, stderr=subprocess.PIPE, timeout=LIMIT_S)
    assert done.returncode == 4 and b"could not be written" in done.stderr


def test_a_reader_that_leaves_ends_the_run():
    child = start(LONG)
    until(child, "progress")
    child.stdout.close()
    assert child.wait(LIMIT_S) == 4


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_a_clear_failure(tmp_path):
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20k", "tmpfs", str(tmp_path)], capture_output=True).returncode != 0:
        pytest.skip("no tmpfs can be mounted here")
    try:
        big = {**SPEC, "problem": {"classes": 200, "instances_per_class": 2, "dimension": 128}, "budget": {"steps": 3}}
        done = train(big, "--output-directory", str(tmp_path))
        assert done.returncode == 4
        assert b"No space left" in done.stderr
        assert events(done)[-1]["event"] == "failed"
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_validate_runs_the_real_trainer():
    done = ssem("validate", "--classes", "4", "--instances-per-class", "6", "--dimension", "16", "--steps", "3000", "--device", "cpu", "--json")
    assert done.returncode == 0, done.stderr
    assert strict(done.stdout.splitlines()[-1])["report"]["verdict"] == "confirmed"
    wrong = ssem("validate", "--classes", "4", "--instances-per-class", "6", "--steps", "0")
    assert wrong.returncode == 2 and wrong.stderr.startswith(b"--steps: ")
