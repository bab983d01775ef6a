"""Optuna's journal, kept by a server."""
from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

try:
    from optuna.storages.journal import BaseJournalBackend
except ImportError:  # before Optuna 4.0
    from optuna.storages import BaseJournalLogStorage as BaseJournalBackend

from ssem_optuna._connection import Connection

_TYPE = "application/x-ndjson"


class RestJournalBackend(BaseJournalBackend):
    """Keeps the log of a ``JournalStorage`` on an ``ssem serve``.

    The server orders the entries; what was appended is on its disk before the call returns, exactly once.
    :class:`~ssem_optuna.RestStorage` is faster for long studies: every new reader of a journal loads all of it.

    Example:
        .. code-block:: python

            storage = JournalStorage(RestJournalBackend("http://127.0.0.1:8080", "team"))

    Args:
        url: Where the server listens, such as ``http://127.0.0.1:8080``.
        name: Which journal; one that nobody wrote to is empty.
        api_key: What the server was started with as ``--api-key``.
        timeout_s: How long one answer may take.
        retry_s: For how long a request is repeated when the server cannot be reached.
    """

    def __init__(
        self,
        url: str,
        name: str = "optuna",
        *,
        api_key: str | None = None,
        timeout_s: float = 60.0,
        retry_s: float = 10.0,
    ) -> None:
        self._connection = Connection(url, api_key, timeout_s, retry_s)
        self._path = f"/api/v1/journals/{quote(name, safe='')}"

    def read_logs(self, log_number_from: int) -> list[dict[str, Any]]:
        """The entries from a number on."""
        lines = self._connection.raw("GET", f"{self._path}?from={log_number_from}").split(b"\n")
        return [json.loads(line) for line in lines if line]

    def append_logs(self, logs: Iterable[dict[str, Any]]) -> None:
        """Appends entries, all or none."""
        text = "".join(json.dumps(log, separators=(",", ":")) + "\n" for log in logs)
        self._connection.raw("POST", self._path, text.encode(), _TYPE)
