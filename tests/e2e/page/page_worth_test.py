"""The page's view Advise: what the advice is worth, with the server's own table and the benchmark's own runs."""
import json
import os
from pathlib import Path

import pytest
from browsing import CIFAR10, PHONE, wait_for_answer
from page_advise_test import serious_faults
from page_fixtures import browser, open_page  # noqa: F401
from playwright.sync_api import expect

RESULTS = Path(os.environ["SSEM_SOURCE_DIR"]) / "tests/bench/advice/results.jsonl"
CARD = "[data-card=what-this-advice-is-worth]"


def test_own_runs_published_figures_and_what_speaks_against_the_advice_stand_on_the_page(open_page, server):
    page = wait_for_answer(open_page(CIFAR10))
    card = page.locator(CARD)
    lines = [json.loads(line) for line in RESULTS.read_text().splitlines()]
    free = [line for line in lines if not line["control"] and 0 < line["run"][2] < 1]
    steered = [line for line in lines if line["control"]]
    expect(card).to_contain_text(f"{len(free)} runs of small encoders")
    expect(card).to_contain_text(f"of {len(steered)} runs came within 0.03")
    expect(card.locator("figure").first.locator("g circle")).to_have_count(len(free) + len(steered))
    goals = page.request.get(server.url + "/api/v1/goals").json()["goals"]
    for goal in goals:
        if goal["target_within_class_variance"] is None:
            expect(card.locator("li", has_text=goal["verdict"])).to_be_visible()
    card.locator("summary").click()
    drawn = [goal for goal in goals if any(len(experiment["findings"]) > 1 for experiment in goal["experiments"])]
    expect(card.locator("details figure")).to_have_count(len(drawn))
    for goal in drawn:
        expect(card.locator("details figure", has_text=goal["experiments"][0]["source"]).first).to_be_visible()
    assert page.watch.errors == []


def test_the_table_of_goals_is_the_one_that_an_answer_speaks_from(open_page, server):
    page = open_page("/audit")
    told = page.request.post(server.url + "/api/v1/recommendations", data={"classes": 10, "batch_size": 512, "dimension": 128}).json()
    table = {goal["goal"]: goal for goal in page.request.get(server.url + "/api/v1/goals").json()["goals"]}
    assert set(table) == set(told["goals"])
    for name, goal in table.items():
        answer = told["goals"][name]
        assert answer["gain"].startswith(goal["verdict"]) and answer["evidence"] == goal["evidence"]
        assert answer["sources"] == [experiment["source"] for experiment in goal["experiments"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_the_advice_is_worth_passes_axe_and_fits_a_phone(open_page, scheme):
    page = wait_for_answer(open_page(CIFAR10, color_scheme=scheme, bypass_csp=True, viewport=PHONE))
    page.locator(f"{CARD} summary").click()
    page.wait_for_timeout(300)
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
