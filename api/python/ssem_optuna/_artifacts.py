"""Optuna's artifact store, kept by a server."""
from __future__ import annotations

import io
from typing import BinaryIO
from urllib.parse import quote

from ssem_optuna._connection import Connection

try:
    from optuna.artifacts.exceptions import ArtifactNotFound
except ImportError:  # before Optuna 3.3
    ArtifactNotFound = KeyError  # type: ignore[assignment, misc]

_BYTES = "application/octet-stream"


class RestArtifactStore:
    """Keeps files of trials and studies on an ``ssem serve`` that was started with ``--artifact-dir``.

    Example:
        .. code-block:: python

            store = RestArtifactStore("http://127.0.0.1:8080")
            optuna.artifacts.upload_artifact(artifact_store=store, file_path="model.pt", study_or_trial=trial)

    A file is held in memory while it is sent, and may be as large as the server's ``--max-body-bytes``.

    Args:
        url: Where the server listens, such as ``http://127.0.0.1:8080``.
        api_key: What the server was started with as ``--api-key``.
        timeout_s: How long one answer may take.
        retry_s: For how long a request is repeated when the server cannot be reached.
    """

    def __init__(
        self, url: str, *, api_key: str | None = None, timeout_s: float = 60.0, retry_s: float = 10.0
    ) -> None:
        self._connection = Connection(url, api_key, timeout_s, retry_s)

    def open_reader(self, artifact_id: str) -> BinaryIO:
        """The artifact's bytes as a file."""
        try:
            return io.BytesIO(self._connection.raw("GET", _path(artifact_id)))
        except KeyError as missing:
            raise ArtifactNotFound(f"there is no artifact with the id {artifact_id}") from missing

    def write(self, artifact_id: str, content_body: BinaryIO) -> None:
        """Keeps what the file holds under the id."""
        self._connection.raw("PUT", _path(artifact_id), content_body.read(), _BYTES)

    def remove(self, artifact_id: str) -> None:
        """Deletes the artifact."""
        try:
            self._connection.raw("DELETE", _path(artifact_id))
        except KeyError as missing:
            raise ArtifactNotFound(f"there is no artifact with the id {artifact_id}") from missing


def _path(artifact_id: str) -> str:
    return f"/api/v1/artifacts/{quote(artifact_id, safe='')}"
