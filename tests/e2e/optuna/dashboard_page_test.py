"""The stock front-end of optuna-dashboard, unchanged from its package, on this server, in a real browser."""
import math
import os
import pathlib

import optuna
import pytest
from http_wire import ask
from page_fixtures import browser, open_page  # noqa: F401  (fixtures)
from playwright.sync_api import expect
from served import Served

from ssem_optuna import RestStorage

pytestmark = pytest.mark.filterwarnings("ignore")
VERSIONS = {"0.20.0": "dashboard", "0.21.0": "dashboard21"}


@pytest.fixture(scope="module", params=VERSIONS)
def package(request):
    return pathlib.Path(os.environ["SSEM_SOURCE_DIR"]) / ".venv" / VERSIONS[request.param] / "optuna_dashboard"


@pytest.fixture(scope="module")
def server(package, tmp_path_factory):
    folder = tmp_path_factory.mktemp("artifacts")
    with Served("--dashboard-dir", str(package), "--artifact-dir", str(folder), "--log-level", "warn") as running:
        fill(running.url)
        yield running
        assert running.stop() == 0


def objective(trial):
    x = trial.suggest_float("x", -5, 5)
    lr = trial.suggest_float("learning rate", 1e-5, 1e-1, log=True)
    kind = trial.suggest_categorical("kind", ["sgd", None, 3])
    for step in range(5):
        trial.report(float("nan") if trial.number == 2 else x * x + 1 / (step + 1), step)
    if trial.number % 7 == 5:
        raise optuna.TrialPruned
    if trial.number == 4:
        return float("inf")
    trial.set_user_attr("note", {"kind": str(kind)})
    return x * x + math.log10(lr)


def two_objectives(trial):
    x = trial.suggest_float("x", 0, 1)
    return x, 1 - x


def fill(url):
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.RandomSampler(seed=1)
    first = optuna.create_study(storage=RestStorage(url), study_name="one objective", sampler=sampler)
    first.optimize(objective, n_trials=30)
    first.tell(first.ask(), state=optuna.trial.TrialState.FAIL)
    first.enqueue_trial({"x": 1.0})
    first.ask({"x": optuna.distributions.FloatDistribution(-5, 5)})
    first.enqueue_trial({"x": 2.0})
    second = optuna.create_study(
        storage=RestStorage(url), study_name="two objectives", directions=["minimize", "maximize"], sampler=sampler
    )
    second.optimize(two_objectives, n_trials=20)
    assert (first._study_id, second._study_id) == (1, 2)


PAGES = {
    "/dashboard": (["one objective", "two objectives"], 0),
    "/dashboard/studies/1": (["one objective"], 2),
    "/dashboard/studies/2": (["two objectives"], 1),
    "/dashboard/studies/1/analytics": (["one objective"], 3),
    "/dashboard/studies/2/analytics": (["two objectives"], 3),
    "/dashboard/studies/1/trials": (["Trial 0"], 0),
    "/dashboard/studies/1/trialTable": (["one objective"], 0),
    "/dashboard/studies/1/note": (["one objective"], 0),
    "/dashboard/studies/1/smartSelection": (["one objective"], 0),
    "/dashboard/compare-studies": (["one objective"], 0),
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_dashboard_shows_its_content_and_no_fault(open_page, path, tmp_path):
    texts, plots = PAGES[path]
    page = open_page(path)
    for text in texts:
        expect(page.get_by_text(text).first).to_be_visible(timeout=20_000)
    if plots:
        page.wait_for_function(
            "count => document.querySelectorAll('.js-plotly-plot .main-svg').length >= count", arg=plots, timeout=20_000
        )
    page.wait_for_load_state("networkidle")
    expect(page.locator("#dashboard > *").first).to_be_visible()
    assert page.locator(".MuiAlert-standardError, .MuiAlert-filledError, [class*='snackbar-error' i]").count() == 0
    assert page.watch.errors == []
    assert page.watch.foreign() == []
    page.screenshot(path=tmp_path / "page.png", full_page=True)


def no_failure(page):
    """Neither in the words of the front-end nor in its colours."""
    page.wait_for_timeout(500)
    assert page.get_by_text("Failed to").count() == 0
    assert page.locator("[class*='MuiContent-error'], .MuiAlert-standardError, .MuiAlert-filledError").count() == 0
    assert page.watch.errors == []


def test_a_note_that_is_written_on_the_page_is_kept(open_page, server):
    page = open_page("/dashboard/studies/1/note")
    page.get_by_test_id("EditIcon").first.click(timeout=20_000)
    page.locator("textarea").first.fill("# seen in a browser")
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_function("() => !document.querySelector('textarea')")
    expect(page.get_by_text("seen in a browser").first).to_be_visible()
    assert ask(server.port, "GET", "/api/studies/1").json["note"]["body"] == "# seen in a browser"
    no_failure(page)


def test_a_file_that_is_dropped_on_a_trial_is_kept_and_shown(open_page, server, tmp_path):
    file = tmp_path / "seen.txt"
    file.write_text("in a browser")
    running = next(t["number"] for t in ask(server.port, "GET", "/api/studies/1").json["trials"] if t["state"] == "Running")
    page = open_page(f"/dashboard/studies/1/trials?numbers={running}")
    expect(page.get_by_text(f"Trial {running}").first).to_be_visible(timeout=20_000)
    page.locator("input[type=file]").first.set_input_files(str(file))
    expect(page.get_by_text("seen.txt").first).to_be_visible(timeout=20_000)
    trial = next(t for t in ask(server.port, "GET", "/api/studies/1").json["trials"] if t["number"] == running)
    (kept,) = trial["artifacts"]
    shown = ask(server.port, "GET", f"/artifacts/1/{trial['trial_id']}/{kept['artifact_id']}")
    assert shown.body == b"in a browser" and kept["mimetype"] == "text/plain"
    no_failure(page)


def test_a_study_that_is_deleted_on_the_page_goes_without_a_complaint(open_page, server):
    optuna.create_study(storage=RestStorage(server.url), study_name="to be deleted")
    page = open_page("/dashboard")
    card = page.locator(".MuiCard-root").filter(has_text="to be deleted")
    expect(card).to_be_visible(timeout=20_000)
    card.get_by_role("button", name="delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(card).to_have_count(0, timeout=20_000)
    names = [study["study_name"] for study in ask(server.port, "GET", "/api/studies").json["study_summaries"]]
    assert names == ["one objective", "two objectives"]
    no_failure(page)


def test_the_front_end_s_own_policy_is_on_its_page_alone(server, package):
    page = ask(server.port, "GET", "/dashboard/studies/1")
    assert "unsafe-eval" in page.headers["content-security-policy"]
    assert page.headers["content-type"].startswith("text/html")
    assert "unsafe" not in ask(server.port, "GET", "/").headers["content-security-policy"]
    plain = ask(server.port, "GET", "/static/bundle.js")
    packed = ask(server.port, "GET", "/static/bundle.js", Accept_Encoding="gzip")
    assert plain.status == packed.status == 200
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert plain.body == (package / "public/bundle.js").read_bytes()
    assert ask(server.port, "GET", "/favicon.ico").headers["content-type"] == "image/x-icon"
    for path in ("/static/../index.html", "/static/%2e%2e/index.html", "/static/..%2f_app.py", "/static/none.js"):
        assert ask(server.port, "GET", path).status == 404


def test_a_folder_without_the_front_end_is_named_at_the_start(tmp_path):
    server = Served("--dashboard-dir", str(tmp_path))
    with pytest.raises((RuntimeError, TimeoutError)):
        server.start()
    assert f"--dashboard-dir {tmp_path}: it holds no index.html" in "\n".join(server.lines)
