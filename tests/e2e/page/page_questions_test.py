"""The card of other questions in Advise: a temperature that moves, labels on several levels."""
import pytest
from browsing import CIFAR10, wait_for_answer
from page_advise_test import serious_faults
from page_fixtures import browser, open_page  # noqa: F401
from playwright.sync_api import expect


@pytest.fixture
def asking(open_page):
    page = open_page(CIFAR10)
    wait_for_answer(page)
    expect(page.locator("[data-card=other-questions]")).to_be_visible()
    return page


def test_levels_are_answered_level_by_level_and_a_fault_is_said(asking):
    page = asking
    levels = page.locator("#ask-label_levels")
    levels.fill("20:1,5:0.5")
    levels.press("Enter")
    answer = page.locator("[data-answer=label_levels]")
    expect(answer.locator(".sentence")).to_have_text("Every level stays apart.")
    expect(answer.locator("tbody tr")).to_have_count(2)
    page.locator("#ask-label_levels-loss_weight").fill("0")
    levels.press("Enter")
    expect(answer.locator(".sentence")).to_contain_text("inside the classes of the level of 20")
    levels.fill("20:1,6:0.5")
    levels.press("Enter")
    expect(answer.locator(".fault")).to_contain_text("equally many classes")
    assert all("400" in str(error) for error in page.watch.errors)


def test_a_schedule_says_where_classes_collapse_and_what_to_type(asking):
    page = asking
    schedule = page.locator("#ask-temperature_schedule")
    schedule.fill("linear:0.1:50:1000")
    schedule.press("Enter")
    answer = page.locator("[data-answer=temperature_schedule]")
    expect(answer.locator(".sentence")).to_contain_text("its end among it")
    expect(answer.locator(".snippet")).to_have_count(5)
    expect(answer.locator("tbody tr")).to_have_count(9)
    # What was asked stands and is asked again with another batch.
    page.locator("#batch_size").fill("256")
    expect(page.locator("#ask-temperature_schedule")).to_have_value("linear:0.1:50:1000")
    expect(page.locator("[data-answer=temperature_schedule] .sentence")).to_be_visible()
    assert page.watch.errors == []


@pytest.mark.parametrize("width", [1280, 375])
def test_the_questions_are_accessible_and_fit(asking, width):
    page = asking
    page.locator("#ask-label_levels").fill("20:1,5:0.5")
    page.locator("#ask-label_levels").press("Enter")
    expect(page.locator("[data-answer=label_levels] tbody tr")).to_have_count(2)
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious_faults(page) == []
