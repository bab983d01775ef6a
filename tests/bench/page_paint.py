"""First contentful paint of each view beside that of a bare page, over loopback in fresh profiles: page_paint.py BINARY"""
import os
import shutil
import statistics
import sys

from playwright.sync_api import sync_playwright

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
os.environ["SSEM_BINARY"] = sys.argv[1]
from page_fixtures import CHROMIUM_FLAGS
from served import Served

LOADS = 15
LIMIT_MS = 1000
BARE = "<!doctype html><title>bare</title><p>One line of text"


def first_paint_ms(browser, url, body=None):
    context = browser.new_context()
    page = context.new_page()
    if body is not None:
        page.route(url, lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(url)
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length === 1")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    return paint


def main():
    chromium = os.environ.get("SSEM_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with Served() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        times = {}
        for _ in range(LOADS):
            times.setdefault("bare page", []).append(first_paint_ms(browser, server.url + "/bare", BARE))
            for path in ("/", "/validate", "/studies", "/audit"):
                times.setdefault(path, []).append(first_paint_ms(browser, server.url + path))
        browser.close()
    bare = statistics.median(times["bare page"])
    for name, each in times.items():
        median = statistics.median(each)
        print(f"{name:10} median {median:5.0f} ms ({median / bare:.1f} x bare), slowest {max(each):5.0f} ms of {LOADS}; limit {LIMIT_MS} ms")


main()
