"""The database file is deleted, moved, replaced or overwritten while the server has it open: no write is pretended."""
import os
import shutil
import sqlite3

import pytest
from http_wire import ask
from optuna_served import serve, url_of

BASE = "/api/v1/storage"


def create(server, name):
    return ask(server.port, "POST", f"{BASE}/studies", {"study_name": name, "directions": ["minimize"]})


def names_at(server):
    return sorted(study["study_name"] for study in ask(server.port, "GET", f"{BASE}/studies").json["studies"])


def names_in(file):
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = sorted(name for (name,) in database.execute("SELECT study_name FROM studies"))
    database.close()
    return names


def copy_of(file, to):
    """As SQLite's own backup makes it, while the server runs."""
    with sqlite3.connect(file) as source, sqlite3.connect(to) as target:
        source.backup(target)
    source.close()
    target.close()
    return to


def lose_folder(file):
    file.parent.rename(file.parent.with_name("elsewhere"))


def find_folder(file):
    file.parent.with_name("elsewhere").rename(file.parent)


def replace(file):
    file.rename(file.with_name("aside.db"))
    shutil.copy(file.with_name("backup.db"), file)


def put_back(file):
    file.with_name("aside.db").rename(file)


def overwrite(file):
    shutil.copy(file, file.with_name("aside.db"))
    with open(file, "r+b") as stream:  # the inode stays
        stream.truncate(0)
        stream.write(file.with_name("backup.db").read_bytes())


def overwrite_back(file):
    with open(file, "r+b") as stream:
        stream.truncate(0)
        stream.write(file.with_name("aside.db").read_bytes())


def move(ending):
    aside = lambda file: file.with_name(f"aside{ending}")
    beside = lambda file: file.with_name(file.name + ending)
    return lambda file: beside(file).rename(aside(file)), lambda file: aside(file).rename(beside(file))


HARMS = {
    "moved": (*move(""), "gone"),
    "its folder moved": (lose_folder, find_folder, "gone"),
    "replaced": (replace, put_back, "another file has taken its place"),
    "overwritten by an older copy": (overwrite, overwrite_back, "older copy"),
    "emptied": (
        lambda file: (shutil.copy(file, file.with_name("aside.db")), os.truncate(file, 0)), overwrite_back, "something else"
    ),
    "its -wal moved": (*move("-wal"), "-wal"),
    "its -shm moved": (*move("-shm"), "-shm"),
}  # fmt: skip


@pytest.mark.parametrize("harm", HARMS)
def test_every_write_is_refused_with_the_reason_until_the_file_is_back(tmp_path, harm):
    lose, find, reason = HARMS[harm]
    (tmp_path / "here").mkdir()
    file = tmp_path / "here/a.db"
    with serve(url_of(file)) as running:
        assert create(running, "first").status == 201
        copy_of(file, file.with_name("backup.db"))
        assert create(running, "second").status == 201
        with sqlite3.connect(file) as other:
            other.execute("PRAGMA wal_checkpoint(PASSIVE)")
        other.close()
        lose(file)
        for _ in range(2):
            refused = create(running, "lost")
            assert refused.status == 503 and int(refused.headers["retry-after"]) >= 1
            assert reason in refused.json["reason"] and str(tmp_path) not in str(refused.body)
        assert names_at(running) == ["first", "second"]  # what was kept before is still shown
        ready = ask(running.port, "GET", "/readyz")
        assert ready.status == 503 and str(tmp_path) not in str(ready.body)
        find(file)
        assert create(running, "third").status == 201
        assert ask(running.port, "GET", "/readyz").status == 200
        assert running.stop() == 0
    assert names_in(file) == ["first", "second", "third"]
    running.reader.join(5)
    logged = [line for line in running.lines if "the storage failed" in line]
    assert logged and reason in logged[0] and str(file) in logged[0]


def test_a_file_that_is_deleted_takes_no_write_and_what_is_left_can_be_exported(tmp_path):
    file = tmp_path / "a.db"
    with serve(url_of(file)) as running:
        assert create(running, "first").status == 201
        for ending in ("", "-wal", "-shm"):
            os.unlink(f"{file}{ending}")
        assert create(running, "lost").status == 503
        export = ask(running.port, "GET", "/api/v1/export/optuna.sqlite")
        assert export.status == 200
        (tmp_path / "export.db").write_bytes(export.body)
        assert running.stop() == 0
    assert names_in(tmp_path / "export.db") == ["first"]
    assert not file.exists()


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_backup_that_was_put_in_the_place_of_the_file_stays_as_it_is(tmp_path, end):
    file = tmp_path / "a.db"
    with serve(url_of(file)) as running:
        assert create(running, "first").status == 201
        backup = copy_of(file, tmp_path / "backup.db")
        assert create(running, "second").status == 201
        os.link(file, tmp_path / "old.db")
        os.replace(backup, file)
        assert create(running, "lost").status == 503
        assert running.stop() == 0 if end == "stop" else running.kill() is None
    with serve(url_of(file)) as back:
        assert names_at(back) == ["first"]
        assert create(back, "third").status == 201
        assert back.stop() == 0
    assert names_in(file) == ["first", "third"]
    # Nothing that was acknowledged is lost either: it is in the file that was moved away.
    assert names_in(tmp_path / "old.db") == ["first", "second"]


def test_other_programs_may_still_write_checkpoint_and_vacuum(tmp_path):
    file = tmp_path / "a.db"
    with serve(url_of(file)) as running:
        for number in range(4):
            assert create(running, f"ours {number}").status == 201
            other = sqlite3.connect(file, isolation_level=None)
            other.execute("INSERT INTO studies (study_name) VALUES (?)", (f"theirs {number}",))
            other.execute(
                "INSERT INTO study_directions (direction, study_id, objective) SELECT 'MINIMIZE', max(study_id), 0 FROM studies"
            )
            other.execute(["PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA user_version = 7", "REINDEX"][number])
            other.execute("PRAGMA wal_checkpoint(FULL)")
            other.close()
        assert len(names_at(running)) == 8
        assert create(running, "last").status == 201
        assert running.stop() == 0
    assert len(names_in(file)) == 9
