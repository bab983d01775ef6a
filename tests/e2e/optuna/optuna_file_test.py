"""The file that the server keeps is Optuna's: its RDBStorage, its command line and its schema."""
import sqlite3
import subprocess
import sys

import optuna
import pytest
from optuna.storages import RDBStorage
from optuna_served import serve, trials_of, url_of

from ssem_optuna import RestStorage


def objective(trial):
    x = trial.suggest_float("x", -1, 1)
    trial.suggest_categorical("kind", ["a", None, float("inf")])
    trial.suggest_int("n", 2, 8, step=2)
    trial.report(float("nan"), 0)
    trial.report(float("-inf"), 1)
    trial.set_user_attr("k", [1, float("nan")])
    return float("inf") if trial.number == 1 else x


@pytest.fixture
def file(tmp_path):
    """Made over REST; the server has ended."""
    path = tmp_path / "a.db"
    with serve(url_of(path)) as running:
        study = optuna.create_study(storage=RestStorage(running.url), study_name="s", sampler=optuna.samplers.RandomSampler(seed=0))
        study.set_user_attr("who", "rest")
        study.optimize(objective, n_trials=4)
        study.enqueue_trial({"x": 0.5})
        assert running.stop() == 0
    return path


def test_rdb_storage_reads_it_continues_it_and_the_server_reads_that(file):
    study = optuna.load_study(storage=RDBStorage(url_of(file)), study_name="s")
    assert study.user_attrs == {"who": "rest"}
    assert [trial.value for trial in study.trials][1] == float("inf")
    study.optimize(objective, n_trials=3)
    with serve(url_of(file)) as running:
        again = optuna.load_study(storage=RestStorage(running.url), study_name="s")
        assert repr(trials_of(again.trials)) == repr(trials_of(study.trials))
        assert [trial.datetime_start for trial in again.trials] == [trial.datetime_start for trial in study.trials]
        assert again.trials[4].params["x"] == 0.5
        again.optimize(objective, n_trials=1)
        # Both at once: each sees what the other has done.
        study.optimize(objective, n_trials=1)
        assert len(again.trials) == len(study.trials) == 9


def test_a_file_that_optuna_made_is_served(tmp_path):
    path = tmp_path / "theirs.db"
    study = optuna.create_study(storage=RDBStorage(url_of(path)), study_name="s", directions=["maximize", "minimize"])
    study.optimize(lambda trial: (trial.suggest_int("n", 0, 9), 1.0), n_trials=3)
    with serve(url_of(path)) as running:
        served = optuna.load_study(storage=RestStorage(running.url), study_name="s")
        assert repr(trials_of(served.trials)) == repr(trials_of(study.trials))
        assert served.directions == study.directions


def shape(path):
    """Columns, keys and indices of Optuna's tables."""
    with sqlite3.connect(path) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            table: (
                database.execute(f"PRAGMA table_info({table})").fetchall(),
                database.execute(f"PRAGMA foreign_key_list({table})").fetchall(),
                sorted(
                    (row[2], tuple(column[2] for column in database.execute(f"PRAGMA index_info('{row[1]}')")))
                    for row in database.execute(f"PRAGMA index_list({table})")
                ),
            )
            for table in tables
            if not table.startswith("ssem_")
        }


def test_its_tables_are_those_that_optuna_makes(file, tmp_path):
    RDBStorage(url_of(tmp_path / "theirs.db"))
    assert shape(file) == shape(tmp_path / "theirs.db")
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        assert database.execute("PRAGMA journal_mode").fetchall() == [("delete",)]


def test_optuna_s_command_line_works_on_it(file):
    def run(*words):
        command = [sys.executable, "-c", "from optuna.cli import main; main()", *words, "--storage", url_of(file)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    assert '"name": "s"' in run("studies", "-f", "json")
    assert run("trials", "--study-name", "s", "-f", "json").count('"number"') == 5
    asked = run("ask", "--study-name", "s", "--search-space", '{"x": {"type": "float", "low": -1, "high": 1}}', "-f", "json")
    assert '"x": 0.5' in asked
    run("tell", "--study-name", "s", "--trial-number", "4", "--values", "-7")
    assert '"number": 4' in run("best-trial", "--study-name", "s", "-f", "json")
