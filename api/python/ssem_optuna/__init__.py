"""Optuna on an ``ssem serve``: studies kept over HTTP."""
from ssem_optuna._connection import ServerError, ServerUnavailableError
from ssem_optuna._storage import RestStorage

__all__ = ["RestStorage", "ServerError", "ServerUnavailableError"]
