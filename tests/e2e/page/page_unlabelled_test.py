"""The page's view Advise without labels: what of the form stays, the answer, and the way back."""
import pytest
from browsing import CIFAR10, wait_for_answer
from page_advise_test import serious_faults
from page_fixtures import browser, open_page  # noqa: F401
from playwright.sync_api import expect


@pytest.fixture
def unlabelled(open_page):
    page = open_page(CIFAR10)
    wait_for_answer(page)
    page.get_by_label("No labels", exact=True).check()
    expect(page.locator("#verdict h2")).to_have_text("Try temperature 0.3 first, and 0.1 to 0.5 around it.")
    return page


def test_without_labels_the_form_asks_for_less_and_the_answer_is_about_the_temperature_alone(unlabelled):
    page = unlabelled
    for field in ("sampling", "target_within_class_variance", "instances_per_class", "loss_weight", "class_counts"):
        expect(page.locator(f"[data-field={field}]")).to_be_hidden()
    for field in ("batch_size", "dimension", "views", "convention", "temperature"):
        expect(page.locator(f"[data-field={field}]")).to_be_visible()
    expect(page.locator(".diagram-card")).to_be_hidden()
    expect(page.get_by_label("What are the embeddings for?")).to_be_hidden()
    expect(page.locator("#verdict .figures")).to_contain_text("Negatives that push")
    expect(page.locator("[data-card=other-temperatures] tbody tr")).to_have_count(9)
    expect(page.locator("[data-card=what-was-seen]")).to_contain_text("Wang and Liu")
    expect(page.locator("[data-card=what-to-type]")).to_contain_text("lightly")
    assert "labels=false" in page.url
    assert page.watch.errors == []


def test_a_temperature_of_ones_own_is_judged_and_survives_a_reload(unlabelled):
    page = unlabelled
    page.locator("#temperature").fill("0.02")
    expect(page.locator("#verdict h2")).to_contain_text("Temperature 0.02 lies outside 0.1 to 0.5")
    expect(page.locator("#verdict [data-code=few_negatives_push]")).to_be_visible()
    page.reload()
    expect(page.locator("#standing-unlabelled")).to_be_checked()
    expect(page.locator("#temperature")).to_have_value("0.02")
    expect(page.locator("#verdict h2")).to_contain_text("lies outside")


def test_a_fault_stands_at_its_field(unlabelled):
    page = unlabelled
    page.locator("#batch_size").fill("1")
    expect(page.locator("#batch_size-fault")).to_contain_text("ust be an integer >= 2")


def test_with_labels_again_the_diagram_is_there_again(unlabelled):
    page = unlabelled
    page.get_by_label("I start anew", exact=True).check()
    expect(page.locator(".diagram-card")).to_be_visible()
    expect(page.locator("#verdict .figures")).to_contain_text("Loss weight")
    assert "labels=" not in page.url


@pytest.mark.parametrize("width", [1280, 375])
def test_the_answer_without_labels_is_accessible_and_fits(unlabelled, width):
    page = unlabelled
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious_faults(page) == []
