"""Trials to come near the best by real runs: ours beside Optuna's samplers, on data that nothing was fitted on.

    python real_search.py BUILD DATA [--seeds N] [--trials N] [--minutes M] [--table]

As replay.py, but every trial is trained (plan.UNSEEN, the mlp, 1,000 steps, about 12 s) with the search's seed, and kept in
searched.jsonl: no run is made twice, and tuners that ask for the same point share it. A tuner is done at the first trial
that comes within the goal's noise of the best of the measured grid. --table trains nothing: searches whose runs are not
there are left out. Without --minutes it ends when every search has.
"""
import argparse
import pathlib
import statistics
import time

import optuna
from plan import UNSEEN
from replay import Server, noise_of, ours, stock
from runs import HERE, STEPS, append, key, make, results
from surrogate import METRICS, Surrogate

SEARCHED = HERE / "searched.jsonl"
DIGITS = 4  # of a point: somebody would type no more
TUNERS = {"ours": lambda server, goal: ours(server, goal),
          "goal not said": lambda server, _: ours(server, None),
          "TPE": lambda *_: stock(lambda seed: optuna.samplers.TPESampler(seed=seed)),
          "GPSampler": lambda *_: stock(lambda seed: optuna.samplers.GPSampler(seed=seed)),
          "random": lambda *_: stock(lambda seed: optuna.samplers.RandomSampler(seed=seed))}


class NotThere(Exception):
    """A run that is not made: time is over, or --table."""


def trials_needed(measure, surrogate, make_tuner, seed, most):
    ask, tell = make_tuner(seed)
    for trial in range(1, most + 1):
        params = ask()
        value = measure(float(f"{params['loss_weight']:.{DIGITS}g}"), float(f"{params['temperature']:.{DIGITS}g}"), seed)
        if value >= surrogate.best - noise_of(surrogate):
            return trial
        tell(params, value)
    return most + 1


def cell(needed, most):
    if not needed:
        return ""
    late = sum(each > most for each in needed)
    return ", ".join(f"> {most}" if each > most else str(each) for each in needed) + (f" ({late} never)" if late else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--trials", type=int, default=15)
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    end = time.monotonic() + 60 * arguments.minutes
    made = {**results(), **results(SEARCHED)}

    def measured(data, goal):
        def of(weight, temperature, seed):
            run = data, "mlp", weight, temperature, None, seed
            if key(run) not in made:
                if arguments.table or time.monotonic() > end:
                    raise NotThere
                made[key(run)] = append(SEARCHED, make(arguments.build / "ssem-train", arguments.data, run, STEPS))
            return 100 * METRICS[goal](made[key(run)]["measured"])
        return of

    with Server(str(arguments.build / "ssem")) as server:
        print("| goal | data | noise | " + " | ".join(TUNERS) + " |\n|---|---|---|" + "---|" * len(TUNERS))
        medians = dict.fromkeys(TUNERS, 0.0)
        for goal in METRICS:
            for data in UNSEEN:
                surrogate = Surrogate(data, "mlp", goal)
                needed = {name: [] for name in TUNERS}
                for seed in range(arguments.seeds):
                    for name, tuner in TUNERS.items():
                        try:
                            needed[name].append(trials_needed(measured(data, goal), surrogate, tuner(server, goal), seed, arguments.trials))
                        except NotThere:
                            continue
                for name, found in needed.items():
                    medians[name] += statistics.median(found) if found else float("nan")
                print(f"| {goal} | {data} | {noise_of(surrogate):.2f} | " + " | ".join(cell(each, arguments.trials) for each in needed.values())
                      + " |", flush=True)
        print("\nMedians added up: " + ", ".join(f"{name} {total:g}" for name, total in medians.items()))


if __name__ == "__main__":
    main()
