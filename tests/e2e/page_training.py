"""What the tests of the page's views that train share: a server with the real trainer, one with a slow stand-in, steps."""
import pytest
from playwright.sync_api import expect
from served import Served
from stand_in_trainer import stand_in

SMALL = "/validate?classes=4&instances_per_class=10&dimension=16&sampling=balanced&recommend=1"
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


@pytest.fixture(scope="module")
def collapsed(tmp_path_factory):
    """A csv in which class 0 has collapsed and class 1 has not."""
    path = tmp_path_factory.mktemp("audit") / "mine.csv"
    lines = ["label,x,y,z"] + ["0,1,0,0"] * 12
    lines += [f"1,0,{0.8 if k % 2 else 0.6},{0.6 if k % 2 else -0.8}" for k in range(12)]
    path.write_text("\n".join(lines) + "\n")
    return path
