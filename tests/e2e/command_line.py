"""Running ssem as users do, with what it printed and how it ended."""
import json
import os
import subprocess

BINARY = os.environ["SSEM_BINARY"]
LIMIT_S = 60
PROBLEM = {"classes": 10, "batch_size": 512}
EVALUATION = {**PROBLEM, "loss_weight": 0.5, "temperature": 0.1}


def ssem(*arguments, stdin=b"", environment=None):
    if isinstance(stdin, str):
        stdin = stdin.encode()
    return subprocess.run(
        [BINARY, *arguments], input=stdin, capture_output=True, timeout=LIMIT_S, env={**os.environ, **(environment or {})}
    )


def strict(text):
    """Python's reader, refusing what JSON does not know and fields given twice."""

    def no_constant(name):
        raise ValueError(f"{name} is no JSON")

    def no_duplicate(pairs):
        assert len({name for name, _ in pairs}) == len(pairs), pairs
        return dict(pairs)

    return json.loads(text, parse_constant=no_constant, object_pairs_hook=no_duplicate)


def answers(command, lines):
    """Results of JSON lines (bytes, text or values) and the exit code."""
    texts = [line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode() for line in lines]
    done = ssem(command, "--input", "-", stdin=b"\n".join(texts) + b"\n")
    assert done.stderr == b""
    return [strict(line) for line in done.stdout.decode().splitlines()], done.returncode


def faults(answer):
    """Paths and messages of an error object, whose shape is checked on the way."""
    assert set(answer) == {"error", "reason"}, answer
    error = answer["error"]
    assert list(error) == ["code", "message", "fields", "request_id"]
    assert error["code"] == "invalid_argument"
    assert answer["reason"] == error["message"] != ""
    return {field["path"]: field["message"] for field in error["fields"]}
