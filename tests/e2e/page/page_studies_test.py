"""The page's view Studies against the real server and the real trainer."""
import csv
import io
import json
import math
import re
import sqlite3

import pytest
from browsing import PHONE, wait_for_answer
from http_wire import ask
from page_advise_test import serious_faults
from page_fixtures import browser, open_page  # noqa: F401
from page_training import LONG_MS, server, slow, start  # noqa: F401
from playwright.sync_api import expect


def page_api(server, method, path, body):
    answer = ask(server.port, method, f"/api/v1/{path}", body)
    assert answer.status < 300, answer.json
    return answer.json


def test_a_study_is_created_run_stopped_continued_and_deleted_from_the_page(open_page, server):
    page = open_page("/studies")
    expect(page.locator("#study-list")).to_contain_text("There is no study yet")
    page.fill("#study-name", "mine <b>bold</b>")
    page.fill("#study-batch_size", "40")
    page.fill("#study-classes", "4")
    page.fill("#study-dimension", "16")
    page.fill("#study-run-trials", "5")
    page.click("#study-start")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    told = re.compile("(Best so far|The farthest of them from collapse): loss weight")  # chance decides how many come close
    expect(page.locator("#study-head")).to_contain_text(told)
    expect(page.locator("#study-head")).to_contain_text("distance of the within-class variance from 0.3, the smaller the better")
    expect(page.locator("#study-head h2")).to_be_focused()
    expect(page.locator("#study-list a")).to_have_attribute("aria-current", "true")
    assert page.locator("#study-list tbody td").all_inner_texts()[1:] == ["Not running", "5", "5", "0", "0", "0", "0"]
    expect(page.locator("#study-trials tbody tr")).to_have_count(5)
    expect(page.locator("#study-plane canvas")).to_have_attribute("data-points", "5")
    expect(page.locator("#study-history canvas").first).to_be_visible()
    expect(page.locator("#study-parallel canvas")).to_be_visible()
    assert page.locator("#view-studies b").count() == 0
    page.click("#study-run")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "running")
    page.click("#study-run")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "stopped", timeout=LONG_MS)
    page.locator("#study-trials a").last.click()
    expect(page.locator("#validate-state")).to_be_visible()
    page.go_back()
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#study-delete")
    expect(page.locator("#study-list")).to_contain_text("There is no study yet")
    assert page.watch.errors == []


def test_what_can_be_pointed_at_is_read_below_the_diagram(open_page, server):
    page = open_page("/studies?classes=4&batch_size=40&dimension=16&sampling=balanced")
    page.fill("#study-run-trials", "1")
    page.click("#study-start")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    study = page.url.partition("id=")[2]
    trial = page.request.get(f"{server.url}/api/v1/studies/{study}/trials").json()["trials"][0]
    page.locator("#study-plane .readout").scroll_into_view_if_needed()
    box = page.locator("#study-plane canvas").bounding_box()
    across = 1 + math.log10(trial["params"]["temperature"]) / 2  # the axis goes from 0.01 to 1
    left, top, width, height = map(float, page.locator("#study-plane canvas").get_attribute("data-plot-area").split())
    page.mouse.move(box["x"] + left + across * width, box["y"] + top + (1 - trial["params"]["loss_weight"]) * height)
    expect(page.locator("#study-plane canvas")).to_have_attribute("data-best", "0")
    expect(page.locator("#study-plane .readout")).to_have_text(
        re.compile(r"Trial 0: value \S+, loss weight \S+, temperature \S+"))


def test_the_best_trial_is_one_that_meets_its_constraints(open_page, server):
    page = open_page("/studies")
    storage = f"{server.url}/api/v1/storage/studies"
    study = page.request.post(storage, data={"study_name": "constrained", "directions": ["minimize"]}).json()["study_id"]

    def add(value, constraint):
        attribute = {"key": "constraints", "value_json": f"[{constraint}]"}
        template = {"state": "COMPLETE", "values": [value], "system_attrs": [attribute]}
        assert page.request.post(f"{storage}/{study}/trials", data={"template_trial": template}).status == 201

    add(0.1, 1)
    page = open_page(f"/studies?id={study}")
    expect(page.locator("#study-head")).to_contain_text("No trial meets the constraints yet")
    add(0.4, 0)
    add(0.5, -1)
    page = open_page(f"/studies?id={study}")
    expect(page.locator("#study-head")).to_contain_text("value 0.4000 in trial 1")
    assert page.request.delete(f"{server.url}/api/v1/studies/{study}").status == 200


def studies_of(page, server):
    return page.request.get(f"{server.url}/api/v1/studies").json()["studies"]


def test_faults_of_a_study_stand_at_their_fields_and_leave_no_study(open_page, server):
    page = open_page("/studies")
    before = len(studies_of(page, server))
    faults = page.locator("#study-form .fault-summary")
    page.fill("#study-classes", "1")
    page.fill("#study-run-trials", "none")
    page.click("#study-start")
    expect(faults).to_contain_text("Trials must be an integer")
    expect(page.locator("#study-run-trials")).to_have_attribute("aria-invalid", "true")
    page.fill("#study-run-trials", "3")
    page.select_option("#study-objective", "linear_probe_accuracy")
    page.click("#study-start")
    expect(faults).to_contain_text("Data must name a data set")
    page.select_option("#study-objective", "within_class_variance_error")
    page.click("#study-form summary")
    page.fill("#study-target", "3")
    page.click("#study-form summary")
    page.click("#study-start")
    expect(faults).to_contain_text("Classes must be an integer >= 2")
    expect(page.locator("#study-classes")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#study-classes-fault")).to_contain_text("Must be an integer")
    expect(page.locator("#study-target-fault")).to_be_visible()  # More is open again
    faults.locator("button", has_text="Classes").click()
    expect(page.locator("#study-classes")).to_be_focused()
    assert len(studies_of(page, server)) == before


def test_a_study_whose_run_is_refused_is_taken_back(open_page, server):
    page = open_page("/studies")
    before = len(studies_of(page, server))
    page.route("**/run", lambda route: route.fulfill(
        status=400, json={"error": {"message": "no", "fields": [{"path": "/trials", "message": "are too many"}]}}))
    page.click("#study-start")
    expect(page.locator("#study-run-trials-fault")).to_contain_text("Are too many")
    assert len(studies_of(page, server)) == before


def test_a_study_that_was_never_started_says_so(open_page, server):
    page = open_page("/studies")
    made = page.request.post(f"{server.url}/api/v1/studies", data={"problem": {"classes": 4, "batch_size": 40}}).json()
    bare = page.request.post(f"{server.url}/api/v1/studies", data={}).json()
    page.goto(f"{server.url}/studies?id={made['study_id']}")
    expect(page.locator("#study-head")).to_contain_text("Not started")
    expect(page.locator("#study-history")).to_contain_text("No values yet")
    expect(page.locator("#study-parallel")).to_contain_text("No values yet")
    page.goto(f"{server.url}/studies?id={bare['study_id']}")
    expect(page.locator("#study-head")).to_contain_text("Driven from outside")
    expect(page.locator("#study-plane")).to_contain_text("No values yet")
    page.goto(f"{server.url}/studies?id=999")
    expect(page.locator("#study-head h2")).to_have_text("There is no study with the id 999.")
    expect(page.locator("#study-history")).to_be_hidden()
    expect(page.locator("#study-trials")).to_be_hidden()


def test_the_problem_of_an_address_fills_the_form_of_a_study(open_page):
    page = open_page("/studies?classes=7&instances_per_class=6&dimension=20&views=3&convention=dcl&sampling=random"
                     "&target_within_class_variance=0.2")
    expect(page.locator("#study-start")).to_be_visible()
    values = {name: page.locator(f"#study-{name}").input_value() for name in (
        "classes", "batch_size", "instances_per_class", "dimension", "views", "convention", "sampling", "target")}
    assert list(values.values()) == ["7", "", "6", "20", "3", "dcl", "random", "0.2"]
    expect(page.locator("#study-views")).to_be_visible()


def test_what_embeddings_are_for_goes_along_from_advise_and_trial_0_is_the_advice_for_it(open_page, server):
    page = wait_for_answer(open_page("/?classes=4&batch_size=40&dimension=16&sampling=balanced&dataset_instances_per_class=10"))
    page.select_option("#goal", "transfer")
    expect(page.locator("#tune-this")).to_have_attribute("href", re.compile("goal=transfer"))
    page.click("#tune-this")
    expect(page.locator("#study-goal")).to_have_value("transfer")
    target = next(row["target_within_class_variance"] for row in page.request.get(f"{server.url}/api/v1/goals").json()["goals"]
                  if row["goal"] == "transfer")
    expect(page.locator("#study-target")).to_have_attribute("placeholder", str(target))
    page.fill("#study-run-trials", "1")
    page.click("#study-start")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    path = f"{server.url}/api/v1/studies/{page.url.partition('id=')[2]}"
    study = page.request.get(path).json()
    assert study["plan"]["problem"]["goal"] == "transfer"
    assert page.request.get(f"{path}/run").json()["validation"]["target_within_class_variance"] == target
    [trial] = page.request.get(f"{path}/trials").json()["trials"]
    assert trial["user_attrs"]["measured"]["variance_tolerance"] >= 0.01
    advised = page.request.post(f"{server.url}/api/v1/recommendations", data=study["plan"]["problem"]).json()
    trial = page.request.get(f"{path}/trials").json()["trials"][0]
    assert trial["params"] == {name: advised[name] for name in ("loss_weight", "temperature")}
    assert page.watch.errors == []


def test_the_focus_stays_while_a_study_runs(open_page, slow):
    server = slow()
    page = open_page("/studies", url=server.url)
    page.click("#study-start")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "running")
    expect(page.locator("#study-head h2")).to_be_focused()
    for part in ("#study-run", "#study-list a", "#study-trials a >> nth=0"):
        page.locator(part).focus()
        focused = page.evaluate_handle("document.activeElement")
        for _ in range(2):
            with page.expect_response(lambda answer: answer.url.endswith("/trials")):
                pass
        page.wait_for_timeout(200)
        assert page.evaluate("focused => focused.isConnected && focused === document.activeElement", focused)
    page.click("#study-run")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "stopped", timeout=LONG_MS)
    assert page.watch.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_study_passes_axe_and_fits_a_phone(open_page, server, scheme):
    page = open_page("/studies?classes=4&batch_size=40&dimension=16&sampling=balanced", color_scheme=scheme, bypass_csp=True, viewport=PHONE)
    page.fill("#study-run-trials", "2")
    page.click("#study-start")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    table = page.locator("#study-list .table")
    assert table.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_trials_that_are_equal_within_the_tolerance_are_said_to_be_equal(open_page, server):
    made = page_api(server, "POST", "studies", {
        "study_name": "equal", "problem": {"classes": 4, "batch_size": 40, "dimension": 16, "sampling": "balanced"},
        "validation": {"objective": "within_class_variance_error"}})
    study = made["study_id"]
    page_api(server, "POST", f"studies/{study}/run", {"trials": 1})  # the advice
    page = open_page(f"/studies?id={study}")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    expect(page.locator("#study-head h2")).to_contain_text("Best so far")
    page_api(server, "POST", f"studies/{study}/enqueue", {"params": {"loss_weight": 0.2, "temperature": 0.168}})
    second = page_api(server, "POST", f"studies/{study}/ask", {})
    page_api(server, "POST", f"trials/{second['trial_id']}/tell", {"values": [0.00005]})  # nearer, by chance
    page.reload()
    expect(page.locator("#study-head h2")).to_contain_text("2 trials are equal within the tolerance of 0.015.")
    expect(page.locator("#study-head h2")).to_contain_text("(trial 0, the advice)")


def told_study(page, server, name):
    """A study of three trials that somebody told: the second is the best, the third failed."""
    study = page_api(server, "POST", "studies", {"study_name": name, "search_space": {
        "loss_weight": {"type": "float", "low": 0, "high": 1}, "head": {"type": "categorical", "choices": ["mlp", "linear"]}}})["study_id"]
    for weight, told in ((0.25, {"values": [0.5]}), (0.75, {"values": [0.02]}), (0.5, {"state": "FAIL"})):
        page_api(server, "POST", f"studies/{study}/enqueue", {"params": {"loss_weight": weight, "head": "mlp"}})
        asked = page_api(server, "POST", f"studies/{study}/ask", {})
        page_api(server, "POST", f"trials/{asked['trial_id']}/tell", told)
    return study


def test_trials_are_sorted_by_any_heading_and_shown_by_state(open_page, server):
    page = open_page("/studies")
    study = told_study(page, server, "to be sorted")
    page = open_page(f"/studies?id={study}")
    numbers = page.locator("#study-trials tbody td:first-child")
    expect(numbers).to_have_text(["2", "1", "0"])
    heading = page.locator("#study-trials th button")
    assert heading.all_inner_texts() == ["Trial", "State", "Value", "Loss weight", "Head", "Took"]
    heading.nth(2).click()
    expect(numbers).to_have_text(["1", "0", "2"])
    expect(page.locator("#study-trials th").nth(2)).to_have_attribute("aria-sort", "ascending")
    heading.nth(2).focus()
    page.keyboard.press("Enter")
    expect(numbers).to_have_text(["0", "1", "2"])  # the other way, and what has no value last
    expect(heading.nth(2)).to_be_focused()
    heading.nth(3).click()
    expect(numbers).to_have_text(["0", "2", "1"])
    page.select_option("#study-trials-state", "failed")
    expect(numbers).to_have_text(["2"])
    assert page.watch.errors == []


def test_trials_are_saved_as_csv_json_and_as_a_file_for_optuna(open_page, server, tmp_path):
    page = open_page("/studies")
    study = told_study(page, server, "to be saved / twice")
    page = open_page(f"/studies?id={study}")
    saved = {}
    for ending in ("csv", "json", "sqlite"):
        with page.expect_download() as caught:
            page.click(f"[data-export={ending}]")
        saved[ending] = (caught.value.suggested_filename, open(caught.value.path(), "rb").read())
    assert [name for name, _ in saved.values()] == ["to_be_saved_twice.csv", "to_be_saved_twice.json", "optuna.sqlite"]
    rows = list(csv.DictReader(io.StringIO(saved["csv"][1].decode())))
    assert [row["Number"] for row in rows] == ["0", "1", "2"]
    assert [trial["params"]["loss_weight"] for trial in json.loads(saved["json"][1])["trials"]] == [0.25, 0.75, 0.5]
    (tmp_path / "optuna.sqlite").write_bytes(saved["sqlite"][1])
    with sqlite3.connect(tmp_path / "optuna.sqlite") as copy:
        assert ("to be saved / twice",) in copy.execute("SELECT study_name FROM studies").fetchall()
    page.route("**/csv/*", lambda route: route.fulfill(status=404, json={"error": {"message": "it is gone"}}))
    page.click("[data-export=csv]")
    expect(page.locator("#study-trials .fault-summary")).to_contain_text("it is gone")


def test_the_history_is_read_in_the_logarithm_where_somebody_wants_that(open_page, server):
    page = open_page("/studies")
    study = told_study(page, server, "of two values")
    page = open_page(f"/studies?id={study}")
    choice = page.locator("#study-history-log")
    expect(choice).not_to_be_checked()  # 0.5 and 0.02 are less than two decades apart
    choice.check()
    expect(page.locator("#study-history canvas").first).to_be_visible()
    page_api(server, "POST", f"studies/{study}/enqueue", {"params": {"loss_weight": 0.1, "head": "linear"}})
    page.click("[data-view-link=studies] >> nth=0")
    page.go_back()
    expect(choice).to_be_checked()
    assert page.watch.errors == []


def test_a_study_without_a_name_gets_one_that_says_something(open_page, server):
    page = open_page("/studies?classes=4&batch_size=40&dimension=16&sampling=balanced")
    page.fill("#study-run-trials", "1")
    page.click("#study-start")
    expect(page.locator("#study-head")).to_contain_text(re.compile(r"4 classes, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), timeout=LONG_MS)
    nameless = page_api(server, "POST", "storage/studies", {"study_name": "no-name-a1f6133c-0f0e-4b8a-9f43-cc21a62fa4c1", "directions": ["minimize"]})
    page = open_page(f"/studies?id={nameless['study_id']}")
    expect(page.locator("#study-head")).to_contain_text("without a name (a1f6133c)")


def test_the_tolerance_is_the_one_that_a_trial_s_verdict_names(open_page, server):
    study = page_api(server, "POST", "studies", {
        "study_name": "of one tolerance", "problem": {"classes": 4, "batch_size": 40, "dimension": 16, "sampling": "balanced"},
        "validation": {"objective": "within_class_variance_error"}})["study_id"]
    page_api(server, "POST", f"studies/{study}/run", {"trials": 1})
    page = open_page(f"/studies?id={study}")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    trial, = ask(server.port, "GET", f"/api/v1/studies/{study}/trials").json["trials"]
    job = ask(server.port, "GET", f"/api/v1/validations/{trial['user_attrs']['validation_id']}").json
    verdicts = float(re.search(r"tolerance (\d\.\d+)", job["report"]["why"])[1])
    second = page_api(server, "POST", f"studies/{study}/ask", {})
    page_api(server, "POST", f"trials/{second['trial_id']}/tell", {"values": [0.0001]})
    page.reload()
    expect(page.locator("#study-head h2")).to_contain_text("equal within the tolerance of")
    shown = float(re.search(r"tolerance of (\d\.\d+)", page.locator("#study-head h2").inner_text())[1])
    assert shown == pytest.approx(verdicts, rel=0.05)  # the advice is predicted at the target
