"""Whole numbers up to 2^63 - 1: the same in every storage, and no digit less where they are shown."""
import optuna
import pytest
from http_wire import ask
from optuna.distributions import IntDistribution
from optuna_served import serve, trials_of, url_of

from ssem_optuna import RestStorage, SsemClient

pytestmark = pytest.mark.filterwarnings("ignore")  # a double holds no 2^63 - 1: Optuna takes it for out of range
LARGEST = 2**63 - 1
SMALLEST = -(2**63)
RANGES = [(0, LARGEST), (SMALLEST, LARGEST), (2**53, 2**53 + 10), (LARGEST - 4096, LARGEST), (1, LARGEST)]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serve(url_of(tmp_path_factory.mktemp("integers") / "a.db")) as running:
        yield running
        assert running.stop() == 0


def searched(storage, low, high, log=False):
    study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=4))
    study.enqueue_trial({"seed": high})
    study.optimize(lambda trial: float(trial.suggest_int("seed", low, high, log=log)), n_trials=6)
    return study


@pytest.mark.parametrize("low, high", RANGES)
def test_a_seeded_study_is_the_same_as_in_memory_and_in_optuna_s_file(server, tmp_path, low, high):
    log = low == 1
    ours = searched(RestStorage(server.url), low, high, log)
    assert trials_of(ours.trials) == trials_of(searched(optuna.storages.InMemoryStorage(), low, high, log).trials)
    theirs = searched(url_of(tmp_path / "theirs.db"), low, high, log)
    assert trials_of(ours.trials) == trials_of(theirs.trials)
    assert ours.trials[0].distributions["seed"] == IntDistribution(low, high, log=log)


def test_a_study_is_copied_there_and_back(server):
    memory = optuna.storages.InMemoryStorage()
    first = searched(memory, SMALLEST, LARGEST)
    optuna.copy_study(from_study_name=first.study_name, from_storage=memory, to_storage=RestStorage(server.url), to_study_name="there")
    optuna.copy_study(from_study_name="there", from_storage=RestStorage(server.url), to_storage=memory, to_study_name="back")
    assert trials_of(optuna.load_study(study_name="back", storage=memory).trials) == trials_of(first.trials)


@pytest.mark.parametrize("low, high", RANGES)
def test_the_server_suggests_within_the_range(server, low, high):
    client = SsemClient(server.url)
    study = client.create_study(search_space={"seed": {"type": "int", "low": low, "high": high}})["study_id"]
    assert client.study(study)["plan"]["search_space"]["seed"]["attributes"] == {"log": False, "step": 1, "low": low, "high": high}
    for _ in range(8):
        trial = client.ask(study)
        assert isinstance(trial["params"]["seed"], int) and low <= trial["params"]["seed"] <= high
        client.tell(trial["trial_id"], float(trial["params"]["seed"]))


@pytest.mark.parametrize("given", [LARGEST, SMALLEST, 2**53 + 1, -(2**53) - 1, 1234567890123456789])
def test_a_queued_number_keeps_every_digit_through_ask_and_tell(server, given):
    client = SsemClient(server.url)
    study = client.create_study(search_space={"seed": {"type": "int", "low": SMALLEST, "high": LARGEST}})["study_id"]
    assert client.enqueue(study, {"seed": given})["params"] == {"seed": given}
    assert client.trials(study)[0]["params"] == {"seed": given}
    trial = client.ask(study)
    assert trial["params"] == {"seed": given}
    assert client.tell(trial["trial_id"], 1.0)["params"] == {"seed": given}


def test_the_dashboard_s_routes_keep_the_digits(server):
    study = searched(RestStorage(server.url), SMALLEST, LARGEST)
    detail = ask(server.port, "GET", f"/api/studies/{study._study_id}").json
    space = detail["union_search_space"][0]["distribution"]
    assert (space["low"], space["high"]) == (SMALLEST, LARGEST)
    shown = [trial["params"][0]["param_external_value"] for trial in detail["trials"]]
    assert shown[1:] == [str(trial.params["seed"]) for trial in study.trials[1:]]
    table = ask(server.port, "GET", f"/csv/{study._study_id}").body.decode()
    assert [line.split(",")[3] for line in table.splitlines()[1:]] == shown


def test_beyond_64_bits_is_refused_with_the_limit(server):
    answer = ask(server.port, "POST", "/api/v1/studies", {"search_space": {"x": {"type": "int", "low": 0, "high": 2**63}}})
    assert answer.status == 400
    storage = RestStorage(server.url)
    study = optuna.create_study(storage=storage)
    with pytest.raises(ValueError, match=r"2\^63 - 1"):
        study.ask({"x": IntDistribution(0, 2**63)})
