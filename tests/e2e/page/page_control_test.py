"""The page's view Validate with a run whose loss weight is steered by a stand-in."""
import pytest
from browsing import PHONE
from page_advise_test import serious_faults
from page_fixtures import browser, open_page  # noqa: F401
from page_training import LONG_MS, SMALL, server, wait_for_points  # noqa: F401
from playwright.sync_api import expect
from served import Served
from stand_in_trainer import stand_in

STEERED = """
for step in range(1, 31):
    progress(step, 30, loss_weight=0.2 + 0.1 * step / 30)
    time.sleep(0.05)
told = report()
told["control"] = {{"target_within_class_variance": 0.3, "final_loss_weight": 0.3, "settled": {settled}}}
tell(event="finished", time_s=0.1, report=told)
"""


@pytest.fixture
def steered(open_page, tmp_path):
    """steered(settled): the form of a run on data, before a trainer that steers; and what the page asked for."""
    running = []

    def one(settled=True, **options):
        environment = stand_in(tmp_path, STEERED.format(settled=settled))
        running.append(Served("--data-dir", str(tmp_path / "data"), environment=environment).start())
        page = open_page("/audit", url=running[-1].url, **options)
        page.asked = []

        def ask(route):
            if route.request.method != "POST":
                return route.continue_()
            page.asked.append(route.request.post_data_json)
            return route.continue_()

        page.route("**/api/v1/validations", ask)
        page.goto(running[-1].url + SMALL)
        expect(page.locator("#validate-start")).to_be_enabled()
        return page

    yield one
    for each in running:
        each.kill()


def hold(page, variance):
    page.select_option("#validate-mode", "encoder")
    page.select_option("#validate-dataset", "gaussian_hierarchy")
    page.get_by_label("Hold the within-class variance at").fill(variance)
    page.click("#validate-start")
    wait_for_points(page, 3)


def test_a_variance_is_held_only_where_there_is_an_encoder(steered):
    page = steered()
    expect(page.locator("#validate-hold")).to_be_hidden()
    page.click("#validate-start")
    expect(page.locator("#validate-state")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    assert "control" not in page.asked[-1]
    page.goto(page.url.partition("?")[0] + "?" + SMALL.partition("?")[2])
    hold(page, "0.3")
    assert page.asked[-1]["control"] == {"target_within_class_variance": 0.3}
    assert page.asked[-1]["mode"] == "encoder"


def test_the_live_chart_has_the_variance_with_its_target_and_the_loss_weight(steered):
    page = steered()
    hold(page, "0.3")
    chart = page.locator(".held-variance")
    expect(chart.locator("canvas").first).to_be_visible()
    keys = ["within classes", "held at 0.3", "loss weight"]
    expect(chart.locator(".keys li")).to_have_text(keys)  # while it trains
    expect(page.locator("#validate-state")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    expect(chart.locator(".keys li")).to_have_text(keys)
    expect(chart.locator(".chart-plot")).to_have_attribute("aria-label", "Within-class variance with the target that it is held at, and the loss weight "
                                                           "that holds it. Variance within classes now 0.500, loss weight 0.300.")
    expect(page.locator("#validate-report")).to_contain_text("the loss weight settled at 0.300. That is the one to type for a plain run.")
    page.reload()
    expect(page.locator("#validate-hold")).to_have_value("0.3")
    expect(page.locator("#validate-state")).to_contain_text("variance within classes held at 0.3")
    assert page.watch.errors == []


def test_a_loss_weight_that_did_not_settle_is_not_one_to_type(steered):
    page = steered(settled=False)
    hold(page, "0.3")
    expect(page.locator("#validate-report")).to_contain_text("did not settle: it ended at 0.300", timeout=LONG_MS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_steered_run_passes_axe_and_fits_a_phone(steered, scheme):
    page = steered(color_scheme=scheme, bypass_csp=True, viewport=PHONE)
    hold(page, "0.3")
    expect(page.locator("#validate-report")).to_be_visible(timeout=LONG_MS)
    page.wait_for_timeout(300)
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_target_that_is_no_number_is_marked_at_its_field(steered):
    page = steered()
    page.route("**/api/v1/validations", lambda route: route.fulfill(status=400, json={"error": {
        "message": "no", "fields": [{"path": "/control/target_within_class_variance", "message": "must be a number, got much"}]}})
        if route.request.method == "POST" else route.continue_())
    page.select_option("#validate-mode", "encoder")
    page.fill("#validate-hold", "much")
    page.click("#validate-start")
    expect(page.locator("#validate-hold-fault")).to_contain_text("Must be a number")
    expect(page.locator("#validate-form .fault-summary")).to_contain_text("Hold the within-class variance at must be a number")
