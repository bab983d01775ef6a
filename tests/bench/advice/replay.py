"""How many trials a tuner needs on the measured grid: ours beside Optuna's samplers, by replay.

    python replay.py SSEM [--seeds N] [--trials N] [--encoder NAME]

A trial's value is the surrogate's (surrogate.py) plus noise as between seeds; a tuner is done at the first trial whose
value without noise is within one such deviation (at least .1 points) of the grid's best. SSEM is served on a free port of
this machine. Ours are the server's suggestions for the goal, trial 0 being its advice; `same, goal not said` has none;
`warm, other data` are ours without a goal after a search of EARLIER_TRIALS trials on the other data set (warm_start),
`warm, short runs` after one of as many trials of a quarter of the steps on the same data; with `and goal` the goal is said.
"""
import argparse
import json
import random
import re
import statistics
import subprocess
import urllib.request

import optuna
from plan import DATA, OTHER, PROBLEM
from runs import SHORT_RESULTS
from surrogate import METRICS, Surrogate

LEAST_NOISE = 0.1
EARLIER_TRIALS = 12
SPACE = {"loss_weight": optuna.distributions.FloatDistribution(0.0, 1.0),
         "temperature": optuna.distributions.FloatDistribution(0.05, 1.0, log=True)}


class Server:
    """`ssem serve` in memory; `with` ends it."""

    def __init__(self, ssem):
        self.process = subprocess.Popen([ssem, "serve", "--port", "0", "--storage", "memory:"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True)
        self.url = next(found[0] for line in self.process.stderr if (found := re.findall(r"http://[0-9.]+:[0-9]+", line)))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def post(self, path, body):
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)


def told(params, value):
    return {"state": "COMPLETE", "values": [value],
            "params": [{"name": name, "param_internal_value": number} for name, number in params.items()]}


def earlier_search(server, surrogate):
    """seed -> what a search of ours without a goal found on this surrogate."""
    def trials(seed):
        dice = random.Random(seed + 1000)
        ask, tell = ours(server, None)(seed + 1000)
        found = []
        for _ in range(EARLIER_TRIALS):
            params = ask()
            value = surrogate(params["loss_weight"], params["temperature"]) + dice.gauss(0, noise_of(surrogate))
            tell(params, value)
            found.append(told(params, value))
        return found
    return trials


def ours(server, goal, earlier_of=None):
    """A tuner: trials so far -> (loss weight, temperature). `earlier_of`: seed -> the trials of a search before it."""
    problem = {**PROBLEM, **({"goal": goal} if goal else {})}
    space = [{"name": name, "distribution_json": optuna.distributions.distribution_to_json(each)} for name, each in SPACE.items()]

    def make(seed):
        past = []
        warm = {"warm_start": [{"trials": earlier_of(seed), "problem": PROBLEM}]} if earlier_of else {}

        def ask():
            answer = server.post("/api/v1/suggestions", {"directions": ["maximize"], "search_space": space, "trials": past,
                                                         "number": len(past), "problem": problem, "seed": seed, **warm})
            return {each["name"]: each["param_internal_value"] for each in answer["params"]}

        def tell(params, value):
            past.append(told(params, value))
        return ask, tell
    return make


def stock(sampler_of):
    def make(seed):
        study = optuna.create_study(direction="maximize", sampler=sampler_of(seed))
        asked = []

        def ask():
            asked.append(study.ask(SPACE))
            return asked[-1].params

        def tell(_, value):
            study.tell(asked[-1], value)
        return ask, tell
    return make


def noise_of(surrogate):
    return max(LEAST_NOISE, surrogate.deviation)  # in this order: no number is no number


def trials_needed(surrogate, make, seed, most):
    noise = noise_of(surrogate)
    dice = random.Random(seed)
    ask, tell = make(seed)
    for trial in range(1, most + 1):
        params = ask()
        value = surrogate(params["loss_weight"], params["temperature"])
        if value >= surrogate.best - noise:
            return trial
        tell(params, value + dice.gauss(0, noise))
    return most + 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ssem")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--encoder", default="mlp")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with Server(arguments.ssem) as server:
        names = ("ours", "goal not said", "warm, other data", "warm, short runs", "warm, short runs and goal", "TPE", "GPSampler", "random")
        print("| goal | data | noise | " + " | ".join(names) + " |\n|---|---|---|" + "---|" * len(names))
        sums = dict.fromkeys(names, (0.0, 0.0, 0))
        for goal in METRICS:
            for data in DATA:
                surrogate = Surrogate(data, arguments.encoder, goal)
                before = earlier_search(server, Surrogate(OTHER[data], arguments.encoder, goal))
                short = earlier_search(server, Surrogate(data, arguments.encoder, goal, SHORT_RESULTS))
                tuners = [ours(server, goal), ours(server, None), ours(server, None, before), ours(server, None, short),
                          ours(server, goal, short),
                          stock(lambda seed: optuna.samplers.TPESampler(seed=seed)),
                          stock(lambda seed: optuna.samplers.GPSampler(seed=seed)),
                          stock(lambda seed: optuna.samplers.RandomSampler(seed=seed))]
                cells = []
                for name, make in zip(names, tuners):
                    needed = sorted(trials_needed(surrogate, make, seed, arguments.trials) for seed in range(arguments.seeds))
                    late = sum(each > arguments.trials for each in needed)
                    middle = statistics.median(needed)
                    medians, means, missed = sums[name]
                    sums[name] = medians + middle, means + statistics.fmean(needed), missed + late
                    cells.append((f"> {arguments.trials}" if middle > arguments.trials else f"{middle:g}")
                                 + (f" ({late} never)" if late else ""))
                print(f"| {goal} | {data} | {noise_of(surrogate):.2f} | " + " | ".join(cells) + " |", flush=True)
        searches = len(METRICS) * len(DATA)
        print("\n| | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
        print("| medians added up | " + " | ".join(f"{sums[name][0]:g}" for name in names) + " |")
        print("| mean trials | " + " | ".join(f"{sums[name][1] / searches:.1f}" for name in names) + " |")
        print(f"| never, of {searches * arguments.seeds} | " + " | ".join(str(sums[name][2]) for name in names) + " |")


if __name__ == "__main__":
    main()
