"""Fixtures of the tests that open the page: a browser, and pages in fresh profiles."""
import os
import shutil

import pytest
from browsing import CIFAR10, DESKTOP, Watch
from playwright.sync_api import sync_playwright

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    chromium = os.environ.get("SSEM_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture
def open_page(browser, server):
    """Opens the page in a fresh profile; `page.watch` has what it did."""
    contexts = []

    def open_one(path=CIFAR10, url=None, **options):
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        page.watch = Watch(page, url or server.url)
        page.goto((url or server.url) + path)
        return page

    yield open_one
    for context in contexts:
        context.close()
