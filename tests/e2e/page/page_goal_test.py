"""The page's view Advise: what the embeddings are for. The server's part of the answer is put in here."""
import pytest
from browsing import CIFAR10, PHONE, wait_for_answer
from page_advise_test import serious_faults
from page_fixtures import browser, open_page  # noqa: F401
from playwright.sync_api import expect

EXPECTED = {"within_class_variance": 0.08, "low": 0.05, "high": 0.12, "basis": "a fit"}
GOALS = {
    "same_labels": {"gain": "1 to 4 points less than at collapse", "evidence": "strong", "sources": ["a table"]},
    "fine_labels": {"gain": "up to 2 points more", "evidence": "medium", "sources": []},
}
CHOICES = [{"loss_weight": weight, "temperature": 0.1, "within_class_variance": variance, "expected_in_training": EXPECTED}
           for weight, variance in ((0.1, 0.1), (0.2, 0.3), (0.4, 0.5))]


@pytest.fixture
def answering(open_page, server):
    """answering(**fields): a page whose recommendations carry these too, and what it asked for."""
    def one(path=CIFAR10, added=None, **options):
        page = open_page("/audit", **options)
        page.asked = []

        def answer(route):
            body = route.request.post_data_json
            page.asked.append(dict(body))
            body.pop("goal", None)
            told = page.request.post(server.url + "/api/v1/recommendations", data=body).json()
            for own in ("expected_in_training", "goals", "choices"):
                told.pop(own, None)
            route.fulfill(json={**told, **(added or {})})

        page.route("**/api/v1/recommendations", answer)
        page.goto(server.url + path)
        return wait_for_answer(page)
    return one


def test_the_goal_is_asked_in_words_and_sent_once_it_is_known(answering):
    page = answering()
    assert "goal" not in page.asked[-1]
    page.get_by_label("What are the embeddings for?").select_option(label="other data sets and tasks")
    expect(page.locator("#goal")).to_have_value("transfer")
    page.wait_for_url("**goal=transfer**")
    page.wait_for_timeout(500)
    assert page.asked[-1]["goal"] == "transfer"
    page.reload()
    expect(page.locator("#goal")).to_have_value("transfer")
    page.select_option("#goal", "unknown")
    page.wait_for_timeout(500)
    assert "goal" not in page.asked[-1] and "goal=" not in page.url
    assert page.watch.errors == []


def test_what_an_answer_says_of_goals_is_shown_in_words(answering):
    page = answering(added={"expected_in_training": EXPECTED, "goals": GOALS, "choices": CHOICES})
    expect(page.locator("#verdict .expected")).to_contain_text("; in training usually 0.05 to 0.12.")
    card = page.locator("[data-card=what-this-point-is-good-for]")
    expect(card).to_contain_text("Finer classes within them, few examples")
    expect(card.locator("tbody tr")).to_have_count(2)
    expect(card.locator("tbody tr").first).to_contain_text("1 to 4 points less than at collapse a table")
    choices = page.locator("[data-card=points-to-choose-from]")
    expect(choices.locator("tbody tr")).to_have_count(3)
    choices.locator("button").nth(1).click()
    expect(page.locator("#point .comparison")).to_contain_text("0.200")
    assert page.watch.errors == []


def test_an_answer_that_says_nothing_of_goals_shows_nothing(answering):
    page = answering()
    for part in (".expected", "[data-card=what-this-point-is-good-for]", "[data-card=points-to-choose-from]"):
        expect(page.locator(part)).to_have_count(0)


def test_the_servers_own_words_for_a_goal_reach_the_page(open_page):
    page = wait_for_answer(open_page(CIFAR10))
    expect(page.locator("#verdict .expected")).to_contain_text("in training usually")
    expect(page.locator("[data-card=points-to-choose-from] tbody tr")).to_have_count(3)
    effects = page.locator("[data-card=what-this-point-is-good-for] tbody tr")
    expect(effects).to_have_count(5)
    page.select_option("#goal", "same_labels")
    expect(effects.first).to_contain_text("Plain SupCon is the right choice")
    expect(page.locator("[data-card=points-to-choose-from]")).to_have_count(0)
    assert page.watch.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_goals_pass_axe_and_fit_a_phone(answering, scheme):
    page = answering(added={"expected_in_training": EXPECTED, "goals": GOALS, "choices": CHOICES}, color_scheme=scheme, bypass_csp=True, viewport=PHONE)
    page.wait_for_timeout(300)
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
