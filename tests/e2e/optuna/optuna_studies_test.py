"""Optuna itself driving studies over REST: the same trials as in memory, races, lost connections, restarts."""
import concurrent.futures
import json
import multiprocessing
import pickle
import socket
import threading
import time

import optuna
import pytest
from http_wire import ask
from optuna.trial import TrialState
from optuna_served import serve, trials_of, url_of

from ssem_optuna import RestStorage, ServerUnavailableError


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(url_of(tmp_path_factory.mktemp("studies") / "a.db")) as running:
        yield running
        assert running.stop() == 0


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    n = trial.suggest_int("n", 1, 64, log=True)
    kind = trial.suggest_categorical("kind", ["a", None, 3, True])
    for step in range(3):
        trial.report(x * x + step, step)
        if trial.should_prune():
            raise optuna.TrialPruned
    trial.set_user_attr("step/%'\"", {"n": n, "inf": float("inf")})
    return x * x + n / 64 + (kind is None)


def smooth(trial):
    return (trial.suggest_float("x", -5, 5) - 1) ** 2 + trial.suggest_float("y", 0, 1)


def two_objectives(trial):
    x = trial.suggest_float("x", 0, 1)
    return x, 1 - x + trial.suggest_float("y", 0, 1)


SETTINGS = {
    "tpe": (objective, 1, lambda: optuna.samplers.TPESampler(seed=7), optuna.pruners.MedianPruner, 25),
    "cma-es": (smooth, 1, lambda: optuna.samplers.CmaEsSampler(seed=7), optuna.pruners.NopPruner, 20),
    "qmc": (smooth, 1, lambda: optuna.samplers.QMCSampler(seed=7), optuna.pruners.NopPruner, 20),
    "nsga-ii": (
        two_objectives, 2, lambda: optuna.samplers.NSGAIISampler(seed=7, population_size=6), optuna.pruners.NopPruner, 20
    ),
    "hyperband": (objective, 1, lambda: optuna.samplers.TPESampler(seed=7), optuna.pruners.HyperbandPruner, 25),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", SETTINGS)
def test_a_seeded_study_is_the_same_trial_by_trial_as_in_memory(server, name):
    target, objectives, sampler, pruner, count = SETTINGS[name]
    studies = []
    for storage in (optuna.storages.InMemoryStorage(), RestStorage(server.url)):
        study = optuna.create_study(
            storage=storage, study_name=name, directions=["minimize"] * objectives, sampler=sampler(), pruner=pruner()
        )
        study.optimize(target, n_trials=count)
        studies.append(study)
    assert trials_of(studies[1].trials) == trials_of(studies[0].trials)
    assert trials_of(studies[1].best_trials) == trials_of(studies[0].best_trials)


@pytest.mark.filterwarnings("ignore")
def test_four_jobs_give_the_same_count_and_no_number_twice(server):
    study = optuna.create_study(storage=RestStorage(server.url), sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(objective, n_trials=60, n_jobs=4)
    assert sorted(trial.number for trial in study.trials) == list(range(60))
    assert all(trial.state.is_finished() for trial in study.trials)


def pop_waiting(url, study_id, start):
    storage = RestStorage(url)
    start.wait(60)
    waiting = storage.get_all_trials(study_id, deepcopy=False, states=(TrialState.WAITING,))
    return sum(storage.set_trial_state_values(trial._trial_id, TrialState.RUNNING) for trial in waiting)


def test_eight_processes_share_200_waiting_trials_without_a_duplicate(server):
    study = optuna.create_study(storage=RestStorage(server.url))
    for index in range(200):
        study.enqueue_trial({"x": index})
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager, concurrent.futures.ProcessPoolExecutor(8, mp_context=context) as pool:
        start = manager.Event()
        winners = [pool.submit(pop_waiting, server.url, study._study_id, start) for _ in range(8)]
        time.sleep(1)
        start.set()
        assert sum(future.result(120) for future in winners) == 200


def test_an_enqueued_trial_reaches_ask_with_its_parameters(server):
    study = optuna.create_study(storage=RestStorage(server.url))
    study.enqueue_trial({"x": 1.25}, user_attrs={"why": "advice"})
    trial = study.ask()
    assert trial.suggest_float("x", 0, 2) == 1.25
    assert trial.user_attrs == {"why": "advice"}
    study.tell(trial, 3.0)
    assert study.best_value == 3.0


def test_the_errors_are_optuna_s(server):
    storage = RestStorage(server.url)
    optuna.create_study(storage=storage, study_name="taken / %2F ' \" ; DROP TABLE studies")
    with pytest.raises(optuna.exceptions.DuplicatedStudyError):
        optuna.create_study(storage=storage, study_name="taken / %2F ' \" ; DROP TABLE studies")
    for call in (lambda: storage.get_trial(10**9), lambda: storage.get_study_id_from_name("no"), lambda: storage.get_all_trials(-1)):
        with pytest.raises(KeyError):
            call()
    with pytest.raises(ValueError):
        storage.create_new_study([])
    study = optuna.create_study(storage=storage)
    trial = study.ask({"x": optuna.distributions.FloatDistribution(0, 1)})
    study.tell(trial, 1.0)
    with pytest.raises(RuntimeError):
        storage.set_trial_user_attr(trial._trial_id, "k", 1)
    other = study.ask()
    with pytest.raises(ValueError):
        storage.set_trial_param(other._trial_id, "x", 0, optuna.distributions.CategoricalDistribution(["a"]))
    with pytest.raises(ValueError):
        storage.set_trial_state_values(other._trial_id, TrialState.COMPLETE, [float("nan")])


def test_a_storage_travels_through_pickle(server):
    storage = RestStorage(server.url)
    study_id = storage.create_new_study([optuna.study.StudyDirection.MINIMIZE])
    assert pickle.loads(pickle.dumps(storage)).get_study_name_from_id(study_id) == storage.get_study_name_from_id(study_id)


class Losing:
    """Passes bytes to the server and, for chosen answers, ends the connection instead of passing them back."""

    def __init__(self, port):
        self.port = port
        self.lose = 0
        self.lost = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, socket.create_connection(("127.0.0.1", self.port)) as upstream:
            while request := client.recv(65536):
                while b"\r\n\r\n" not in request or len(request) < wanted(request):
                    request += client.recv(65536)
                # The proxy's address is not the server's own name.
                head, _, body = request.partition(b"\r\n\r\n")
                lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"host:")]
                lines.insert(1, b"Host: 127.0.0.1:%d" % self.port)
                upstream.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
                answer = upstream.recv(65536)
                while answer and (b"\r\n\r\n" not in answer or len(answer) < wanted(answer)):
                    answer += upstream.recv(65536)
                if self.lose > 0:
                    self.lose -= 1
                    self.lost += 1
                    return
                client.sendall(answer)


def wanted(message):
    head, _, _ = message.partition(b"\r\n\r\n")
    length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    return len(head) + 4 + (int(length[0].split(b":")[1]) if length else 0)


def test_what_a_lost_connection_makes_uncertain_is_done_exactly_once(server):
    proxy = Losing(server.port)
    storage = RestStorage(proxy.url)

    def losing(call):
        proxy.lose = 2
        return call()

    study_id = losing(lambda: storage.create_new_study([optuna.study.StudyDirection.MINIMIZE], "lossy"))
    assert storage.get_study_id_from_name("lossy") == study_id
    waiting = optuna.trial.create_trial(state=TrialState.WAITING)
    trials = [losing(lambda: storage.create_new_trial(study_id, waiting)) for _ in range(3)]
    assert [trial._trial_id for trial in storage.get_all_trials(study_id)] == trials
    assert losing(lambda: storage.set_trial_state_values(trials[0], TrialState.RUNNING)) is True
    losing(lambda: storage.set_trial_state_values(trials[0], TrialState.COMPLETE, [1.0]))
    assert storage.get_trial(trials[0]).value == 1.0
    losing(lambda: storage.delete_study(study_id))
    with pytest.raises(KeyError):
        storage.get_study_name_from_id(study_id)
    assert proxy.lost == 14
    proxy.listener.close()


def test_a_study_goes_on_through_the_server_s_crash_and_restart(tmp_path):
    file = tmp_path / "a.db"
    with serve(url_of(file)) as first:
        study = optuna.create_study(storage=RestStorage(first.url, retry_s=30))
        study.optimize(smooth, n_trials=3)
        first.kill()
        back = serve(url_of(file), port=first.port)
        threading.Timer(0.5, back.start).start()
        study.optimize(smooth, n_trials=3)
        assert [trial.number for trial in study.trials] == list(range(6))
        back.stop()


def test_a_server_that_is_away_is_named():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(ServerUnavailableError, match=url):
            RestStorage(url, retry_s=0.3).get_all_studies()


def strict(text):
    def refuse(constant):
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


def test_every_answer_is_strict_json_whatever_is_in_it(server):
    storage = RestStorage(server.url)
    study_id = storage.create_new_study([optuna.study.StudyDirection.MAXIMIZE], "\x00\x1f\u2028\U0001f600")
    nan, inf = float("nan"), float("inf")
    for setter in (storage.set_study_user_attr, storage.set_study_system_attr):
        setter(study_id, "k\u0000\"\\", {"a": [nan, inf, -inf], "b": "\u0000\ud7ff"})
    trial = storage.create_new_trial(study_id)
    storage.set_trial_param(trial, "c", 1, optuna.distributions.CategoricalDistribution([nan, inf, "\u0001"]))
    storage.set_trial_intermediate_value(trial, -1, nan)
    storage.set_trial_state_values(trial, TrialState.COMPLETE, [-inf])
    base = "/api/v1/storage"
    for path in ("/studies", f"/studies/{study_id}", f"/studies/{study_id}/trials", f"/trials/{trial}", "/trials/0", "/trials/x"):
        strict(ask(server.port, "GET", base + path).body)
    assert storage.get_trial(trial).value == -inf
