"""ssem backup and ssem restore: a whole and checked copy while others write, and the way back."""

import os
import resource
import signal
import sqlite3
import stat
import subprocess
import threading

import optuna
import pytest
from command_line import BINARY, ssem
from http_wire import ask
from served import Served

STUDY = {"study_name": "cifar", "directions": ["maximize"], "problem": {"classes": 10, "batch_size": 512}}


@pytest.fixture
def database(tmp_path):
    """A database with one finished trial, which nobody has open."""
    path = tmp_path / "ssem.db"
    with Served("--storage", f"sqlite:///{path}", "--data-dir", str(tmp_path / "data")) as server:
        ask(server.port, "POST", "/api/v1/studies", STUDY)
        ask(server.port, "POST", "/api/v1/studies/1/ask")
        assert ask(server.port, "POST", "/api/v1/trials/1/tell", {"values": [0.91]}).status == 200
        assert server.stop() == 0
    return path


def url(path):
    return f"sqlite:///{path}"


def trials(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT count(*) FROM trials").fetchone()[0]


def refused(*arguments, environment=None):
    done = ssem(*arguments, environment=environment)
    assert done.returncode == 1 and done.stdout == b"", done
    return done.stderr.decode()


def test_copies_that_are_made_while_a_server_writes_are_whole_and_none_is_older_than_the_one_before(tmp_path):
    database = tmp_path / "ssem.db"
    with Served("--storage", url(database), "--data-dir", str(tmp_path / "data")) as server:
        ask(server.port, "POST", "/api/v1/studies", STUDY)
        acknowledged = []
        enough = threading.Event()

        def write():
            while not enough.is_set():
                acknowledged.append(ask(server.port, "POST", "/api/v1/studies/1/ask").json["trial_id"])

        writers = [threading.Thread(target=write) for _ in range(3)]
        for writer in writers:
            writer.start()
        counts = []
        for number in range(8):
            before = len(acknowledged)
            copy = tmp_path / f"copy{number}.db"
            done = ssem("backup", "--storage", url(database), str(copy))
            assert done.returncode == 0, done.stderr
            counts.append(trials(copy))
            assert counts[-1] >= before
            assert f"1 study, {counts[-1]:,} trial" in done.stdout.decode()
        enough.set()
        for writer in writers:
            writer.join()
        assert counts == sorted(counts) and counts[-1] > counts[0]
        assert ask(server.port, "GET", "/readyz").status == 200
        assert server.stop() == 0
    assert not [name for name in os.listdir(tmp_path) if ".part." in name]


def test_a_copy_is_private_has_its_name_at_once_and_is_optuna_s_own_file(database, tmp_path):
    copy = tmp_path / "copy.db"
    done = ssem("backup", "--storage", url(database), str(copy))
    assert done.returncode == 0 and done.stderr == b""
    assert b"1 study, 1 trial, 0 journals" in done.stdout and b"Not in it: validations" in done.stdout
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    study = optuna.load_study(study_name="cifar", storage=f"sqlite:///{copy}")
    assert study.best_value == 0.91


def test_nothing_is_overwritten_without_force(database, tmp_path):
    copy = tmp_path / "copy.db"
    copy.write_text("mine")
    assert "is there already; --force replaces it" in refused("backup", "--storage", url(database), str(copy))
    assert copy.read_text() == "mine"
    assert ssem("backup", "--force", "--storage", url(database), str(copy)).returncode == 0
    assert trials(copy) == 1
    assert "is there already; --force replaces it" in refused("restore", "--storage", url(database), str(copy))
    assert "would replace it" in refused("backup", "--force", "--storage", url(database), str(database))


def test_a_restored_database_is_served_as_it_was_and_what_came_after_the_copy_is_gone(database, tmp_path):
    copy = tmp_path / "copy.db"
    assert ssem("backup", "--storage", url(database), str(copy)).returncode == 0
    flags = ("--storage", url(database), "--data-dir", str(tmp_path / "data"))
    with Served(*flags) as server:
        ask(server.port, "POST", "/api/v1/studies/1/ask")
        server.kill()  # leaves a -wal with the second trial
    assert os.path.getsize(f"{database}-wal") > 0
    done = ssem("restore", "--force", "--storage", url(database), str(copy))
    assert done.returncode == 0 and b"1 study, 1 trial" in done.stdout and b"Not touched: validations" in done.stdout
    assert sorted(name for name in os.listdir(tmp_path) if name.startswith("ssem.db")) == ["ssem.db"]
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    with Served(*flags) as server:
        answer = ask(server.port, "GET", "/api/v1/studies/1/best-trials").json
        assert [trial["values"] for trial in answer["trials"]] == [[0.91]]
        assert ask(server.port, "POST", "/api/v1/studies/1/ask").json["trial_id"] == 2
        assert server.stop() == 0


def test_restore_refuses_while_a_server_or_another_program_has_the_database_open(database, tmp_path):
    copy = tmp_path / "copy.db"
    assert ssem("backup", "--storage", url(database), str(copy)).returncode == 0
    with Served("--storage", url(database), "--data-dir", str(tmp_path / "data")) as server:
        told = refused("restore", "--force", "--storage", url(database), str(copy))
        assert f"process {server.process.pid} (ssem) has" in told and "stop it first" in told
        assert ask(server.port, "POST", "/api/v1/studies/1/ask").status in (200, 201)
        assert server.stop() == 0
    other = sqlite3.connect(database)
    other.execute("BEGIN IMMEDIATE")
    assert "stop it first" in refused("restore", "--force", "--storage", url(database), str(copy))
    other.close()
    assert trials(database) == 2


def test_what_is_no_whole_copy_is_refused_and_the_database_stays(database, tmp_path):
    copy = tmp_path / "copy.db"
    assert ssem("backup", "--storage", url(database), str(copy)).returncode == 0
    whole = copy.read_bytes()
    for shape, words in [
        (whole[:20_000], "the file is damaged"),
        (whole[:8192] + b"\xff" * 4096 + whole[12_288:], "damaged"),
        (b"id,value\n1,2\n" * 1000, "not an SQLite database"),
    ]:
        copy.write_bytes(shape)
        assert words in refused("restore", "--force", "--storage", url(database), str(copy))
        assert trials(database) == 1
    copy.write_bytes(whole)
    (tmp_path / "copy.db-wal").write_bytes(b"pages that belong to it")
    assert "copy.db-wal beside it" in refused("restore", "--force", "--storage", url(database), str(copy))
    assert "nothing can be restored" in refused("restore", "--storage", url(database), str(tmp_path / "none.db"))
    assert trials(database) == 1


def test_a_file_without_studies_is_no_copy_and_does_not_replace_the_database(database, tmp_path):
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    empty = tmp_path / "empty.db"
    empty.touch()
    for copy in (other, empty):
        told = refused("restore", "--force", "--storage", url(database), str(copy))
        assert "cannot be restored: there are no studies in it" in told
        assert "no studies in it" in refused("backup", "--storage", url(copy), str(tmp_path / "copy.db"))
    assert trials(database) == 1 and empty.stat().st_size == 0


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_is_no_plain_file_is_not_replaced_even_by_force(database, tmp_path, command):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    names = (url(database), str(pipe)) if command == "backup" else (url(pipe), str(database))
    assert "it is no plain file" in refused(command, "--force", "--storage", names[0], names[1])
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert trials(database) == 1


def test_a_damaged_database_can_be_replaced(database, tmp_path):
    copy = tmp_path / "copy.db"
    assert ssem("backup", "--storage", url(database), str(copy)).returncode == 0
    database.write_bytes(b"\x00" * 50_000)
    (tmp_path / "ssem.db-wal").write_bytes(b"of the damaged one")
    assert ssem("restore", "--force", "--storage", url(database), str(copy)).returncode == 0
    assert trials(database) == 1


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_full_disk_leaves_no_copy_and_the_old_file(database, tmp_path, command):
    copy = tmp_path / "copy.db"
    assert ssem("backup", "--storage", url(database), str(copy)).returncode == 0
    before = copy.read_bytes(), database.read_bytes()

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    done = subprocess.run(
        [BINARY, command, "--force", "--storage", url(database), str(copy)],
        capture_output=True, timeout=60, preexec_fn=small_files, check=False,
    )  # fmt: skip
    assert done.returncode == 1 and done.stderr.startswith(b"ssem " + command.encode() + b": "), done
    assert (copy.read_bytes(), database.read_bytes()) == before
    assert not [name for name in os.listdir(tmp_path) if ".part." in name]


def test_storage_without_a_file_is_a_wrong_flag():
    done = ssem("backup", "--storage", "memory:", "copy.db")
    assert done.returncode == 2 and b"export/optuna.sqlite" in done.stderr
    assert ssem("restore", "--storage", "postgres://x", "copy.db").returncode == 2
