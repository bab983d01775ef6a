"""Optuna on an ``ssem serve``: studies kept over HTTP, and suggestions that know supervised contrastive learning."""
from ssem_optuna._artifacts import RestArtifactStore
from ssem_optuna._client import (
    AdviceWarning,
    Asked,
    Evaluation,
    Margin,
    Recommendation,
    Reported,
    SsemClient,
    Study,
    StudyRun,
    Trial,
    Validation,
)
from ssem_optuna._connection import ServerError, ServerUnavailableError
from ssem_optuna._journal import RestJournalBackend
from ssem_optuna._sampler import SsemSampler
from ssem_optuna._storage import RestStorage
from ssem_optuna._version import __version__

__all__ = [
    "AdviceWarning",
    "Asked",
    "Evaluation",
    "Margin",
    "Recommendation",
    "Reported",
    "RestArtifactStore",
    "RestJournalBackend",
    "RestStorage",
    "ServerError",
    "ServerUnavailableError",
    "SsemClient",
    "SsemSampler",
    "Study",
    "StudyRun",
    "Trial",
    "Validation",
    "__version__",
]
