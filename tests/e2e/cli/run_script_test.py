"""./run as a newcomer uses it; what it needs is built already."""

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


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_a_recommendation_and_the_address_and_ends_with_0_on_a_signal(ending):
    port = free_port()
    process = subprocess.Popen(
        [RUN, "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        seen, started = "", time.monotonic()
        for line in process.stdout:
            seen += line
            if line.startswith("The page: "):
                break
        assert f"http://127.0.0.1:{port}/" in seen, seen
        assert "loss weight" in seen.lower() and "temperature" in seen.lower()
        assert time.monotonic() - started < 60
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
            assert answer.status == 200 and b"<html" in answer.read()
    finally:
        os.killpg(process.pid, ending)  # the whole group, as a terminal does
        rest = process.communicate(timeout=20)[0]
    assert process.returncode == 0, seen + rest
