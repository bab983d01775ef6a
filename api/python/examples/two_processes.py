"""Two processes share one study. Usage: two_processes.py URL"""
import multiprocessing
import sys

import optuna

from ssem_optuna import RestStorage


def objective(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", -5, 5)
    return (x - 2) ** 2


def work(url: str, name: str) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    optuna.load_study(storage=RestStorage(url), study_name=name).optimize(objective, n_trials=10)


def main(url: str) -> None:
    study = optuna.create_study(storage=RestStorage(url))
    workers = [multiprocessing.Process(target=work, args=(url, study.study_name)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    numbers = sorted(trial.number for trial in study.trials)
    print(f"{len(numbers)} trials, numbered {numbers[0]} to {numbers[-1]}; best value {study.best_value:.3f}")


if __name__ == "__main__":
    main(sys.argv[1])
