"""Optuna's own tests of a sampler, on ours, and what ours promises besides."""
import multiprocessing

import pytest

pytest.register_assert_rewrite("optuna.testing.pytest_samplers")

import optuna  # noqa: E402
from optuna.testing.pytest_samplers import (  # noqa: E402
    BasicSamplerTestCase,
    MultiObjectiveSamplerTestCase,
    RelativeSamplerTestCase,
)
from optuna_served import serve  # noqa: E402

from ssem_optuna import RestStorage, SsemClient, SsemSampler  # noqa: E402

pytestmark = [pytest.mark.none_skipped, pytest.mark.filterwarnings("ignore")]
PROBLEM = {"classes": 10, "batch_size": 512, "dimension": 128}
COUNTS = {"4.9.0": 126, "5.0.0": 126}


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


class TestSsemSampler(BasicSamplerTestCase, RelativeSamplerTestCase, MultiObjectiveSamplerTestCase):
    @pytest.fixture
    def sampler(self, server):
        return lambda: SsemSampler(server.url, seed=0)


def test_all_of_optuna_s_tests_are_here(request):
    if request.config.getoption("keyword") or "::" in " ".join(request.config.args):
        return  # somebody chose some of them
    collected = [item for item in request.session.items if getattr(item, "cls", None) is TestSsemSampler]
    assert len(collected) == COUNTS[optuna.__version__]


def pair(trial):
    return trial.suggest_float("loss_weight", 0, 1), trial.suggest_float("temperature", 0.01, 1, log=True)


def test_the_first_trial_is_the_recommendation_and_none_collapses(server):
    client = SsemClient(server.url)
    advice = client.recommend(PROBLEM)

    def objective(trial):
        loss_weight, temperature = pair(trial)
        evaluation = client.evaluate(PROBLEM, loss_weight=loss_weight, temperature=temperature)
        assert not evaluation["collapsed"] and not evaluation["view_split"]
        trial.suggest_categorical("optimizer", ["sgd", "adam"])
        return abs(evaluation["within_class_variance"] - 0.45)

    study = optuna.create_study(sampler=SsemSampler(server.url, problem=PROBLEM, seed=3))
    study.optimize(objective, n_trials=25)
    assert study.trials[0].params["loss_weight"] == advice["loss_weight"]
    assert study.trials[0].params["temperature"] == advice["temperature"]
    assert {trial.state for trial in study.trials} == {optuna.trial.TrialState.COMPLETE}
    assert study.best_value < 0.02


def test_a_narrow_range_moves_the_pair_together(server):
    def objective(trial):
        temperature = trial.suggest_float("temperature", 0.2, 0.5)
        trial.set_user_attr("pair", (trial.suggest_float("loss_weight", 0, 1), temperature))
        return 0.0

    study = optuna.create_study(sampler=SsemSampler(server.url, problem=PROBLEM, seed=3))
    study.optimize(objective, n_trials=1)
    loss_weight, temperature = study.trials[0].user_attrs["pair"]
    fixed = SsemClient(server.url).recommend(PROBLEM, temperature=temperature)
    assert temperature == 0.2
    assert loss_weight == pytest.approx(fixed["loss_weight"])


def test_a_seed_repeats_a_study_and_reseeding_ends_that(server):
    def values(reseed):
        sampler = SsemSampler(server.url, problem=PROBLEM, seed=5)
        if reseed:
            sampler.reseed_rng()
        study = optuna.create_study(sampler=sampler)
        study.optimize(lambda trial: sum(pair(trial)) + trial.suggest_float("x", 0, 1), n_trials=12)
        return [trial.params for trial in study.trials]

    first = values(reseed=False)
    assert values(reseed=False) == first
    assert values(reseed=True)[1:] != first[1:]


def test_foreign_parameters_go_to_the_sampler_that_was_given(server):
    class Nine(optuna.samplers.RandomSampler):
        def sample_independent(self, study, trial, name, distribution):
            return 9

    sampler = SsemSampler(server.url, problem=PROBLEM, independent_sampler=Nine())
    study = optuna.create_study(sampler=sampler)
    study.optimize(lambda trial: sum(pair(trial)) + trial.suggest_int("n", 1, 9), n_trials=1)
    assert study.trials[0].params["n"] == 9


def run_trials(url, path):
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
    study = optuna.load_study(study_name="s", storage=storage, sampler=SsemSampler(url, problem=PROBLEM, seed=1))
    study.sampler.reseed_rng()
    study.optimize(lambda trial: sum(pair(trial)), n_trials=5)


def test_it_serves_a_study_that_two_processes_keep_elsewhere(server, tmp_path):
    path = str(tmp_path / "journal")
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(path))
    study = optuna.create_study(study_name="s", storage=storage)
    workers = [multiprocessing.get_context("spawn").Process(target=run_trials, args=(server.url, path)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert sorted(trial.number for trial in study.trials) == list(range(10))


def mixed(trial):
    value = sum(pair(trial)) + trial.suggest_int("n", 1, 9) + (trial.suggest_categorical("k", ["a", None]) is None)
    trial.report(value, 0)
    if trial.number % 4 == 1:
        raise optuna.TrialPruned
    if trial.number % 7 == 3:
        raise ArithmeticError
    return value


def test_a_study_on_the_sampler_s_own_server_is_named_instead_of_sent(server):
    studies, sizes = [], []
    for storage in (optuna.storages.InMemoryStorage(), RestStorage(server.url)):
        sampler = SsemSampler(server.url, problem=PROBLEM, seed=11)
        send, sent = sampler._connection.send, []

        def counted(method, path, body, send=send, sent=sent):
            sent.append(body)
            return send(method, path, body)

        sampler._connection.send = counted
        study = optuna.create_study(storage=storage, sampler=sampler)
        study.enqueue_trial({"n": 3})
        study.optimize(mixed, n_trials=24, catch=ArithmeticError)
        studies.append(study)
        sizes.append([len(str(body)) for body in sent])
        assert all(("study_id" in body) == isinstance(storage, RestStorage) for body in sent)
    assert [trial.params for trial in studies[1].trials] == [trial.params for trial in studies[0].trials]
    assert max(sizes[1]) < 1000 < max(sizes[0])


def test_a_study_that_is_not_there_and_one_beside_a_history_are_refused(server):
    client = SsemClient(server.url)
    for body, error in (({"study_id": 10**9}, KeyError), ({"study_id": 1, "directions": ["minimize"]}, ValueError)):
        with pytest.raises(error):
            client._connection.send("POST", "/api/v1/suggestions", {"search_space": [], **body})
