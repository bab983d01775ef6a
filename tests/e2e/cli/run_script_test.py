"""./run as a newcomer uses it; what it needs is built already."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
RUN = str(ROOT / "run")


def run(*arguments):
    return subprocess.run([RUN, *arguments], capture_output=True, text=True, timeout=60)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_help_names_the_options_and_the_address():
    result = run("--help")
    assert result.returncode == 0 and result.stderr == ""
    for word in ["--port", "--host", "http://127.0.0.1:8080", "Ctrl-C"]:
        assert word in result.stdout


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--prot", "1"], "unknown argument '--prot'"),
        (["--port"], "--port needs a value"),
        (["--port", "0"], "--port is '0'"),
        (["--port", "65536"], "--port is '65536'"),
        (["--port", "eighty"], "--port is 'eighty'"),
    ],
)
def test_a_wrong_argument_is_one_line_with_its_name(arguments, message):
    result = run(*arguments)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.startswith("run: ") and message in result.stderr and result.stderr.count("\n") == 1


def test_a_taken_port_is_one_line_before_anything_is_built():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("--port", str(port))
    assert result.returncode == 1 and result.stdout == ""
    assert f"port {port} of 127.0.0.1 is taken" in result.stderr and result.stderr.count("\n") == 1


class Running:
    """./run in a session of its own, read up to the line that names the page."""

    def __init__(self, *arguments):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.seen = ""
        self.process = subprocess.Popen(
            [RUN, "--port", str(self.port), "--", "--storage", "memory:", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    def wait_for_page(self):
        for line in self.process.stdout:
            self.seen += line
            if line.startswith("The page: "):
                break
        assert f"{self.url}/" in self.seen, self.seen

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return json.load(answer)

    def stop(self, ending=signal.SIGTERM):
        os.killpg(self.process.pid, ending)  # the whole group, as a terminal does
        self.seen += self.process.communicate(timeout=20)[0]
        return self.process.returncode


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_a_recommendation_that_training_confirms_and_the_address_and_ends_with_0_on_a_signal(ending):
    running = Running()
    try:
        running.wait_for_page()
        recommended, _, checked = running.seen.partition("checked by training")
        assert "loss weight" in recommended.lower() and "temperature" in recommended.lower()
        assert "Confirmed" in checked, running.seen
        with urllib.request.urlopen(f"{running.url}/", timeout=5) as answer:
            assert answer.status == 200 and b"<html" in answer.read()
    finally:
        status = running.stop(ending)
    assert status == 0, running.seen


def test_a_build_folder_without_ssem_train_is_completed_and_the_server_validates():
    (ROOT / "build/release/ssem-train").unlink()
    running = Running()
    try:
        running.wait_for_page()
        problem = {"classes": 4, "instances_per_class": 10, "dimension": 64}
        job = running.ask("/api/v1/validations", {"problem": problem, "recommend": True})
        deadline = time.monotonic() + 60
        while (state := running.ask(job["status_url"]))["state"] in ("queued", "running"):
            assert time.monotonic() < deadline, state
            time.sleep(0.1)
        assert state["state"] == "finished" and state["report"]["verdict"] == "confirmed", state
    finally:
        status = running.stop()
    assert status == 0, running.seen
