"""Usage: example.py [URL of an `ssem serve`]"""

from __future__ import annotations

import sys

import optuna

from ssem_optuna import SsemSampler


def objective(trial: optuna.Trial) -> float:
    loss_weight = trial.suggest_float("loss_weight", 0, 1)
    temperature = trial.suggest_float("temperature", 0.01, 1, log=True)
    # Train with this pair, and return what you want to have: here a stand-in.
    return (loss_weight - 0.2) ** 2 + (temperature - 0.1) ** 2


if __name__ == "__main__":
    url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
    sampler = SsemSampler(url, problem={"classes": 10, "batch_size": 512}, seed=0)
    study = optuna.create_study(sampler=sampler)
    study.optimize(objective, n_trials=15)
    print(study.best_params)
