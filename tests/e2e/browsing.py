"""What the tests that open the page in a browser share."""
from playwright.sync_api import expect

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
CIFAR10 = "/?classes=10&batch_size=512&dimension=128&views=2&sampling=random"


class Watch:
    """What a page must never do: errors, policy violations, requests to other origins."""

    def __init__(self, page, origin):
        self.errors = []
        self.requests = []
        self.origin = origin
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def foreign(self):
        return [url for url in self.requests if not url.startswith((self.origin + "/", "data:"))]


def wait_for_answer(page):
    expect(page.locator("#verdict .figures")).to_be_visible()
    expect(page.locator("#diagram canvas")).to_be_visible()
    return page


def figures(page):
    """The three large numbers: loss weight, temperature, within-class variance."""
    return page.locator("#verdict .figure .value").all_inner_texts()


def wait_for_other_figures(page, before):
    page.wait_for_function(
        "before => [...document.querySelectorAll('#verdict .figure .value')].map(e => e.innerText).join() !== before",
        arg=",".join(before))


def asks(request, **fields):
    """True for a recommendation request with these fields."""
    if not request.url.endswith("/recommendations") or request.method != "POST":
        return False
    body = request.post_data_json
    return all(body.get(name) == value for name, value in fields.items())


def picture(page, tmp_path, name):
    path = tmp_path / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
