"""Optuna's own tests of a storage, on ours: none is left out, none is overridden."""
import pytest

pytest.register_assert_rewrite("optuna.testing.pytest_storages")

import optuna  # noqa: E402
from optuna.testing.pytest_storages import StorageTestCase  # noqa: E402
from optuna_served import serve, url_of  # noqa: E402

from ssem_optuna import RestJournalBackend, RestStorage  # noqa: E402

pytestmark = pytest.mark.none_skipped
COUNTS = {"4.9.0": 56, "5.0.0": 59}


@pytest.fixture
def fresh(tmp_path):
    """A server on an empty file, which ends as soon as the test does."""
    running = serve(url_of(tmp_path / "a.db")).start()
    yield running
    running.kill()


class TestOnSqlite(StorageTestCase):
    @pytest.fixture
    def storage(self, fresh):
        return RestStorage(fresh.url)


class TestOnAJournal(StorageTestCase):
    @pytest.fixture
    def storage(self, fresh):
        return optuna.storages.JournalStorage(RestJournalBackend(fresh.url, "a/journal %2F"))


def test_all_of_optuna_s_tests_are_here(request):
    if request.config.getoption("keyword") or "::" in " ".join(request.config.args):
        return  # somebody chose some of them
    for case in (TestOnSqlite, TestOnAJournal):
        collected = [item for item in request.session.items if getattr(item, "cls", None) is case]
        assert len(collected) == COUNTS[optuna.__version__]
