"""Fixtures of the end-to-end tests."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(os.environ["SSEM_SOURCE_DIR"]) / "api" / "python"))  # ssem_optuna, as it is here

from served import Served


def pytest_configure(config):
    config.addinivalue_line("markers", "none_skipped: a test that skips itself fails (other people's suites)")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.skipped and item.get_closest_marker("none_skipped"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be: {report.longrepr}"


@pytest.fixture(scope="module")
def server():
    """One running server for the tests of a file; it must end with 0 on SIGTERM afterwards."""
    with Served() as running:
        yield running
        assert running.stop() == 0
