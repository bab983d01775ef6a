"""What the view Studies shows of trials that were told from outside: their own problem, every digit, what waits."""
import pytest
from page_fixtures import browser, open_page  # noqa: F401
from playwright.sync_api import expect
from served import Served

from ssem_optuna import SsemClient

LARGEST = 2**63 - 1


@pytest.fixture(scope="module")
def server():
    with Served("--log-level", "warn") as running:
        yield running
        assert running.stop() == 0


def told(server, **space):
    client = SsemClient(server.url)
    problem = {"classes": 10, "batch_size": 64, "dimension": 64}
    study = client.create_study(problem=problem, search_space=space, seed=2)["study_id"]
    client.enqueue(study, {"seed": LARGEST, "batch_size": 384})
    for value in (0.5, 0.1, 0.9):
        asked = client.ask(study)
        client.tell(asked["trial_id"], value)
    client.enqueue(study, {"seed": 1234567890123456789, "temperature": 0.25})
    return study, client.trials(study)


def test_a_study_whose_trials_have_problems_of_their_own_says_which_one_is_drawn(open_page, server):
    sizes = {"type": "categorical", "choices": [256, 384, 512]}
    study, trials = told(server, batch_size=sizes, seed={"type": "int", "low": 0, "high": LARGEST})
    page = open_page(f"/studies?id={study}")
    drawn = f"the grey is for batch size {trials[1]['params']['batch_size']}, as in trial 1"
    expect(page.locator("#study-plane")).to_contain_text(drawn)
    seeds = page.locator("#study-trials tbody tr").all_inner_texts()
    for row, trial in zip(seeds, reversed(trials)):
        assert str(trial["params"]["seed"]) in row.split("\t")
    assert str(LARGEST) in seeds[-1] and "1234567890123456789" in seeds[0] and "0.25" in seeds[0] and "waiting" in seeds[0]
    assert page.watch.errors == []


def test_a_study_of_one_problem_says_nothing_of_that(open_page, server):
    study, _ = told(server, seed={"type": "int", "low": 0, "high": LARGEST})
    page = open_page(f"/studies?id={study}")
    expect(page.locator("#study-plane")).to_contain_text("collapse boundary")
    expect(page.locator("#study-plane")).not_to_contain_text("the grey is for")
