"""Workers that are killed: RestStorage fails and repeats their trials as Optuna's own RDBStorage does."""
import multiprocessing
import os
import pickle
import signal
import time
import warnings

import optuna
import pytest
from optuna.storages._heartbeat import BaseHeartbeat, is_heartbeat_enabled
from optuna.trial import TrialState
from optuna_served import serve, url_of

from ssem_optuna import RestStorage

INTERVAL_S = 1
GRACE_S = 2
RETRY = getattr(optuna.storages, "RetryHeartbeatStaleTrialCallback", optuna.storages.RetryFailedTrialCallback)
CALLBACK = "heartbeat_stale_trial_callback" if hasattr(optuna.storages, "RetryHeartbeatStaleTrialCallback") else "failed_trial_callback"

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(url_of(tmp_path_factory.mktemp("beats") / "a.db")) as running:
        yield running
        assert running.stop() == 0


def on_server(server, **settings):
    return RestStorage(server.url, heartbeat_interval=INTERVAL_S, grace_period=GRACE_S, **settings)


def in_a_file(tmp_path, **settings):
    return optuna.storages.RDBStorage(url_of(tmp_path / "rdb.db"), heartbeat_interval=INTERVAL_S, grace_period=GRACE_S, **settings)


def wait_out():
    time.sleep(GRACE_S + 1.2)


def test_only_a_storage_with_an_interval_beats(server):
    assert isinstance(RestStorage(server.url), BaseHeartbeat)
    assert not is_heartbeat_enabled(RestStorage(server.url))
    assert is_heartbeat_enabled(on_server(server))
    for wrong in ({"heartbeat_interval": -1}, {"heartbeat_interval": 1, "grace_period": 0}):
        with pytest.raises(ValueError):
            RestStorage(server.url, **wrong)
    with pytest.raises(ValueError):
        on_server(server, heartbeat_stale_trial_callback=print, failed_trial_callback=print)
    copy = pickle.loads(pickle.dumps(on_server(server, failed_trial_callback=RETRY(max_retry=3))))
    assert copy.get_heartbeat_interval() == INTERVAL_S and copy.grace_period == GRACE_S
    assert copy.get_failed_trial_callback()._max_retry == 3


def test_a_trial_that_never_beat_stays_and_one_that_stopped_fails(server):
    studies = [optuna.create_study(storage=on_server(server)) for _ in range(2)]
    silent, stopped = studies[0].ask(), studies[0].ask()
    other = studies[1].ask()
    for trial in (stopped, other):
        trial.storage.record_heartbeat(trial._trial_id)
    optuna.storages.fail_stale_trials(studies[0])
    assert [trial.state for trial in studies[0].trials] == [TrialState.RUNNING] * 2
    wait_out()
    assert studies[0]._storage._get_stale_trial_ids(studies[0]._study_id) == [stopped._trial_id]
    optuna.storages.fail_stale_trials(studies[0])
    assert [trial.state for trial in studies[0].trials] == [TrialState.RUNNING, TrialState.FAIL]
    assert studies[1].trials[0].state == TrialState.RUNNING
    studies[0].tell(silent, 1.0)
    stopped.storage.record_heartbeat(stopped._trial_id)  # late: it stays as it is
    assert studies[0].trials[1].state == TrialState.FAIL
    with pytest.raises(KeyError):
        stopped.storage.record_heartbeat(10**9)


def retried(storage, max_retry, inherit):
    """What becomes of a study whose first trial goes silent, twice."""
    study = optuna.create_study(storage=storage)
    for _ in range(2):
        trial = study.ask()
        trial.suggest_float("x", -1, -1)
        trial.report(0.5, 1)
        trial.set_user_attr("mine", 1)
        storage.record_heartbeat(trial._trial_id)
        wait_out()
        optuna.storages.fail_stale_trials(study)
    return [(t.number, t.state, t.params, t.user_attrs, t.system_attrs, t.intermediate_values) for t in study.trials]


@pytest.mark.parametrize("max_retry, inherit", [(None, False), (0, False), (1, True)])
def test_retries_are_those_of_optuna_s_own_storage(server, tmp_path, max_retry, inherit):
    def callback():
        return {CALLBACK: RETRY(max_retry=max_retry, inherit_intermediate_values=inherit)}

    ours = retried(on_server(server, **callback()), max_retry, inherit)
    assert ours == retried(in_a_file(tmp_path, **callback()), max_retry, inherit)
    assert len(ours) == {None: 3, 0: 2, 1: 2}[max_retry]


def work_until_killed(url, name):
    storage = RestStorage(url, heartbeat_interval=INTERVAL_S, grace_period=GRACE_S)

    def objective(trial):
        trial.suggest_float("x", 0, 1)
        time.sleep(600)

    optuna.load_study(study_name=name, storage=storage).optimize(objective, n_trials=1)


def test_the_trial_of_a_killed_process_is_repeated_by_the_next_worker(server):
    storage = on_server(server, **{CALLBACK: RETRY(max_retry=1)})
    study = optuna.create_study(storage=storage, study_name="killed")
    worker = multiprocessing.get_context("spawn").Process(target=work_until_killed, args=(server.url, "killed"))
    worker.start()
    end = time.monotonic() + 60
    while not (study.trials and study.trials[0].params):
        assert time.monotonic() < end
        time.sleep(0.1)
    time.sleep(INTERVAL_S + 0.5)
    assert storage._get_stale_trial_ids(study._study_id) == []  # it beats
    os.kill(worker.pid, signal.SIGKILL)
    worker.join(10)
    wait_out()
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    first, second = study.trials
    assert (first.state, second.state) == (TrialState.FAIL, TrialState.COMPLETE)
    assert second.params == first.params
    assert RETRY.retried_trial_number(second) == 0


def test_beats_survive_the_server_and_are_shared_with_optuna_on_the_same_file(tmp_path):
    file = tmp_path / "a.db"
    with serve(url_of(file)) as first:
        study = optuna.create_study(storage=on_server(first), study_name="shared")
        trial = study.ask()
        study._storage.record_heartbeat(trial._trial_id)
        first.kill()
    with serve(url_of(file), port=first.port):
        theirs = optuna.storages.RDBStorage(url_of(file), heartbeat_interval=INTERVAL_S, grace_period=GRACE_S, skip_compatibility_check=True)
        other = optuna.load_study(study_name="shared", storage=theirs).ask()
        theirs.record_heartbeat(other._trial_id)
        wait_out()
        time.sleep(1)  # Optuna 3 counts whole seconds
        both = [trial._trial_id, other._trial_id]
        assert sorted(study._storage._get_stale_trial_ids(study._study_id)) == both
        assert sorted(theirs._get_stale_trial_ids(study._study_id)) == both
        with warnings.catch_warnings():
            optuna.storages.fail_stale_trials(study)
        assert [trial.state for trial in study.trials] == [TrialState.FAIL] * 2
