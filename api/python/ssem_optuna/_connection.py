"""HTTP to one server: connections that stay open, and requests that are repeated without being done twice.

Bodies travel packed, unless the server is on this machine.
"""
from __future__ import annotations

import gzip
import http.client
import json
import logging
import os
import random
import select
import ssl
import threading
import time
import uuid
from typing import Any, NoReturn
from urllib.parse import urlsplit

from optuna.exceptions import DuplicatedStudyError

try:
    from optuna.exceptions import UpdateFinishedTrialError
except ImportError:  # before Optuna 4.3
    UpdateFinishedTrialError = RuntimeError  # type: ignore[assignment, misc]

BASE = "/api/v1/storage"  # of Optuna's storage

_logger = logging.getLogger(__name__)
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 2.0
_QUIET_TRIES = 2  # an idle connection that the server has just ended is no news
_WORTH_PACKING = 4096  # bytes of a body
_FAST = 1  # of gzip's levels
_LOST = (OSError, http.client.HTTPException)


class ServerError(RuntimeError):
    """The server refused a request for a reason that Optuna has no exception for."""


class ServerUnavailableError(ConnectionError):
    """No answer came, however often we asked."""


class _Line:
    """One thread's connection. Each change has a key of its own (SESSION/NUMBER), so a repeated one is only answered."""

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self.connection = connection
        self.process = os.getpid()
        self.session = uuid.uuid4().hex
        self.sequence = 0


class Connection:
    """Talks JSON to the server at `url`; safe to share between threads, to pickle, and to take through a fork.

    Args:
        url: Where the server listens, such as ``http://127.0.0.1:8080``.
        api_key: What the server was started with as ``--api-key``.
        timeout_s: How long one answer may take.
        retry_s: For how long a request is repeated when the server cannot be reached.
    """

    def __init__(self, url: str, api_key: str | None = None, timeout_s: float = 60.0, retry_s: float = 10.0) -> None:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None:
            raise ValueError("url must not hold a user name or password; give the key as api_key")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url must look like http://127.0.0.1:8080, got {url!r}")
        if api_key is not None and not (api_key.isascii() and api_key.isprintable()):
            raise ValueError("api_key must be printable ASCII")
        self.url = url.rstrip("/")
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._retry_s = retry_s
        self._packs = not _is_this_machine(parts.hostname)
        self._local = threading.local()

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        del state["_local"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._local = threading.local()

    def close(self) -> None:
        """Closes this thread's connection; the next request opens another."""
        line = getattr(self._local, "line", None)
        if line is not None:
            line.connection.close()

    def get(self, path: str) -> Any:
        """Asks for something; the answer's JSON."""
        return self._parsed(self._send("GET", path, None, None))

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Changes something exactly once; the answer's JSON."""
        line = self._line()
        line.sequence += 1
        key = f"{line.session}/{line.sequence}"
        return self._parsed(self._send(method, path, None if body is None else json.dumps(body).encode(), key))

    def raw(self, method: str, path: str, body: bytes | None = None, content_type: str = "application/json") -> bytes:
        """As get() or send(), with bytes in both directions."""
        if method == "GET":
            return self._send(method, path, None, None)
        line = self._line()
        line.sequence += 1
        return self._send(method, path, body, f"{line.session}/{line.sequence}", content_type)

    def _parsed(self, body: bytes) -> Any:
        try:
            return json.loads(body) if body else None
        except ValueError:
            raise ServerError(f"what answers at {self.url} is no ssem serve: {_beginning(body)}") from None

    def _line(self) -> _Line:
        line: _Line | None = getattr(self._local, "line", None)
        if line is None or line.process != os.getpid():
            # After a fork the parent's socket and session are the parent's.
            line = self._local.line = _Line(self._opened())
        return line

    def _opened(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        if parts.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=self._timeout_s, context=context)
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=self._timeout_s)

    def _send(
        self, method: str, path: str, body: bytes | None, key: str | None, content_type: str = "application/json"
    ) -> bytes:
        headers = {}
        if body is not None:
            headers["Content-Type"] = content_type
            if self._packs and len(body) >= _WORTH_PACKING:
                body = gzip.compress(body, _FAST)
                headers["Content-Encoding"] = "gzip"
        if self._packs:
            headers["Accept-Encoding"] = "gzip"
        if key is not None:
            headers["Idempotency-Key"] = key
        if self._api_key is not None:
            headers["Authorization"] = f"Bearer {self._api_key}"
        line = self._line()
        target = urlsplit(self.url).path + path
        started = time.monotonic()
        pause_s = _FIRST_PAUSE_S
        tries = 0
        while True:
            tries += 1
            try:
                status, answer = self._exchange(line.connection, method, target, body, headers)
                if status < 400:
                    if tries > _QUIET_TRIES:
                        _logger.warning("%s answers again, after %.1f s", self.url, time.monotonic() - started)
                    return answer
                if status not in (429, 503):  # neither has done anything yet
                    self._refuse(status, answer)
                problem: object = _reason(answer)
            except _LOST as lost:
                line.connection.close()
                problem = lost or type(lost).__name__
            waited_s = time.monotonic() - started
            if waited_s + pause_s > self._retry_s:
                raise ServerUnavailableError(
                    f"no answer from {self.url} ({method} {path.split('?')[0]}; {tries} tries in {waited_s:.1f} s): "
                    f"{problem}; is `ssem serve` running there?"
                )
            if tries == _QUIET_TRIES:
                _logger.warning("no answer from %s: %s; trying again for %.3g s", self.url, problem, self._retry_s)
            time.sleep(pause_s * random.uniform(0.5, 1.0))
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _refuse(self, status: int, answer: bytes) -> NoReturn:
        try:
            json.loads(answer)["error"]
        except (ValueError, KeyError, TypeError):
            raise ServerError(
                f"what answers at {self.url} is no ssem serve: status {status}, {_beginning(answer)}"
            ) from None
        _refuse(status, answer)

    @staticmethod
    def _exchange(
        connection: http.client.HTTPConnection, method: str, target: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        # The server ends idle connections; what can be read from one now is its end.
        if connection.sock is not None and select.select([connection.sock], [], [], 0)[0]:
            connection.close()
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        answer = response.read()
        return response.status, gzip.decompress(answer) if response.getheader("Content-Encoding") == "gzip" else answer


def _is_this_machine(host: str) -> bool:
    """Where packing would only take time."""
    return host == "localhost" or host == "::1" or host.startswith("127.")


def _beginning(answer: bytes) -> str:
    return repr(answer[:80].decode("utf-8", "replace"))


def _reason(answer: bytes) -> str:
    try:
        return str(json.loads(answer)["reason"])
    except (ValueError, KeyError, TypeError):
        return _beginning(answer)


def _refuse(status: int, answer: bytes) -> NoReturn:
    reason = _reason(answer)
    try:
        error = json.loads(answer)["error"]
        code = error["code"]
        faults = "; ".join(f"{fault['path']} {fault['message']}" for fault in error["fields"])
    except (ValueError, KeyError, TypeError):
        code = faults = ""
    if code == "not_found":
        raise KeyError(reason)
    if code == "duplicated_study":
        raise DuplicatedStudyError(reason)
    if code == "trial_finished":
        raise UpdateFinishedTrialError(reason)
    if code in ("invalid_value", "invalid_argument"):
        raise ValueError(faults or reason)
    raise ServerError(f"status {status}: {reason}")
