"""The page's view Validate against the real server and the real trainer."""
import os
import re

import pytest
from browsing import PHONE
from http_wire import ask
from page_advise_test import serious_faults
from page_fixtures import browser, open_page  # noqa: F401
from page_training import LONG_MS, SMALL, collapsed, server, slow, start, wait_for_points  # noqa: F401
from playwright.sync_api import expect
from served import Served


def test_a_whole_validation_from_the_click_to_the_verdict(open_page, server):
    page = open_page("/?classes=4&instances_per_class=10&dimension=16&sampling=balanced")
    page.click("#validate-this")  # and no other click
    expect(page.locator("#validate-state")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    expect(page.locator("#validate-state")).to_contain_text("Training does what theory predicts")
    job = page.request.get(f"{server.url}/api/v1/validations/{page.url.partition('id=')[2]}").json()
    assert job["verdict"] == "confirmed"
    expect(page.locator("#validate-state")).to_contain_text(job["report"]["why"])
    row = page.locator("#validate-report tr", has_text="Within-class variance").first.locator("td").all_inner_texts()
    assert [float(cell) for cell in row[1:]] == pytest.approx(
        [job["report"]["predicted"]["estimated_within_class_variance"], job["report"]["measured"]["within_class_variance"]], abs=6e-4)
    expect(page.locator(".embeddings-card canvas").first).to_have_attribute("data-points", "80")
    expect(page.locator("#validate-history tbody tr")).not_to_have_count(0)
    wait_for_points(page, 2)
    assert page.watch.errors == []
    assert page.watch.foreign() == []


def test_a_network_on_data_with_fine_classes(open_page, server):
    page = open_page(SMALL)
    page.select_option("#validate-mode", "encoder")
    page.select_option("#validate-dataset", "gaussian_hierarchy")
    page.select_option("#validate-budget-kind", "steps")
    page.fill("#validate-budget", "200")
    start(page)
    expect(page.locator("#validate-report")).to_be_visible(timeout=LONG_MS)
    expect(page.locator("#validate-report")).to_contain_text("Linear probe accuracy")
    page.select_option(".embeddings-card select", "fine")
    expect(page.locator(".embeddings-card .keys li")).to_have_count(13)  # twelve, and how many more
    for name in ("report.json", "curve.csv", "embeddings.npz"):
        with page.expect_download() as caught:
            page.click(f"[data-artifact='{name}']")
        assert caught.value.suggested_filename == name
        assert os.path.getsize(caught.value.path()) > 100
    assert page.watch.errors == []


def test_a_file_that_cannot_be_fetched_is_said_to_be_missing(open_page, server):
    page = open_page(SMALL)
    start(page)
    expect(page.locator("#validate-report")).to_be_visible(timeout=LONG_MS)
    faults = page.locator("#validate-state .fault-summary")
    page.route("**/artifacts/report.json", lambda route: route.fulfill(status=404, json={"error": {"message": "it is gone"}}))
    page.click("[data-artifact='report.json']")
    expect(faults).to_have_text("report.json was not saved:it is gone")
    with page.expect_download():
        page.click("[data-artifact='curve.csv']")
    expect(faults).to_have_count(0)
    page.route("**/artifacts/curve.csv", lambda route: route.abort())
    page.click("[data-artifact='curve.csv']")
    expect(page.locator("#away")).to_be_visible()
    assert not [error for error in page.watch.errors if "404" not in error and "ERR_FAILED" not in error]


def test_faults_of_the_form_are_the_server_s_words(open_page):
    page = open_page(SMALL)
    page.uncheck("#validate-recommended")
    page.fill("#validate-loss-weight", "2")
    page.fill("#validate-temperature", "<b>hot</b>")
    page.select_option("#validate-budget-kind", "steps")
    page.fill("#validate-budget", "-1")
    page.click("#validate-start")
    faults = page.locator("#validate-form .fault-summary")
    for words, field in (("Loss weight must be", "#validate-loss-weight"), ("Temperature must be", "#validate-temperature"),
                         ("How many must be", "#validate-budget")):
        expect(faults).to_contain_text(words)
        expect(page.locator(field)).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f"{field}-fault")).to_contain_text("Must be")
    faults.locator("button", has_text="Temperature").click()
    expect(page.locator("#validate-temperature")).to_be_focused()
    page.check("#validate-recommended")
    page.fill("#validate-budget", "5")
    page.click("#validate-start")
    expect(page.locator("#validate-state")).to_be_visible()
    assert page.locator("#validate-form [aria-invalid]").count() == 0


def test_what_is_refused_leaves_the_page_alone(open_page):
    page = open_page(SMALL)
    page.uncheck("#validate-recommended")
    page.fill("#validate-temperature", "<b>hot</b>")
    page.click("#validate-start")
    expect(page.locator("#validate-form .fault-summary")).to_contain_text("<b>hot</b>")
    assert page.locator("#validate-form b").count() == 0
    assert "id=" not in page.url


def test_models_that_cannot_read_a_data_set_are_not_offered(open_page):
    page = open_page(SMALL)
    page.select_option("#validate-mode", "encoder")
    page.select_option("#validate-dataset", "shapes")
    page.select_option("#validate-model", "small_cnn")
    page.select_option("#validate-dataset", "gaussian_hierarchy")
    expect(page.locator("#validate-model")).to_have_value("mlp")
    expect(page.locator("#validate-model option[value=resnet18]")).to_be_disabled()


def test_a_validation_that_fails_says_why_and_can_be_changed(open_page, server):
    job = ask(server.port, "POST", "/api/v1/validations", {
        "problem": {"classes": 4, "instances_per_class": 10, "dimension": 16}, "recommend": True, "mode": "encoder",
        "dataset": "gaussian_hierarchy", "model": {"kind": "resnet18"}, "budget": {"steps": 7}, "seed": 5}).json
    page = open_page(f"/validate?id={job['id']}")
    expect(page.locator("#validate-state")).to_have_attribute("data-state", "failed", timeout=LONG_MS)
    expect(page.locator("#validate-state .fault-summary")).to_contain_text(re.compile("image|model", re.I))
    page.click("text=Change and start again")
    expect(page.locator("#validate-form")).to_contain_text("4 classes")
    assert "train_temperature" in page.url
    for _ in range(2):  # the address alone is enough
        assert [page.locator(f"#validate-{name}").input_value() for name in ("mode", "dataset", "budget-kind", "budget", "seed")] == [
            "encoder", "gaussian_hierarchy", "steps", "7", "5"]
        page.reload()
        expect(page.locator("#validate-start")).to_be_enabled()


def test_the_form_beside_a_run_is_that_run_s(open_page, slow):
    server = slow()
    page = open_page(SMALL, url=server.url)
    page.select_option("#validate-mode", "encoder")
    page.select_option("#validate-dataset", "gaussian_hierarchy")
    page.select_option("#validate-budget-kind", "seconds")
    page.fill("#validate-budget", "60")
    start(page)
    wait_for_points(page, 2)
    expect(page.locator("#validate-state")).to_contain_text(re.compile(r"\d+ s left|1 min left"))
    assert 0 < float(page.locator("#validate-state progress").get_attribute("value")) < 0.5
    page.reload()
    expect(page.locator("#validate-form")).to_contain_text("4 classes")
    expect(page.locator("#validate-mode")).to_have_value("encoder")
    expect(page.locator("#validate-budget")).to_have_value("60")
    assert page.watch.errors == []


def test_the_focus_stays_where_it_is_while_a_run_goes_on(open_page, slow):
    server = slow()
    page = open_page(SMALL, url=server.url)
    start(page)
    wait_for_points(page, 2)
    link = page.locator("#validate-history a").first
    link.focus()
    wait_for_points(page, 20)  # the list has been asked for again meanwhile
    expect(link).to_be_focused()
    page.focus("text=Cancel")
    wait_for_points(page, 24)
    expect(page.locator("text=Cancel")).to_be_focused()


def test_a_reload_in_the_middle_goes_on(open_page, slow):
    server = slow()
    page = open_page(SMALL, url=server.url)
    start(page)
    wait_for_points(page, 5)
    page.reload()
    wait_for_points(page, 8)  # what came before is there again, and more comes
    expect(page.locator("#validate-state progress")).to_be_visible()
    expect(page.locator("#validate-state")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    assert page.watch.errors == []


def test_a_server_that_is_killed_and_started_again_in_the_middle(open_page, slow):
    server = slow()
    page = open_page(SMALL, url=server.url)
    start(page)
    wait_for_points(page, 5)
    server.kill()
    expect(page.locator("#away")).to_be_visible(timeout=15_000)
    slow(port=server.port)
    expect(page.locator("#away")).to_be_hidden(timeout=15_000)
    expect(page.locator("#validate-state")).to_contain_text("Taken up again after a restart", timeout=15_000)
    expect(page.locator("#validate-state")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    assert page.watch.foreign() == []


def test_two_tabs_see_the_same_run_and_one_cancels_it(open_page, slow):
    server = slow()
    first = open_page(SMALL, url=server.url)
    start(first)
    wait_for_points(first, 3)
    second = open_page("/validate?" + first.url.partition("?")[2], url=server.url)
    wait_for_points(second, 3)
    second.click("text=Cancel")
    for page in (first, second):
        expect(page.locator("#validate-state")).to_have_attribute("data-state", "cancelled", timeout=LONG_MS)
        assert page.watch.errors == []


def test_history_is_listed_opened_and_removed(open_page, slow):
    server = slow()
    page = open_page("/validate", url=server.url)
    expect(page.locator("#validate-history")).to_contain_text("Nothing has been validated here yet")
    start(page)
    expect(page.locator("#validate-history tbody tr")).to_have_count(1)
    page.click("[data-view-link=validate] >> nth=0")
    expect(page.locator("#validate-history")).to_contain_text("Confirmed", timeout=LONG_MS)
    page.locator("#validate-history a").click()
    expect(page.locator("#validate-report")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.locator("#validate-history button", has_text="Remove").click()
    expect(page.locator("#validate-history tbody tr")).to_have_count(1)
    page.once("dialog", lambda dialog: dialog.accept())
    page.locator("#validate-history button", has_text="Remove").click()
    expect(page.locator("#validate-history")).to_contain_text("Nothing has been validated here yet")
    assert "id=" not in page.url


@pytest.mark.parametrize("path", ["/validate?id=v-0000000000000000", "/validate?id=../../etc", "/studies?id=999", "/studies?id=x"])
def test_what_is_not_there_is_said_to_be_absent(open_page, path):
    page = open_page(path)
    expect(page.locator("main > div:visible")).to_contain_text(re.compile("no such|there is no|must be an integer", re.I))
    assert not [error for error in page.watch.errors if "40" not in error]


def test_a_server_without_a_trainer_says_so(open_page, tmp_path):
    with Served(environment={"SSEM_TRAIN": str(tmp_path / "absent")}) as server:
        page = open_page("/validate", url=server.url)
        expect(page.locator("#validate-form .fault-summary")).to_contain_text("without ssem-train")
        expect(page.locator("#validate-start")).to_be_disabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_results_of_every_view_pass_axe_and_fit_a_phone(open_page, server, collapsed, scheme):
    for viewport in (None, PHONE):
        options = {"color_scheme": scheme, "bypass_csp": True, **({"viewport": viewport} if viewport else {})}
        page = open_page(SMALL, **options)
        start(page)
        expect(page.locator("#validate-report")).to_be_visible(timeout=LONG_MS)
        page.wait_for_timeout(300)
        assert serious_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= (viewport or {"width": 1280})["width"]
        page.goto(server.url + "/audit")
        page.set_input_files("#audit-file", collapsed)
        expect(page.locator("#audit-classes")).to_be_visible(timeout=LONG_MS)
        assert serious_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= (viewport or {"width": 1280})["width"]


def test_everything_of_a_validation_works_by_keyboard(open_page):
    page = open_page(SMALL)
    expect(page.locator("#validate-start")).to_be_enabled()
    page.focus("#validate-recommended")
    for _ in range(20):
        if page.evaluate("document.activeElement.id") == "validate-start":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#validate-report")).to_be_visible(timeout=LONG_MS)


def test_a_key_is_asked_for_and_then_serves_streams_and_downloads(open_page, tmp_path):
    with Served("--api-key", "a-key-for-the-tests", "--data-dir", str(tmp_path / "data")) as server:
        page = open_page(SMALL, url=server.url)
        expect(page.locator("#key")).to_be_visible()
        page.fill("#key-input", "a-key-for-the-tests")
        page.keyboard.press("Enter")
        start(page)
        expect(page.locator("#validate-report")).to_be_visible(timeout=LONG_MS)
        expect(page.locator(".embeddings-card canvas").first).to_have_attribute("data-points", "80")
        page.evaluate("sessionStorage.clear()")
        page.click("[data-artifact='report.json']")
        expect(page.locator("#key")).to_be_visible()


def test_a_budget_names_no_number_that_only_the_trainer_knows(open_page):
    page = open_page(SMALL)
    usual = page.locator("#validate-budget-kind option").first
    expect(usual).to_have_text("until it settles")
    page.select_option("#validate-mode", "encoder")
    expect(usual).to_have_text("as long as the trainer usually takes")


def test_embeddings_are_shown_by_the_cosines_within_a_class_too(open_page, server):
    page = open_page(SMALL)
    start(page)
    expect(page.locator("#validate-report")).to_be_visible(timeout=LONG_MS)
    row = page.locator("#validate-report tr", has_text="Similarity within a class").locator("td").all_inner_texts()
    said = page.locator(".embeddings-card .histogram-plot canvas").get_attribute("aria-label")
    assert float(re.search(r"(0\.\d+) on average", said)[1]) == pytest.approx(float(row[2]), abs=0.02)
    expect(page.locator(".embeddings-card .note")).to_contain_text("Two images of one class have a cosine of")


def test_computed_numbers_are_short_in_their_fields_and_whole_in_the_request(open_page):
    page = open_page(SMALL + "&train_loss_weight=0.29710216106917542&train_temperature=0.16894526050686365")
    page.uncheck("#validate-recommended")
    expect(page.locator("#validate-loss-weight")).to_have_value("0.2971")
    with page.expect_request(lambda request: request.method == "POST" and request.url.endswith("/validations")) as asked:
        start(page)
    assert asked.value.post_data_json["temperature"] == 0.16894526050686365


def test_trials_stand_behind_one_s_own_runs_under_their_numbers(open_page, server):
    study = ask(server.port, "POST", "/api/v1/studies", {
        "study_name": "of trials", "problem": {"classes": 4, "batch_size": 40, "dimension": 16, "sampling": "balanced"},
        "validation": {"objective": "within_class_variance_error"}}).json["study_id"]
    ask(server.port, "POST", f"/api/v1/studies/{study}/run", {"trials": 1})
    page = open_page("/validate")
    folded = page.locator("#validate-history details.trials")
    expect(folded).to_contain_text("Trials of studies", timeout=LONG_MS)
    expect(folded.locator("table")).to_be_hidden()
    folded.locator("summary").click()
    expect(folded.locator("tbody tr").first).to_contain_text("trial 0 of of trials")
    trial = ask(server.port, "GET", f"/api/v1/studies/{study}/trials").json["trials"][0]
    assert trial["number"] == 0 and trial["trial_id"] != 0
