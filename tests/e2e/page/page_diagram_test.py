"""The page's phase diagram, and what stands in its place, in a real Chromium."""
import re
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from browsing import CIFAR10, figures, wait_for_answer
from page_fixtures import browser, open_page  # noqa: F401
from playwright.sync_api import expect


def test_imbalanced_classes_get_a_table_and_a_word_beside_the_diagram(open_page):
    page = open_page("/?classes=&class_counts=5000,500,50&batch_size=512&dimension=128")
    expect(page.locator("[data-card=class-by-class] tbody tr")).to_have_count(3)
    expect(page.locator(".diagram-card")).to_contain_text("each class has its own threshold")
    assert page.watch.errors == []


def test_thousands_of_class_counts_get_an_answer_and_survive_a_reload(open_page):
    page = open_page("/?classes=&batch_size=51200")
    page.click("#advanced > summary")
    page.fill("#class_counts", ",".join(["5000"] * 3000))
    expect(page.locator("#verdict .figures")).to_be_visible()
    expect(page.locator("#diagram-note")).to_contain_text("So many class counts")
    before = figures(page)
    page.reload()
    expect(page.locator("#verdict .figures")).to_be_visible()
    assert figures(page) == before
    assert page.watch.errors == []


def test_hovering_reads_the_diagram(open_page):
    page = wait_for_answer(open_page())
    over = page.locator("#diagram .u-over")
    # All of it in view: a scroll between the moves would come to the plot after the pointer does.
    page.locator("#diagram").evaluate("element => element.scrollIntoView({ block: 'end', behavior: 'instant' })")
    page.wait_for_timeout(300)
    over.hover(position={"x": 150, "y": 40})
    expect(page.locator("#diagram-readout")).to_contain_text("not collapsed")
    size = over.bounding_box()
    over.hover(position={"x": size["width"] - 8, "y": size["height"] - 8})
    readout = page.locator("#diagram-readout")
    expect(readout).to_contain_text(re.compile(r"temperature 1\.\d+ · loss weight 0\.0\d+ · variance 0 · collapsed"))


def test_clicking_the_diagram_evaluates_the_point(open_page, server):
    page = wait_for_answer(open_page())
    page.locator("#diagram .u-over").click(position={"x": 240, "y": 120})
    expect(page.locator(".comparison")).to_be_visible()
    query = parse_qs(urlsplit(page.url).query)
    body = {"classes": 10, "batch_size": 512, "dimension": 128, "views": 2, "sampling": "random",
            "loss_weight": float(query["point_loss_weight"][0]), "temperature": float(query["point_temperature"][0])}
    answer = page.request.post(server.url + "/api/v1/evaluations", data=body).json()
    row = page.locator(".comparison tbody tr", has_text="Within-class variance").locator("td").first
    variance = answer.get("estimated_within_class_variance")
    variance = answer["within_class_variance"] if variance is None else variance
    assert float(row.inner_text()) == pytest.approx(variance, rel=0.01)
    page.get_by_role("button", name="Remove the point").click()
    expect(page.locator(".comparison")).to_have_count(0)
    assert "point_" not in page.url


def test_turning_dark_redraws_the_diagram(open_page):
    page = wait_for_answer(open_page(color_scheme="light"))
    drawn = "() => document.querySelector('#diagram canvas').toDataURL()"
    before = page.evaluate(drawn)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"before => ({drawn})() !== before", arg=before)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_diagram_and_slices_are_saved_as_drawings_whose_words_are_text(open_page, tmp_path, scheme):
    page = wait_for_answer(open_page(CIFAR10, color_scheme=scheme))
    expect(page.locator("#slices")).to_be_visible()
    advised = page.locator("#verdict .figure .value").all_inner_texts()
    wanted = {
        "Diagram, SVG": ["Temperature", "Loss weight: weight of the self-supervised term", "classes collapse below", "advised", "0.1", "0.8"],
        "Over the loss weight, SVG": ["Over the loss weight", f"Loss weight, at temperature {advised[1]}", "target"],
        "Over the temperature, SVG": ["Over the temperature", f"Temperature, at loss weight {advised[0]}", "target"]}
    for label, words in wanted.items():
        with page.expect_download() as caught:
            page.get_by_role("button", name=label).click()
        assert caught.value.suggested_filename.endswith(".svg")
        path = tmp_path / caught.value.suggested_filename
        caught.value.save_as(path)
        drawing = open_page("/audit")
        drawing.goto(path.as_uri())  # as its own document: markup with a fault is an error page here
        assert drawing.evaluate("document.documentElement.tagName") == "svg"
        told = drawing.locator("text").all_text_contents()
        assert set(words) <= set(told), told
        drawn = drawing.locator("svg > g path").first
        assert drawn.bounding_box()["width"] > 200 and "NaN" not in path.read_text()
    cells = ElementTree.parse(tmp_path / "ssem-10-classes-batch-512-dimension-128.svg").iter("{http://www.w3.org/2000/svg}rect")
    assert len({cell.get("fill") for cell in cells}) > 20  # the variance's own colours
    assert page.watch.errors == []
