"""Files that earlier programs made: taken over with all they hold, or refused with what to do.

data/ holds dumps by sqlite3: of our first two schemas, and of what Optuna's RDBStorage made; one of those with the revision
that Optuna 3.1 stamps.
"""
import math
import pathlib
import sqlite3

import optuna
import pytest
from optuna.trial import TrialState
from optuna_served import serve, url_of

from ssem_optuna import RestStorage

DATA = pathlib.Path(__file__).parent / "data"


def restored(name, path):
    with sqlite3.connect(path) as database:
        database.executescript((DATA / name).read_text())


@pytest.mark.parametrize("name", ["ssem_schema_1.sql", "ssem_schema_2.sql", "optuna_4.9.0.sql", "optuna_5.0.0.sql"])
def test_an_old_file_is_served_with_all_it_holds_and_goes_on(tmp_path, name):
    file = tmp_path / "old.db"
    restored(name, file)
    for _ in range(2):  # the second time it is as we left it: the trial that waited has run
        with serve(url_of(file)) as running:
            study = optuna.load_study(study_name="old", storage=RestStorage(running.url))
            assert study.user_attrs == {"made": "before"}
            trials = study.trials
            assert len(trials) == 5
            assert [trial.state for trial in trials[:4]] == [
                TrialState.COMPLETE, TrialState.COMPLETE, TrialState.PRUNED, TrialState.COMPLETE,
            ]  # fmt: skip
            assert trials[1].value == math.inf
            assert [list(trial.params) for trial in trials[:4]] == [["x", "kind", "n"]] * 4
            assert all(math.isnan(trial.intermediate_values[0]) for trial in trials[:4])
            assert trials[0].user_attrs == {"k": [1, math.inf]}
            study.optimize(lambda trial: trial.suggest_float("x", -1, 1), n_trials=1)
            assert study.trials[4].params["x"] == 0.25
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT value FROM ssem_meta WHERE name = 'schema_version'").fetchall() == [(3,)]
        assert database.execute("SELECT name FROM sqlite_master WHERE name = 'ssem_receipts'").fetchall() == []
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert len(optuna.load_study(study_name="old", storage=optuna.storages.RDBStorage(url_of(file))).trials) == 6


def test_a_file_of_optuna_3_1_is_refused_with_the_command_that_upgrades_it(tmp_path):
    file = tmp_path / "old.db"
    restored("optuna_revision_3.0.0.d.sql", file)
    before = file.read_bytes()
    server = serve(url_of(file))
    with pytest.raises((RuntimeError, TimeoutError)):
        server.start()
    said = "\n".join(server.lines)
    assert "v3.0.0.d" in said and "optuna storage upgrade" in said
    assert file.read_bytes() == before


def test_a_file_of_a_later_program_is_refused_and_left_alone(tmp_path):
    file = tmp_path / "new.db"
    restored("ssem_schema_1.sql", file)
    with sqlite3.connect(file) as database:
        database.execute("UPDATE ssem_meta SET value = 4")
    database.close()
    before = file.read_bytes()
    server = serve(url_of(file))
    with pytest.raises((RuntimeError, TimeoutError)):
        server.start()
    assert "version 4" in "\n".join(server.lines)
    assert file.read_bytes() == before
