"""The page for somebody who trains already: who they are, what it means, what to change to; and the first screen."""
import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from browsing import PHONE, figures, wait_for_answer
from page_advise_test import serious_faults
from page_fixtures import browser, open_page  # noqa: F401
from playwright.sync_api import expect

PROBLEM = {"classes": 100, "batch_size": 256, "dimension": 128, "views": 2}
WIRE_NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|`|\bE1\b")


def supcon(sampling="random", library="supcontrast", **more):
    return "/?" + urlencode({**PROBLEM, "sampling": sampling, "library": library, "library_temperature": "0.07", **more})


def advice(page, server, **fields):
    return page.request.post(server.url + "/api/v1/recommendations", data={**PROBLEM, **fields}).json()


def test_the_first_click_tells_the_plain_supcon_user_what_to_change_to(open_page, server):
    page = wait_for_answer(open_page())
    page.locator("label", has_text="I train already").click()
    expect(page.locator("#verdict .badge")).to_have_text("You: SupContrast (SupCon alone), temperature 0.07")
    expect(page.locator("#verdict h2")).to_have_text("Your classes collapse.")
    order = [page.locator("#verdict").inner_text().index(part) for part in (
        "You: SupContrast", "Your classes collapse", "What that means for you", "Change to", "Use it", "Copy for SupContrast", "Check both")]
    assert order == sorted(order)
    assert page.watch.errors == []


def test_the_two_ways_in_are_changed_by_keyboard(open_page):
    page = wait_for_answer(open_page())
    page.focus("#standing-anew")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#verdict h2")).to_have_text("Your classes collapse.")
    page.keyboard.press("Tab")
    expect(page.locator("#library")).to_be_focused()
    page.focus("#use-it")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict h2")).to_contain_text("Train with loss weight")


@pytest.mark.parametrize("sampling", ["random", "balanced"])
@pytest.mark.parametrize("library", ["supcontrast", "pytorch", "solo_learn"])
def test_the_diagram_stays_and_what_is_advised_is_no_collapse(open_page, server, sampling, library):
    page = wait_for_answer(open_page(supcon(sampling, library)))
    told = advice(page, server, sampling=sampling)
    assert [float(text) for text in figures(page)[:2]] == pytest.approx([told["loss_weight"], told["temperature"]], rel=0.01)
    expect(page.locator("#diagram-note")).to_be_hidden()
    expect(page.locator("#diagram-legend")).to_contain_text("you, and the way to what is recommended")
    page.locator("#diagram .u-over").click(position={"x": 240, "y": 120})
    row = page.locator(".comparison tbody tr", has_text="Within-class variance").locator("td")
    assert float(row.nth(1).inner_text()) > 0.1
    said = page.locator("#verdict").inner_text()
    assert "acts like" not in said and "collapse ends above" not in said
    assert page.watch.errors == []


def test_nothing_is_trained_until_both_are_asked_for(open_page):
    page = wait_for_answer(open_page(supcon()))
    started = []
    page.route("**/api/v1/validations", lambda route: (
        started.append(route.request.post_data_json),
        route.fulfill(status=202, json={"id": f"v-{len(started)}", "state": "queued"})) if route.request.method == "POST" else route.continue_())
    expect(page.locator("#verdict .primary")).to_have_text("Use it")
    assert page.locator("#verdict [data-start]").count() == 0
    page.click("#use-it")
    wait_for_answer(page)
    expect(page.locator("#verdict h2")).to_contain_text("Train with loss weight")
    expect(page.locator("#standing-anew")).to_be_checked()
    assert "library" not in parse_qs(urlsplit(page.url).query)
    expect(page.locator(".snippet", has_text="SupContrast").first.locator("pre")).to_be_visible()
    assert started == []
    page.go_back()
    page.click("#check-both")
    expect(page.locator("#view-validate")).to_be_visible()
    yours, advised = started
    assert yours["problem"]["convention"] == "supcon" and yours["temperature"] == 0.07
    assert advised["problem"]["convention"] == "anchor_excluded" and advised["loss_weight"] > 0.5


def test_the_lines_for_the_library_are_copied(open_page, server):
    page = wait_for_answer(open_page(supcon(), permissions=["clipboard-read", "clipboard-write"]))
    page.click("#copy-for-library")
    expect(page.locator("#copy-for-library")).to_have_text("Copied")
    lines, = [snippet["code"] for snippet in advice(page, server, sampling="random")["what_to_type"] if snippet["library"] == "SupContrast"]
    assert page.evaluate("navigator.clipboard.readText()") == lines


def test_the_libraries_are_those_of_the_server_and_what_it_says_of_one_is_what_the_page_says(open_page, server):
    page = wait_for_answer(open_page(supcon()))
    known = page.request.get(server.url + "/openapi.json").json()["components"]["schemas"]["LibraryName"]["enum"]
    offered = page.locator("#library option").evaluate_all("options => options.map(option => option.value)")
    assert sorted(offered) == sorted(known)
    page.fill("#library_temperature", "0.1")
    for library in known:
        weight = {} if library in ("solo_learn", "lightly", "moco_v3", "open_clip", "simcse", "pml_ntxent", "sincere") else {"library_loss_weight": 0.9}
        page.fill("#library_loss_weight", str(weight.get("library_loss_weight", "")))
        page.select_option("#library", library)
        told = advice(page, server, sampling="random", library=library, library_temperature=0.1, **weight)
        you = told["you"]
        sentence = "Your classes collapse." if you["collapsed"] else f"variance {you['within_class_variance']:#.3g} within a class"
        expect(page.locator("#verdict h2")).to_contain_text(sentence)
        expect(page.locator("#copy-for-library")).to_have_text(f"Copy for {told['change_to']['library']}")
    assert page.watch.errors == []


def test_a_loss_weight_that_a_library_has_no_place_for_is_refused_at_its_field(open_page):
    page = wait_for_answer(open_page(supcon(library="solo_learn")))
    page.fill("#library_loss_weight", "0.5")
    expect(page.locator("#library_loss_weight-fault")).to_contain_text("solo-learn has no loss weight")
    expect(page.locator("#library_loss_weight")).to_have_attribute("aria-invalid", "true")


@pytest.mark.parametrize("field, typed, words", [
    ("library_temperature", "cold", "must be a number"), ("library_temperature", "-1", "must be"), ("library_loss_weight", "7", "must be"),
    ("library_temperature", "", "is required")])
def test_nonsense_is_refused_at_its_field(open_page, field, typed, words):
    page = wait_for_answer(open_page(supcon(library="pytorch", library_loss_weight="0.5")))
    page.fill(f"#{field}", typed)
    expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(f"#{field}-fault")).to_contain_text(re.compile(words, re.I))
    page.fill(f"#{field}", "0.4")
    expect(page.locator("#verdict h2")).to_contain_text("classes")
    expect(page.locator(f"#{field}-fault")).to_be_hidden()


@pytest.mark.parametrize("convention, library", [("supcon", "pytorch"), ("supcon_in", "solo_learn")])
def test_an_old_address_of_a_loss_that_always_collapses_is_somebody_s_who_trains_it(open_page, convention, library):
    page = wait_for_answer(open_page("/?" + urlencode({**PROBLEM, "convention": convention})))
    expect(page.locator("#library")).to_have_value(library)
    expect(page.locator("#verdict h2")).to_have_text("Your classes collapse.")
    assert page.watch.errors == []


def test_one_image_of_each_class_is_not_called_class_collapse(open_page):
    page = open_page("/?classes=256&instances_per_class=1&dimension=128&sampling=balanced")
    expect(page.locator("#verdict h2")).to_contain_text("no class can collapse")
    expect(page.locator("#verdict .badge")).not_to_contain_text("collapse")
    expect(page.locator("#verdict .primary")).to_have_count(0)
    expect(page.locator("#verdict .actions")).not_to_contain_text("collapse")
    expect(page.locator("#diagram-note")).to_contain_text("No two images of a class meet")


def test_the_first_screen_says_what_the_loss_is_and_has_both_ways_in(open_page):
    page = wait_for_answer(open_page("/"))
    for part in (".formula[data-labelled]", ".sketch >> nth=0", ".sketch >> nth=1", ".standing", "#verdict h2"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] < 900, part
    assert page.locator(".formula[data-labelled]").inner_text().startswith("Loss = (1 − w) · SupCon term + w · SimCLR term")
    phone = wait_for_answer(open_page("/", viewport=PHONE, is_mobile=True, has_touch=True))
    expect(phone.locator("#short-answer")).to_contain_text("Loss weight 0.125, temperature 0.137")
    assert phone.locator("#short-answer").bounding_box()["y"] < PHONE["height"]


@pytest.mark.parametrize("path", [
    "/", supcon(), supcon("balanced", "solo-learn"), "/?classes=&class_counts=5000,500,50&batch_size=128&dimension=128",
    "/?classes=100&batch_size=256&dimension=20", "/validate", "/studies", "/audit"])
def test_no_name_of_the_wire_is_read_on_the_page(open_page, path):
    page = open_page(path)
    page.wait_for_timeout(900)
    page.evaluate("document.querySelectorAll('pre, code, .snippet .note').forEach(code => code.remove())")  # code has its own names
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    for own in ("#validate-dataset", "#validate-model", "#study-data"):  # the operator's names
        page.evaluate("own => document.querySelector(own)?.remove()", own)
    text = " ".join([page.locator("body").inner_text(), *page.locator("option").all_inner_texts()])
    assert WIRE_NAME.findall(text) == []


def test_what_the_closed_fold_holds_is_said_and_leaves_with_the_preset(open_page):
    page = wait_for_answer(open_page("/"))
    expect(page.locator("#verdict")).to_contain_text("5000 a class in the data set")
    page.fill("#classes", "4")
    expect(page.locator("#preset-said")).to_contain_text("5000 images a class")
    expect(page.locator("#dataset_instances_per_class")).to_have_value("")
    expect(page.locator("#verdict .setting").first).not_to_contain_text("in the data set")
    page.click("[data-preset=cifar100]")
    expect(page.locator("#preset-said")).to_be_empty()
    page.click("#advanced > summary")
    page.fill("#class_counts", "5000,500,50")
    for field in ("classes", "dataset_instances_per_class", "classes_per_batch"):
        expect(page.locator(f"#{field}")).to_be_disabled()
    expect(page.locator("#verdict .setting").first).to_contain_text("unequal classes")
    expect(page.locator("#fault-summary")).to_be_hidden()
    assert page.watch.errors == [] or all("400" in error for error in page.watch.errors)


def test_how_a_batch_is_drawn_is_said_wherever_the_server_would_take_it_otherwise(open_page):
    page = open_page("/about:blank")
    asked, answered = [], []
    page.on("request", lambda request: request.method == "POST" and asked.append((request.url, request.post_data_json)))
    page.on("response", lambda answer: answer.url.endswith("/recommendations") and answered.append(answer))
    page.goto(page.url.replace("/about:blank", "/"))
    wait_for_answer(page)
    with page.expect_request(lambda request: request.url.endswith("/evaluations") and "balanced" in request.post_data):
        page.locator("label", has_text="Equal classes").click()
    expect(page.locator("#verdict .setting").first).to_contain_text("equal classes")
    evaluated = [body for url, entry in asked if url.endswith("/evaluations") for body in entry.get("requests", [entry])]
    assert {body["sampling"] for body in evaluated} == {"random", "balanced"}
    assert [body.get("sampling") for url, body in asked if url.endswith("/recommendations")] == [None, "balanced"]
    assert [answer.json()["problem"]["sampling"] for answer in answered] == ["random", "balanced"]


@pytest.mark.parametrize("path", ["/", "/validate", "/studies", "/audit"])
def test_a_very_narrow_screen_is_not_scrolled_sideways(open_page, path):
    page = open_page(path, viewport={"width": 320, "height": 640})
    expect(page.locator("main > div:visible h2").first).to_be_visible()
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_paper_has_the_whole_diagram_the_lines_to_type_and_nothing_to_press(open_page):
    page = wait_for_answer(open_page())
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for part in (".masthead nav", "#problem", "#verdict .actions", ".downloads", "#copy-link"):
        expect(page.locator(part).first).to_be_hidden()
    expect(page.locator(".snippet pre").first).to_be_visible()
    expect(page.locator("[data-card=alternatives] tbody tr").first.locator("td").first).to_have_text(re.compile(r"0\.\d+"), use_inner_text=True)
    canvas = page.locator("#diagram canvas").bounding_box()
    card = page.locator(".diagram-card").bounding_box()
    assert canvas["x"] + canvas["width"] <= card["x"] + card["width"] + 1
    assert canvas["y"] + canvas["height"] <= card["y"] + card["height"]
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(page.locator(".snippet pre").first).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_answer_passes_axe(open_page, scheme):
    page = wait_for_answer(open_page(supcon(), color_scheme=scheme, bypass_csp=True))
    page.wait_for_timeout(300)
    assert serious_faults(page) == []


def test_what_was_assumed_is_said_and_the_other_way_to_draw_a_batch_is_one_click_away(open_page, server):
    page = wait_for_answer(open_page("/?" + urlencode({**PROBLEM, "sampling": "random"})))
    drawn, = [each for each in advice(page, server)["assumed"] if each["field"] == "sampling"]
    line = page.locator("#verdict .other-draw")
    expect(line).to_contain_text(f"it would be loss weight {drawn['otherwise']['loss_weight']:.3f}")
    expect(page.locator("[data-card=what-was-assumed]")).to_contain_text(drawn["why"])
    expect(page.locator("[data-card=what-was-assumed] dt", has_text="How a batch is drawn")).to_be_visible()
    line.locator("button").click()
    expect(page.locator("#verdict .setting").first).to_contain_text("equal classes")
    assert float(figures(page)[0]) == pytest.approx(drawn["otherwise"]["loss_weight"], rel=0.01)
    assert parse_qs(urlsplit(page.url).query)["sampling"] == ["balanced"]
    expect(line).to_have_count(0)
    assert page.watch.errors == []


def test_the_presets_are_the_server_s_own(open_page, server):
    page = wait_for_answer(open_page("/?classes=3&batch_size=30&dimension=20"))
    known = page.request.get(server.url + "/openapi.json").json()["components"]["schemas"]["PresetField"]["enum"]
    pills = page.locator("[data-preset]")
    assert sorted(pills.nth(each).get_attribute("data-preset") for each in range(pills.count())) == sorted(known)
    for name in known:
        problem = page.request.post(server.url + "/api/v1/evaluations", data={"preset": name, "loss_weight": 1, "temperature": 1}).json()["problem"]
        page.click(f"[data-preset={name}]")
        for field in ("classes", "batch_size", "dimension", "dataset_instances_per_class"):
            expect(page.locator(f"#{field}")).to_have_value(str(problem[field]))
        expect(page.locator(f"[data-preset={name}]")).to_have_attribute("aria-pressed", "true")
        assert parse_qs(urlsplit(page.url).query)["classes"] == [str(problem["classes"])]


def test_a_first_visit_while_the_server_is_away_is_filled_in_when_it_is_back(open_page):
    page = open_page("/audit")
    page.route("**/api/v1/evaluations", lambda route: route.abort())
    page.click("[data-view-link=advise]")
    expect(page.locator("#away")).to_be_visible()
    page.unroute("**/api/v1/evaluations")
    page.click("#away-retry")
    expect(page.locator("#classes")).to_have_value("10")
    wait_for_answer(page)
