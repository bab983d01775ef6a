"""Optuna with the sampler: 20 trials of a stand-in for training. Usage: optuna_study.py URL"""
import sys

import optuna

from ssem_optuna import RestStorage, SsemClient, SsemSampler

PROBLEM = {"classes": 10, "batch_size": 512, "dimension": 128}


def main(url: str) -> None:
    client = SsemClient(url)

    def accuracy(trial: optuna.Trial) -> float:
        loss_weight = trial.suggest_float("loss_weight", 0, 1)
        temperature = trial.suggest_float("temperature", 0.01, 1, log=True)
        # In your program: train, then measure. Here: as if 0.4 of within-class variance were best.
        predicted = client.evaluate(PROBLEM, loss_weight=loss_weight, temperature=temperature)
        return 1 - abs((predicted["within_class_variance"] or 0) - 0.4)

    study = optuna.create_study(
        storage=RestStorage(url), direction="maximize", sampler=SsemSampler(url, problem=PROBLEM, seed=0)
    )
    study.optimize(accuracy, n_trials=20)
    print(f"best of {len(study.trials)} trials: {study.best_value:.3f} at {study.best_params}")


if __name__ == "__main__":
    main(sys.argv[1])
