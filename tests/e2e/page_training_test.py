"""The page's views Validate, Studies and Audit against the real server and the real trainer."""
import json
import math
import os
import re
import subprocess

import pytest
from playwright.sync_api import expect

from browsing import PHONE
from http_wire import ask
from page_advise_test import serious_faults
from page_fixtures import browser, open_page  # noqa: F401
from served import Served
from stand_in_trainer import stand_in

SMALL = "/validate?classes=4&instances_per_class=10&dimension=16&recommend=1"
LONG_MS = 60_000
SLOW = """
signal.signal(signal.SIGTERM, lambda *_: (tell(event="finished", time_s=1, report=report("inconclusive")), os._exit(3)))
for step in range(1, 61):
    progress(step, 60)
    time.sleep(0.1)
finish()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Served("--data-dir", str(tmp_path_factory.mktemp("data"))) as running:
        yield running
        assert running.stop() == 0


@pytest.fixture
def slow(tmp_path):
    """slow(port): a server whose trainer takes six seconds; its data stay between calls."""
    running = []

    def one(port=0):
        running.append(Served("--data-dir", str(tmp_path / "data"), port=port, environment=stand_in(tmp_path, SLOW)).start())
        return running[-1]

    yield one
    for each in running:
        each.kill()


def start(page):
    expect(page.locator("#validate-start")).to_be_enabled()
    page.click("#validate-start")
    expect(page.locator("#validate-state")).to_be_visible()


def wait_for_points(page, count):
    page.wait_for_function("count => Number(document.querySelector('.charts[data-points]')?.dataset.points) >= count", arg=count)


def test_a_whole_validation_from_the_click_to_the_verdict(open_page, server):
    page = open_page("/?classes=4&instances_per_class=10&dimension=16")
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
    expect(page.locator("#study-head")).to_contain_text("Best so far: loss weight")
    expect(page.locator("#study-head")).to_contain_text("distance of the within-class variance from 0.3, the smaller the better")
    expect(page.locator("#study-head h2")).to_be_focused()
    expect(page.locator("#study-list a")).to_have_attribute("aria-current", "true")
    assert page.locator("#study-list tbody td").all_inner_texts()[1:] == ["At rest", "5", "5", "0", "0", "0", "0"]
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
    page = open_page("/studies?classes=4&batch_size=40&dimension=16")
    page.fill("#study-run-trials", "1")
    page.click("#study-start")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    study = page.url.partition("id=")[2]
    trial = page.request.get(f"{server.url}/api/v1/studies/{study}/trials").json()["trials"][0]
    page.locator("#study-plane .readout").scroll_into_view_if_needed()
    box = page.locator("#study-plane canvas").bounding_box()
    across = 1 + math.log10(trial["params"]["temperature"]) / 2  # the axis goes from 0.01 to 1
    page.mouse.move(box["x"] + 62 + across * (box["width"] - 74),
                    box["y"] + 10 + (1 - trial["params"]["loss_weight"]) * (box["height"] - 50))
    expect(page.locator("#study-plane .readout")).to_have_text(
        re.compile(r"Trial 0: value \S+, loss weight \S+, temperature \S+"))


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
    page = open_page("/studies?classes=4&batch_size=40&dimension=16", color_scheme=scheme, bypass_csp=True, viewport=PHONE)
    page.fill("#study-run-trials", "2")
    page.click("#study-start")
    expect(page.locator("#study-head")).to_have_attribute("data-state", "finished", timeout=LONG_MS)
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    table = page.locator("#study-list .table")
    assert table.evaluate("element => element.scrollWidth <= element.clientWidth")


@pytest.fixture(scope="module")
def collapsed(tmp_path_factory):
    """A csv in which class 0 has collapsed and class 1 has not."""
    path = tmp_path_factory.mktemp("audit") / "mine.csv"
    lines = ["label,x,y,z"] + ["0,1,0,0"] * 12
    lines += [f"1,0,{0.8 if k % 2 else 0.6},{0.6 if k % 2 else -0.8}" for k in range(12)]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_an_audit_says_what_the_command_line_says(open_page, collapsed):
    page = open_page("/audit")
    page.set_input_files("#audit-file", collapsed)
    expect(page.locator("#audit-classes tbody tr")).to_have_count(2, timeout=LONG_MS)
    printed = subprocess.run([os.environ["SSEM_BINARY"], "audit", str(collapsed), "--json"], capture_output=True, text=True, check=True)
    report = json.loads(printed.stdout.splitlines()[-1])["report"]
    for sentence in report["diagnosis"]:
        expect(page.locator("#audit-diagnosis")).to_contain_text(sentence)
    expect(page.locator("#audit-classes")).to_contain_text("collapsed")
    expect(page.locator(".embeddings-card canvas").first).to_have_attribute("data-points", "24")
    page.select_option("#audit-order", "within_class_variance")
    variances = page.locator("#audit-classes tbody td:nth-child(3)").all_inner_texts()
    assert [float(text) for text in variances] == sorted(float(text) for text in variances)
    page.fill("#audit-temperature", "0.1")
    page.locator("#audit-temperature").blur()
    expect(page.locator("#audit-diagnosis")).to_contain_text("At temperature 0.1", timeout=LONG_MS)
    assert page.watch.errors == []


@pytest.mark.parametrize("name, content, words", [
    ("x.npz", b"PK nonsense", "zip"), ("x.csv", b"", "file"), ("x.csv", b"a,b\n1,2\n", "label"), ("x.parquet", b"x", ".npz, .csv or .safetensors"),
    ("x.csv", b"label,x\n\xff\xfe,1\n", "the file"), ("x.npz", b"\0" * (9 << 20), "more than 8 MiB"), ("x", b"x", ".npz, .csv or .safetensors"),
])
def test_bad_files_are_answered_in_words(open_page, tmp_path, name, content, words):
    page = open_page("/audit")
    (tmp_path / name).write_bytes(content)
    page.set_input_files("#audit-file", tmp_path / name)
    expect(page.locator("#audit-form .fault-summary")).to_contain_text(words, timeout=LONG_MS)
    assert not [error for error in page.watch.errors if "400" not in error]


def test_a_refused_field_is_marked_and_the_report_stays(open_page, collapsed, tmp_path):
    page = open_page("/audit")
    page.set_input_files("#audit-file", collapsed)
    expect(page.locator("#audit-classes tbody tr")).to_have_count(2, timeout=LONG_MS)
    asked = []
    page.on("request", lambda request: "/audits?" in request.url and asked.append(request.url))
    page.fill("#audit-loss-weight", "0.3")
    page.locator("#audit-loss-weight").blur()
    expect(page.locator("#audit-loss-weight-hint")).to_have_text("needs a temperature")
    page.fill("#audit-temperature", "cold")
    page.locator("#audit-temperature").blur()
    expect(page.locator("#audit-temperature")).to_have_attribute("aria-invalid", "true", timeout=LONG_MS)
    expect(page.locator("#audit-temperature-fault")).to_contain_text("number")
    described = page.locator("#audit-temperature").get_attribute("aria-describedby").split()
    assert "audit-temperature-fault" in described
    expect(page.locator("#audit-classes tbody tr")).to_have_count(2)
    page.fill("#audit-temperature", "0.1")
    page.locator("#audit-temperature").blur()
    expect(page.locator("#audit-diagnosis")).to_contain_text("At temperature 0.1", timeout=LONG_MS)
    expect(page.locator("#audit-temperature-fault")).to_be_hidden()
    assert page.locator("#audit-form [aria-invalid]").count() == 0
    assert ["loss_weight" in url for url in asked] == [False, True, True]
    (tmp_path / "empty.csv").write_text("label,x\n")
    page.set_input_files("#audit-file", tmp_path / "empty.csv")  # a refused file does empty the report
    expect(page.locator("#audit-form .fault-summary")).to_contain_text("no rows", timeout=LONG_MS)
    expect(page.locator("#audit-classes")).to_have_count(0)


def test_there_is_nothing_to_colour_where_nothing_is_drawn(open_page, tmp_path):
    page = open_page("/audit")
    rows = "\n".join(f"{k % 2},{k % 4},{k % 3},1" for k in range(12))
    (tmp_path / "fine.csv").write_text(f"label,fine_label,x,y\n{rows}\n")
    (tmp_path / "bad.npz").write_bytes(b"no zip")
    page.set_input_files("#audit-file", tmp_path / "fine.csv")
    choice = page.locator(".embeddings-card select")
    expect(choice).to_be_visible(timeout=LONG_MS)
    expect(page.locator("#audit-classes")).to_be_visible(timeout=LONG_MS)
    page.set_input_files("#audit-file", tmp_path / "bad.npz")
    expect(page.locator(".embeddings-card")).to_contain_text("Nothing is drawn")
    expect(choice).to_be_hidden()
    expect(page.locator("#audit-form .fault-summary")).to_contain_text("zip", timeout=LONG_MS)


def test_a_dropped_file_is_audited(open_page, collapsed):
    page = open_page("/audit")
    transfer = page.evaluate_handle("""text => { const transfer = new DataTransfer();
        transfer.items.add(new File([text], 'dropped.csv')); return transfer; }""", collapsed.read_text())
    page.dispatch_event("#audit-zone", "drop", {"dataTransfer": transfer})
    expect(page.locator("#audit-zone")).to_contain_text("dropped.csv")
    expect(page.locator("#audit-classes tbody tr")).to_have_count(2, timeout=LONG_MS)


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
