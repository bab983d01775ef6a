"""What a person sees who opens an address where there is nothing, and what a program gets there."""
import pytest
from browsing import PHONE
from http_wire import ask, assert_error
from page_advise_test import serious_faults
from page_fixtures import browser, open_page  # noqa: F401
from playwright.sync_api import expect

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_address_with_nothing_at_it_is_a_small_page_that_leads_home(open_page, scheme):
    page = open_page("/no/such<b>page", color_scheme=scheme, viewport=PHONE, bypass_csp=True)
    expect(page.get_by_role("heading")).to_have_text("There is nothing here")
    expect(page.locator("main")).to_contain_text("404: there is nothing at this path.")
    assert serious_faults(page) == []
    assert all("404" in error for error in page.watch.errors) and page.watch.foreign() == []
    page.get_by_role("link").click()
    expect(page.locator("#problem")).to_be_visible()


@pytest.mark.parametrize("method, path, status, headers", [
    ("GET", "/nothing", 404, {}), ("GET", "/api/v1/studies/99", 404, {}), ("DELETE", "/healthz", 405, {}),
    ("GET", "/", 403, {"Host": "elsewhere.example"})])
def test_programs_get_json_and_people_a_page_with_the_page_s_own_policy(server, method, path, status, headers):
    told = ask(server.port, method, path, **headers)
    assert told.status == status and told.headers["content-type"] == "application/json"
    assert told.json["reason"] == told.json["error"]["message"]
    shown = ask(server.port, method, path, **headers, **BROWSER)
    assert shown.status == status and shown.headers["content-type"] == "text/html; charset=utf-8"
    assert shown.headers["content-security-policy"].startswith("default-src 'none'")
    assert shown.headers.get("allow") == told.headers.get("allow")
    assert '<a href="/">' in shown.body.decode() and told.json["reason"] in shown.body.decode()


def test_a_fault_in_a_request_stays_json_for_everybody(server):
    assert_error(ask(server.port, "GET", "/api/v1/recommendations?classes=1", **BROWSER), 400, "invalid_argument")
