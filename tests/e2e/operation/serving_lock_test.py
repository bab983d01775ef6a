"""One server for one database file: a second one says who has it, whatever name or data folder it was given."""

import os
import re
import signal
import sqlite3
import subprocess
import threading

import pytest
from http_wire import ask
from served import Served


def flags(file, data):
    return "--storage", f"sqlite:///{file}", "--data-dir", str(data), "--log-level", "warn"


def start(file, data, **options):
    """Runs a server that ends by itself."""
    command = [os.environ["SSEM_BINARY"], "serve", "--port", "0", *flags(file, data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, **options)


def create(server, name):
    return ask(server.port, "POST", "/api/v1/studies", {"study_name": name, "directions": ["minimize"]}).status


@pytest.mark.parametrize("name", ["ssem.db", "a link", "folder/../ssem.db", "relative"])
def test_a_second_server_is_refused_with_the_first_one_s_process_and_start(tmp_path, name):
    file = tmp_path / "ssem.db"
    (tmp_path / "folder").mkdir()
    (tmp_path / "a link").symlink_to(file)
    with Served(*flags(file, tmp_path / "first")) as first:
        assert create(first, "before") == 201
        given = "ssem.db" if name == "relative" else tmp_path / name
        second = start(given, tmp_path / "second", cwd=tmp_path)
        assert second.returncode == 1 and second.stdout == "" and second.stderr.count("\n") == 1
        said = re.fullmatch(
            r"ssem serve: another program \(ssem serve, process (\d+) on \S+, since (20\d\d-\d\d-\d\dT\S+)\) has (.+); stop it first, "
            r"or name another file by --storage\n", second.stderr
        )  # fmt: skip
        assert said and int(said[1]) == first.process.pid and said[3] == str(given), second.stderr
        assert not (tmp_path / "second").exists()  # it has begun nothing
        assert create(first, "after") == 201
        assert first.stop() == 0
    assert not [path for path in tmp_path.iterdir() if path.name.endswith("-lock")]
    with Served(*flags(file, tmp_path / "second")) as next_one:
        studies = ask(next_one.port, "GET", "/api/v1/storage/studies").json["studies"]
        assert [study["study_name"] for study in studies] == ["before", "after"]
        assert next_one.stop() == 0


def test_after_a_kill_the_next_server_starts_and_what_was_left_is_no_hindrance(tmp_path):
    file = tmp_path / "studies/ssem.db"
    file.parent.mkdir()
    for _ in range(3):
        with Served(*flags(file, tmp_path / "data")) as server:
            assert create(server, f"of {server.process.pid}") == 201
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
    assert (file.parent / "ssem.db-lock").exists()
    with Served(*flags(file, file.parent)) as server:  # to which a data folder's new place is still empty of other files
        assert len(ask(server.port, "GET", "/api/v1/storage/studies").json["studies"]) == 3
        assert server.stop() == 0


def test_of_servers_that_start_at_once_exactly_one_serves(tmp_path):
    file = tmp_path / "ssem.db"
    servers = [Served(*flags(file, tmp_path / f"data {number}")) for number in range(5)]
    failures = []

    def begin(server):
        try:
            server.start()
        except RuntimeError:
            failures.append(server)

    starts = [threading.Thread(target=begin, args=(server,)) for server in servers]
    for each in starts:
        each.start()
    for each in starts:
        each.join()
    try:
        serving = [server for server in servers if server.process.poll() is None]
        assert len(serving) == 1 and len(failures) == 4
        assert all("(ssem serve, process" in "".join(server.lines) for server in failures)
        assert create(serving[0], "one") == 201 and serving[0].stop() == 0
    finally:
        for server in servers:
            server.kill()


def test_other_programs_still_use_the_file_while_it_is_served(tmp_path):
    file = tmp_path / "ssem.db"
    with Served(*flags(file, tmp_path / "data")) as server:
        with sqlite3.connect(file) as other:
            other.execute("CREATE TABLE theirs (x)")
        other.close()
        assert create(server, "ours") == 201
        assert server.stop() == 0
