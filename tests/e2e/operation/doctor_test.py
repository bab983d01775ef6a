"""ssem doctor: what a server would find here, and what to do."""

import socket
import sqlite3

import pytest
from command_line import ssem, strict
from served import Served


def findings(*flags, healthy, environment=None):
    done = ssem("doctor", "--json", *flags, environment=environment)
    assert done.returncode == (0 if healthy else 1), done
    answer = strict(done.stdout)
    assert answer["healthy"] is healthy
    for finding in answer["findings"]:
        assert list(finding) == ["name", "health", "text", "advice"] and finding["text"]
        assert (finding["advice"] == "") == (finding["health"] == "ok")
    return {(finding["name"], finding["health"]): finding["text"] for finding in answer["findings"]}


@pytest.fixture
def flags(tmp_path):
    return ["--storage", f"sqlite:///{tmp_path}/ssem.db", "--data-dir", str(tmp_path / "data")]


def test_an_empty_folder_is_healthy_and_nothing_is_made_in_it(flags, tmp_path):
    found = findings(*flags, "--port", "0", healthy=True, environment={"SSEM_TRAIN": "/bin/echo"})
    assert "SQLite 3." in found["program", "ok"]
    assert found["trainer", "ok"].startswith("echo (GNU coreutils)")  # what /bin/echo says of its version
    assert "MiB free" in found["disk", "ok"]
    assert "written and locked" in found["files", "ok"]
    assert list(tmp_path.iterdir()) == []


def test_it_works_without_a_trainer_and_says_so(flags):
    found = findings(*flags, "--port", "0", healthy=True, environment={"SSEM_TRAIN": "/nothing/here"})
    assert "SSEM_TRAIN names no executable" in found["trainer", "note"]


def test_a_trainer_that_does_not_run_is_wrong(flags):
    found = findings(*flags, "--port", "0", healthy=False, environment={"SSEM_TRAIN": "/bin/false"})
    assert "does not run" in found["trainer", "wrong"]


def test_beside_a_running_server_it_names_who_has_the_database_and_the_port(flags):
    with Served(*flags) as server:
        found = findings(*flags, "--port", str(server.port), healthy=True)
        assert "is whole" in found["database", "ok"]
        assert f"process {server.process.pid} (ssem)" in found["in use", "note"]
        assert f"127.0.0.1 port {server.port}" in found["port", "note"]
        assert server.stop() == 0


def test_a_port_of_another_program_is_wrong(flags):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert "another program" in findings(*flags, "--port", str(port), healthy=False)["port", "wrong"]


def test_a_damaged_database_a_foreign_folder_and_one_that_cannot_be_written_are_wrong(flags, tmp_path):
    with Served(*flags) as server:
        assert server.stop() == 0
    path = tmp_path / "ssem.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * 8192 + whole[12_288:])
    found = findings(*flags, "--port", "0", healthy=False)
    assert "damaged" in found["database", "wrong"]
    path.write_bytes(whole)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE ssem_meta SET value = 99 WHERE name = 'schema_version'")
    connection.commit()
    connection.close()
    assert "version 99" in findings(*flags, "--port", "0", healthy=True)["database", "note"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    found = findings("--storage", "memory:", "--data-dir", str(tmp_path / "mine"), "--port", "0", healthy=False)
    assert "thesis.txt" in found["data folder", "wrong"]
    found = findings("--storage", "sqlite:////proc/ssem.db", "--port", "0", healthy=False)
    assert "nothing can be written in /proc" in found["files", "wrong"]


def test_artifacts_and_the_certificate_are_looked_at_where_they_are_named(flags, tmp_path):
    folder = tmp_path / "files"
    options = [*flags, "--port", "0", "--artifact-dir", str(folder)]
    assert "is made when it is first served" in findings(*options, healthy=True)["artifacts", "ok"]
    folder.mkdir()
    (folder / "first").write_bytes(bytes(3 << 20))
    (folder / "first.part.7").write_bytes(bytes(1 << 20))
    assert findings(*options, healthy=True)["artifacts", "ok"] == f"{folder}: 1 artifact, 3 of 10240 MiB"
    found = findings(*options, "--max-artifacts-mib", "3", healthy=True)
    assert found["artifacts", "note"] == f"{folder}: 1 artifact, 3 of 3 MiB"
    found = findings(*flags, "--port", "0", "--artifact-dir", str(folder / "first"), healthy=False)
    assert "cannot be read" in found["artifacts", "wrong"]
    found = findings(*flags, "--port", "0", "--tls-cert", str(tmp_path / "none.pem"), healthy=False)
    assert "go together" in found["certificate", "wrong"]
    found = findings(*flags, "--port", "0", "--tls-cert", str(tmp_path / "none.pem"), "--tls-key", str(tmp_path / "key"), healthy=False)
    assert found["certificate", "wrong"]
    assert not any(name == "certificate" for name, _ in findings(*flags, "--port", "0", healthy=True))


def test_the_text_says_the_same_with_what_to_do(flags):
    done = ssem("doctor", *flags, "--port", "0", environment={"SSEM_TRAIN": "/bin/false", "COLUMNS": "80"})
    text = done.stdout.decode()
    assert done.returncode == 1 and done.stderr == b""
    assert text.splitlines()[-1] == "1 thing is wrong"
    lines = text.splitlines()
    assert "-> build it again" in text and max(len(line) for line in lines if "/" not in line) <= 80
