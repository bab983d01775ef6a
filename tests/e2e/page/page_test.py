"""The page in a real Chromium against the real server."""
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import PHONE, asks, figures, picture, wait_for_answer, wait_for_other_figures
from page_fixtures import browser, open_page  # noqa: F401
from playwright.sync_api import expect
from served import Served


def test_first_visit_shows_an_answer_without_errors_or_foreign_requests(open_page, tmp_path):
    page = wait_for_answer(open_page("/"))
    expect(page.locator("#verdict .sentence")).to_contain_text("Train with loss weight")
    expect(page.locator("[data-preset=cifar10]")).to_have_attribute("aria-pressed", "true")
    assert picture(page, tmp_path, "first").stat().st_size > 10_000
    assert page.watch.errors == []
    assert page.watch.foreign() == []


def test_policy_forbids_everything_that_is_not_our_own(open_page, server):
    page = open_page("/")
    headers = page.request.get(server.url + "/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    wait_for_answer(page)
    ran = page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'window.inlineScriptRan = true';
        document.body.append(script);
        return window.inlineScriptRan === true;
    }""")
    assert not ran


def test_recommendation_agrees_with_the_api(open_page, server):
    page = wait_for_answer(open_page())
    answer = page.request.post(server.url + "/api/v1/recommendations",
                               data={"classes": 10, "batch_size": 512, "dimension": 128, "views": 2, "sampling": "random"}).json()
    loss_weight, temperature, _ = (float(text) for text in figures(page))
    assert loss_weight == pytest.approx(answer["loss_weight"], rel=0.01)
    assert temperature == pytest.approx(answer["temperature"], rel=0.01)
    for reason in answer["why"]:
        expect(page.locator("[data-card=why]")).to_contain_text(reason)
    assert page.locator("[data-card=what-to-type] .snippet").count() == len(answer["what_to_type"])
    tuners = page.locator("[data-card=for-your-tuner] .snippet .library").all_inner_texts()
    assert tuners == [lines["tuner"] for lines in answer["tuner_prior"]["lines"]]
    assert page.locator("[data-card=alternatives] tbody tr").count() == len(answer["alternatives"])
    limits = page.locator("[data-card=lowest-safe-temperatures] tbody td:not(:first-child)").all_inner_texts()
    assert len([limit for limit in limits if limit != "–"]) == len(answer["numerics"])
    too_low = [limit for limit in answer["numerics"] if limit["lowest_safe_temperature"] > answer["temperature"]]
    assert len([limit for limit in limits if limit.endswith("*")]) == len(too_low)
    expect(page.locator("#verdict")).to_contain_text("weight of the self-supervised term")


def test_typing_changes_the_answer_and_the_address(open_page):
    page = wait_for_answer(open_page())
    before = figures(page)
    page.fill("#classes", "100")
    wait_for_other_figures(page, before)
    assert parse_qs(urlsplit(page.url).query)["classes"] == ["100"]
    assert page.watch.errors == []


def test_a_preset_fills_the_form(open_page):
    page = wait_for_answer(open_page())
    before = figures(page)
    page.click("[data-preset=imagenet1k]")
    wait_for_other_figures(page, before)
    expect(page.locator("#classes")).to_have_value("1000")
    expect(page.locator("#batch_size")).to_have_value("4096")


def test_a_link_reproduces_the_page(open_page):
    page = wait_for_answer(open_page("/"))
    page.check("input[name=batch_given_as][value=instances_per_class]", force=True)
    page.fill("#instances_per_class", "20")
    page.select_option("#convention", "anchor_included")
    page.check("input[name=sampling][value=balanced]", force=True)
    page.fill("#target_within_class_variance", "0.2")
    page.click("#advanced > summary")
    with page.expect_response(lambda answer: asks(answer.request, dataset_instances_per_class=600)):
        page.fill("#dataset_instances_per_class", "600")
    expect(page.locator("#verdict")).to_contain_text("target 0.2")
    page.locator("#diagram .u-over").click(position={"x": 200, "y": 60})
    expect(page.locator(".comparison")).to_be_visible()
    link, shown, point = page.url, figures(page), page.locator(".comparison").inner_text()
    again = wait_for_answer(open_page(urlsplit(link)._replace(scheme="", netloc="").geturl()))
    expect(again.locator(".comparison")).to_be_visible()
    assert figures(again) == shown
    assert again.locator(".comparison").inner_text() == point
    expect(again.locator("#instances_per_class")).to_have_value("20")
    expect(again.locator("#convention")).to_have_value("anchor_included")
    expect(again.locator("#dataset_instances_per_class")).to_have_value("600")
    assert again.url == link


def test_each_convention_is_explained_in_one_sentence(open_page):
    page = wait_for_answer(open_page())
    sentences = set()
    for convention in ("anchor_excluded", "anchor_included", "dcl", "cross_view"):
        page.select_option("#convention", convention)
        sentences.add(page.locator("#convention-hint").inner_text())
        picture = page.locator("#convention-picture svg")
        assert picture.locator("rect").count() == 12
        assert picture.locator("rect.out").count() == (5 if convention == "cross_view" else 0)
        assert "One view among 12" in picture.get_attribute("aria-label")
    assert len(sentences) == 4
    assert all(len(sentence) > 40 for sentence in sentences)


def test_invalid_input_shows_the_servers_words_at_its_field(open_page):
    page = wait_for_answer(open_page())
    page.fill("#classes", "1")
    page.fill("#batch_size", "many")
    expect(page.locator("#classes-fault")).to_contain_text("got 1")
    expect(page.locator("#batch_size-fault")).to_contain_text("many")
    expect(page.locator("#classes")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#fault-summary")).to_contain_text("2 values need a change")
    page.fill("#classes", "10")
    page.fill("#batch_size", "512")
    expect(page.locator("#classes-fault")).to_be_hidden()
    expect(page.locator("#fault-summary")).to_be_hidden()
    wait_for_answer(page)


def test_hostile_input_stays_text(open_page):
    page = wait_for_answer(open_page())
    page.fill("#classes", "<img src=x onerror=alert(1)>")
    expect(page.locator("#classes-fault")).to_contain_text("<img")
    assert page.locator("#problem img").count() == 0


def test_an_unfinished_form_asks_for_what_is_missing(open_page):
    page = wait_for_answer(open_page())
    page.fill("#classes", "")
    expect(page.locator("#verdict")).to_contain_text("Enter the number of classes")
    expect(page.locator("#diagram-note")).to_be_visible()
    assert page.watch.errors == []


def test_an_unreachable_target_is_an_answer(open_page):
    page = wait_for_answer(open_page("/?classes=1000&batch_size=2000&dimension=2048&sampling=balanced&target_within_class_variance=0.95"))
    expect(page.locator("#verdict .badge")).to_have_text(re.compile("Target out of reach|Classes collapse"))
    expect(page.locator("#verdict .help li").first).to_be_visible()
    assert page.watch.errors == []


def test_copying_a_snippet_and_the_link(open_page, server):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    wait_for_answer(page)
    answer = page.request.post(server.url + "/api/v1/recommendations",
                               data={"classes": 10, "batch_size": 512, "dimension": 128, "views": 2, "sampling": "random"}).json()
    for index, snippet in enumerate(answer["what_to_type"]):
        button = page.locator(".snippet").nth(index).locator("button")
        button.click()
        expect(button).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == snippet["code"]
    page.click("#copy-link")
    expect(page.locator("#copy-link")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_everything_works_by_keyboard(open_page):
    page = wait_for_answer(open_page())
    before = figures(page)
    page.focus("#classes")
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    page.keyboard.press("Enter")
    wait_for_other_figures(page, before)
    seen = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        name = page.evaluate("(({id, name, className}) => id || name || className)(document.activeElement)")
        seen.add(name)
        outlined = page.evaluate("""() => {
            const element = document.activeElement;
            const shown = element.matches('input[type=radio]') ? element.nextElementSibling : element;
            return getComputedStyle(shown).outlineStyle;
        }""")
        assert outlined != "none", f"no visible focus on {name}"
        if name == "diagram":
            break
    assert {"convention", "sampling", "target_within_class_variance", "held", "diagram"} <= seen
    for key in ("ArrowRight", "Shift+ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("#diagram-readout")).to_contain_text("variance")
    reading = page.locator("#diagram-readout").inner_text()
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("#diagram-readout")).not_to_have_text(reading)
    page.keyboard.press("Enter")
    expect(page.locator(".comparison")).to_be_visible()


def test_every_control_has_a_name(open_page):
    page = wait_for_answer(open_page())
    unnamed = page.evaluate("""() => [...document.querySelectorAll('input, select, textarea, button')]
        .filter(control => !(control.labels?.length || control.textContent.trim() || control.ariaLabel))
        .map(control => control.outerHTML)""")
    assert unnamed == []
    assert page.locator("#verdict").get_attribute("aria-live") == "polite"


def test_a_phone_shows_everything_without_scrolling_sideways(open_page, tmp_path):
    page = wait_for_answer(open_page(viewport=PHONE, is_mobile=True, has_touch=True))
    page.locator("#advanced > summary").click()
    for snippet in page.locator(".snippet summary").all():
        snippet.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("#diagram .u-over").tap(position={"x": 60, "y": 60})
    expect(page.locator(".comparison")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(page, tmp_path, "phone")


def test_dark_mode_is_dark(open_page, tmp_path):
    pictures, grounds = [], []
    for scheme in ("light", "dark"):
        page = wait_for_answer(open_page(color_scheme=scheme))
        pictures.append(picture(page, tmp_path, scheme).read_bytes())
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        grounds.append(sum(int(channel) for channel in re.findall(r"\d+", ground)[:3]))
    assert pictures[0] != pictures[1]
    assert grounds[0] > 600
    assert grounds[1] < 150


def test_a_server_that_goes_away_is_reported_and_its_return_noticed(open_page):
    with Served() as first:
        page = wait_for_answer(open_page(url=first.url))
        first.kill()
        page.fill("#classes", "12")
        expect(page.locator("#away")).to_be_visible()
        expect(page.locator("#away")).to_contain_text("The server does not answer")
        expect(page.locator("#away")).to_contain_text("from before")
        before = figures(page)
        with Served(port=first.port):
            expect(page.locator("#away")).to_be_hidden(timeout=15_000)
            wait_for_other_figures(page, before)
            assert page.watch.foreign() == []


def test_a_server_that_goes_away_unasked_is_noticed(open_page):
    with Served() as running:
        page = wait_for_answer(open_page(url=running.url))
        running.kill()
        expect(page.locator("#away")).to_be_visible(timeout=15_000)


def test_a_server_that_never_answered_leaves_nothing_from_before(open_page):
    with Served() as running:
        page = wait_for_answer(open_page(url=running.url))
        page.route("**/api/v1/**", lambda route: route.abort())
        page.reload()
        expect(page.locator("#away")).to_contain_text("is ssem serve running?")
        expect(page.locator("#away")).not_to_contain_text("from before")


def test_a_server_with_a_key_is_asked_with_it(open_page):
    with Served("--api-key", "only-for-this-test") as running:
        page = open_page(url=running.url)
        expect(page.locator("#key-message")).to_contain_text("asks for its API key")
        page.fill("#key-input", "wrong")
        page.keyboard.press("Enter")
        expect(page.locator("#key-message")).to_contain_text("does not know this API key")
        page.fill("#key-input", "only-for-this-test")
        page.keyboard.press("Enter")
        wait_for_answer(page)
        expect(page.locator("#key")).to_be_hidden()


def test_the_page_is_small_and_its_files_are_cached_by_tag(open_page, server):
    page = open_page("/")
    total = 0
    for path in ("/", "/app.js", "/style.css", "/favicon.svg"):
        answer = page.request.get(server.url + path)
        assert answer.status == 200
        total += len(answer.body())
        tag = answer.headers["etag"]
        assert page.request.get(server.url + path, headers={"If-None-Match": tag}).status == 304
    assert total < 700_000
