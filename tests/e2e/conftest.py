"""Fixtures of the end-to-end tests."""
import pytest

from served import Served


@pytest.fixture(scope="module")
def server():
    """One running server for the tests of a file; it must end with 0 on SIGTERM afterwards."""
    with Served() as running:
        yield running
        assert running.stop() == 0
