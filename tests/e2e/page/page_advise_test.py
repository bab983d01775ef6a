"""The page's view Advise: slices, comparison, libraries, downloads; and the views as one page."""
import csv
import gzip
import io
import json
import os
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from browsing import PHONE, figures, wait_for_answer, wait_for_other_figures
from page_fixtures import browser, open_page  # noqa: F401
from playwright.sync_api import expect

VIEWS = ["/", "/validate", "/studies", "/audit"]


def saved(page, button):
    with page.expect_download() as caught:
        page.click(button)
    with open(caught.value.path(), "rb") as file:
        return caught.value.suggested_filename, file.read()


def test_slices_follow_the_advised_point_and_then_the_picked_one(open_page, server):
    page = wait_for_answer(open_page())
    charts = page.locator("#slices .chart")
    expect(charts).to_have_count(2)
    expect(charts.locator("canvas").first).to_be_visible()
    said = page.locator("#slices .setting")
    expect(said).to_contain_text("10 % more temperature: ")
    weight, temperature = (float(text) for text in figures(page)[:2])
    before, after = (page.request.post(server.url + "/api/v1/evaluations", data={
        "classes": 10, "batch_size": 512, "dimension": 128, "views": 2, "sampling": "random",
        "loss_weight": weight, "temperature": temperature * factor}).json()["estimated_within_class_variance"] for factor in (1, 1.1))
    told = re.search(r"10 % more temperature: (\S+) → (\S+);", said.inner_text())
    assert [float(number) for number in told.groups()] == pytest.approx([before, after], rel=0.01)
    expect(page.locator("#slices .keys").first).not_to_contain_text("large dimension")
    assert sliced(page, "temperature")[1] == pytest.approx(before, rel=0.01)
    page.locator("#diagram .u-over").click(position={"x": 300, "y": 300})  # collapsed there
    expect(page.locator("#slices")).to_contain_text("until the threshold is passed")
    assert page.watch.errors == []


SLICED = {"classes": 10, "batch_size": 512, "dimension": 128, "convention": "anchor_included", "sampling": "balanced"}


def sliced(page, name):
    """The point's value on the slice over `name`, as the chart says it."""
    labels = page.locator("#slices .chart-plot")
    expect(labels.first).to_have_attribute("aria-label", re.compile(r"At .* it is"))
    text = labels.nth(0 if name == "loss weight" else 1).get_attribute("aria-label")
    return [float(value) for value in re.search(rf"At {name} (\S+) it is (\S+)\.$", text).groups()]


@pytest.mark.parametrize("loss_weight, temperature", [(0.985, 5), (0.3, 0.1), (1, 0.004), (0.9, 0.001), (0.5, 3000)])
def test_slices_agree_with_the_evaluation_and_the_diagram_includes_the_point(open_page, server, loss_weight, temperature):
    page = wait_for_answer(open_page("/?" + urlencode(
        {**SLICED, "point_loss_weight": loss_weight, "point_temperature": temperature})))
    answer = page.request.post(server.url + "/api/v1/evaluations", data={
        **SLICED, "loss_weight": loss_weight, "temperature": temperature}).json()
    for name, value in (("loss weight", loss_weight), ("temperature", temperature)):
        assert sliced(page, name) == [value, pytest.approx(answer["estimated_within_class_variance"], rel=0.01)]
    threshold = re.search(r"up to a loss weight of (\S+)\. ", page.locator("#slices .chart-plot").first.get_attribute("aria-label"))
    assert float(threshold[1]) == pytest.approx(answer["loss_weight_threshold"], rel=0.01)
    _, rows = saved(page, "#download-csv")
    drawn = [float(row["temperature"]) for row in csv.DictReader(io.StringIO(rows.decode()))]
    assert min(drawn) <= temperature * 1.000001 and max(drawn) >= temperature * 0.999999
    assert page.watch.errors == []


def test_a_point_that_no_diagram_can_include_is_said_to_lie_outside(open_page):
    page = wait_for_answer(open_page("/?" + urlencode({**SLICED, "point_loss_weight": 0.5, "point_temperature": 20000})))
    expect(page.locator("#slices")).to_contain_text("outside the diagram")
    expect(page.locator("#slices .charts")).to_be_hidden()
    page.locator("#diagram .u-over").click(position={"x": 200, "y": 60})
    expect(page.locator("#slices .charts canvas").first).to_be_visible()
    expect(page.locator("#slices")).not_to_contain_text("outside")


def test_up_to_four_settings_stand_side_by_side_and_the_link_keeps_them(open_page):
    page = wait_for_answer(open_page())
    add = page.locator("#verdict button", has_text="Add to comparison")
    add.click()
    expect(page.locator("#verdict .actions")).to_contain_text("Added as setting 1")
    expect(page.locator("#diagram-legend")).to_contain_text("settings side by side")
    for x in (60, 120, 180, 240):
        page.locator("#diagram .u-over").click(position={"x": x, "y": 40})
        expect(page.locator("#point button").first).to_be_visible()
        page.locator("#point button", has_text="Add to comparison").click()
    headings = page.locator("#comparison thead th")
    expect(headings).to_have_count(4)
    expect(page.locator("#comparison-said")).to_have_text("4 settings are the most that fit: remove one first.")
    expect(page.locator("#comparison-said")).to_have_attribute("role", "status")
    scrolled = page.locator("#comparison-body > .table")
    assert [scrolled.get_attribute(name) for name in ("tabindex", "role", "aria-label")] == ["0", "region", "Compared settings"]
    rows = page.locator("#comparison-body tbody").inner_text()
    again = wait_for_answer(open_page(urlsplit(page.url)._replace(scheme="", netloc="").geturl()))
    expect(again.locator("#comparison thead th")).to_have_count(4)
    assert again.locator("#comparison-body tbody").inner_text() == rows
    again.locator("#comparison button").first.click()
    expect(again.locator("#comparison thead th")).to_have_count(3)
    assert len(parse_qs(urlsplit(again.url).query)["compare"]) == 3
    for _ in range(3):
        again.locator("#comparison button").first.click()
    expect(again.locator("#comparison")).to_be_hidden()
    assert page.watch.errors == again.watch.errors == []


def test_settings_of_different_problems_stand_side_by_side(open_page, server):
    page = wait_for_answer(open_page())
    add = page.locator("#verdict button", has_text="Add to comparison")
    add.click()
    before = figures(page)
    page.fill("#batch_size", "64")
    wait_for_other_figures(page, before)
    page.get_by_role("button", name="Added as setting 1").or_(add).click()
    expect(page.locator("#comparison-said")).to_have_text("Setting 2 is added.")
    page.get_by_role("button", name="Added as setting 2").or_(add).click()
    expect(page.locator("#comparison-said")).to_have_text("This one is there already: setting 2.")
    expect(page.locator("#comparison thead th")).to_have_count(2)
    rows = {row.locator("th").inner_text(): row.locator("td").all_inner_texts()
            for row in page.locator("#comparison tbody tr").all()}
    assert rows["Images a batch"] == ["512", "64"] and rows["Dimension"] == ["128", "128"]
    for column, batch_size in enumerate((512, 64)):
        advice = page.request.post(server.url + "/api/v1/recommendations", data={
            "classes": 10, "batch_size": batch_size, "dimension": 128, "views": 2, "sampling": "random"}).json()
        assert float(rows["Loss weight"][column]) == pytest.approx(advice["loss_weight"], rel=0.01)
        assert float(rows["Loss weight threshold"][column]) == pytest.approx(advice["loss_weight_threshold"], rel=0.01)
    assert page.watch.errors == []


def test_the_advice_is_saved_as_json_csv_and_png(open_page, server):
    page = wait_for_answer(open_page())
    name, text = saved(page, "#download-json")
    assert name == "ssem-10-classes-batch-512-dimension-128.json"
    assert json.loads(text)["loss_weight"] == pytest.approx(float(figures(page)[0]), rel=0.01)
    name, text = saved(page, "#download-csv")
    rows = list(csv.DictReader(io.StringIO(text.decode())))
    assert len(rows) == 64 * 96
    some = rows[3000]
    answer = page.request.post(server.url + "/api/v1/evaluations", data={
        "classes": 10, "batch_size": 512, "dimension": 128, "views": 2, "sampling": "random", "loss_weight": float(some["loss_weight"]),
        "temperature": float(some["temperature"])}).json()
    assert float(some["within_class_variance"]) == pytest.approx(answer["estimated_within_class_variance"], abs=1e-6)
    name, picture = saved(page, "#download-png")
    assert name.endswith(".png") and picture.startswith(b"\x89PNG") and len(picture) > 5000


def test_nothing_is_to_be_downloaded_before_there_is_an_answer(open_page):
    page = open_page("/?classes=&batch_size=512")
    buttons = page.locator(".diagram-card .downloads button")
    expect(page.locator("#verdict")).to_contain_text("Enter the number of classes")
    assert [button.is_disabled() for button in buttons.all()] == [True] * 4
    page.fill("#classes", "10")
    wait_for_answer(page)
    for button in buttons.all():
        expect(button).to_be_enabled()
    page.click("#advanced > summary")
    page.fill("#class_counts", ",".join(["50"] * 3000))  # an answer without a diagram
    expect(page.locator("#download-csv")).to_be_disabled()
    expect(page.locator("#download-json")).to_be_enabled()


def test_one_click_leads_from_the_advice_to_its_study(open_page):
    page = wait_for_answer(open_page("/?classes=10&batch_size=512&dimension=128&convention=dcl"))
    page.click("#tune-this")
    expect(page.locator("#view-studies")).to_be_visible()
    assert urlsplit(page.url).path == "/studies"
    assert parse_qs(urlsplit(page.url).query) == {
        "classes": ["10"], "batch_size": ["512"], "dimension": ["128"], "convention": ["dcl"], "sampling": ["random"]}
    assert page.watch.errors == []


def test_the_advice_can_be_validated_with_other_settings(open_page):
    page = wait_for_answer(open_page())
    page.click("#validate-otherwise")
    expect(page.locator("#validate-form")).to_contain_text("10 classes · 512 images a batch")
    expect(page.locator("#validate-recommended")).to_be_checked()
    page.go_back()
    wait_for_answer(page)
    page.locator("#diagram .u-over").click(position={"x": 200, "y": 60})
    page.locator("#point a", has_text="Check it by training").click()
    expect(page.locator("#validate-recommended")).not_to_be_checked()
    assert float(page.locator("#validate-temperature").input_value()) > 0
    assert page.watch.errors == []


def test_views_change_without_loading_the_page_and_go_back(open_page):
    page = wait_for_answer(open_page("/"))
    page.evaluate("window.sameDocument = true")
    for name in ("validate", "studies", "audit", "advise"):
        page.click(f"[data-view-link={name}] >> nth=0")
        expect(page.locator(f"#view-{name}")).to_be_visible()
        expect(page.locator(f".views [data-view-link={name}]")).to_have_attribute("aria-current", "page")
        assert page.locator("main > div:visible").count() == 1
    page.go_back()
    expect(page.locator("#view-audit")).to_be_visible()
    assert page.title() == "Audit · ssem"
    assert page.evaluate("window.sameDocument") is True
    assert page.watch.errors == []


@pytest.mark.parametrize("path", VIEWS)
def test_each_view_opens_at_its_address_on_a_phone_and_in_the_dark(open_page, path):
    page = open_page(path, viewport=PHONE, is_mobile=True, has_touch=True, color_scheme="dark")
    expect(page.locator("main > div:visible h2").first).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.watch.errors == []
    assert page.watch.foreign() == []


AXE = os.path.join(os.environ["SSEM_SOURCE_DIR"], "web/node_modules/axe-core/axe.min.js")


def serious_faults(page):
    with open(AXE, encoding="utf-8") as file:
        page.evaluate(file.read() + "\n;null")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [(fault["id"], fault["impact"], [node["html"][:120] for node in fault["nodes"]][:3])
            for fault in found if fault["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", VIEWS)
def test_axe_finds_no_serious_fault(open_page, path, scheme):
    page = open_page(path, color_scheme=scheme, bypass_csp=True)
    expect(page.locator("main > div:visible h2").first).to_be_visible()
    page.wait_for_timeout(500)
    assert serious_faults(page) == []


PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length === 1"


@pytest.mark.parametrize("path", VIEWS)
def test_the_first_paint_waits_for_no_script_and_nothing_jumps(browser, server, path):
    """How long it takes is page_paint.py's to say: a time would depend on what else the machine does."""
    context = browser.new_context()
    page = context.new_page()
    held = []
    page.route("**/app.js", lambda route: held.append(route))
    page.goto(server.url + path, wait_until="commit")
    page.wait_for_function(PAINTED)
    expect(page.locator("h1")).to_be_visible()
    name = path.strip("/") or "advise"
    for view in ("advise", "validate", "studies", "audit"):
        assert page.locator(f"#view-{view}").get_attribute("hidden") == (None if view == name else ""), view
    page.wait_for_timeout(200)
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator("main > div:visible h2").first).to_be_visible()
    page.wait_for_timeout(700)
    shift = page.evaluate("""() => new Promise(done => {
        let sum = 0;
        new PerformanceObserver(list => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value; })
            .observe({type: 'layout-shift', buffered: true});
        setTimeout(() => done(sum), 100);
    })""")
    assert shift < 0.1, shift
    context.close()


def test_a_script_that_never_arrives_is_said_to_be_missing(browser, server):
    context = browser.new_context()
    page = context.new_page()
    held = []
    page.route("**/app.js", lambda route: held.append(route))
    page.goto(server.url + "/studies", wait_until="commit")
    expect(page.locator(".loading-soon")).to_be_visible()
    expect(page.locator(".loading-late")).to_be_hidden()
    expect(page.locator(".loading-late")).to_be_visible(timeout=8000)
    expect(page.locator(".loading-late")).to_contain_text("reload the page")
    expect(page.locator(".loading-soon")).to_be_hidden()
    held[0].fallback()
    expect(page.locator("#loading")).to_have_count(0)
    context.close()


def test_all_assets_together_are_small(server, open_page):
    page = open_page("/")
    total = 0
    for path in (*VIEWS, "/app.js", "/style.css", "/favicon.svg"):
        total += len(gzip.compress(page.request.get(server.url + path).body()))
    assert total < 700_000


def test_what_a_cross_entropy_classifies_is_asked_once_it_has_a_weight_and_changes_what_is_said(open_page):
    page = wait_for_answer(open_page())
    page.locator("#advanced summary").click()
    expect(page.locator("#cross_entropy_head")).to_be_hidden()
    page.locator("#cross_entropy_weight").fill("0.5")
    warning = page.locator("#verdict [data-code^=cross_entropy]")
    expect(warning).to_be_visible()
    before = warning.inner_text()
    page.locator("#cross_entropy_head").select_option("separate")
    expect(warning).not_to_have_text(before)
    assert "cross_entropy_head=separate" in page.url
    page.reload()
    expect(page.locator("#cross_entropy_head")).to_have_value("separate")
