"""Which runs the advice benchmark makes, and in which order: cheapest knowledge first.

A run is (data, encoder, loss weight, temperature, variance to hold or None, seed).
"""
import json
import subprocess

DATA = ("fashion", "mnist")
OTHER = {"fashion": "mnist", "mnist": "fashion"}
PROBLEM = {"classes": 5, "batch_size": 250, "dimension": 64, "sampling": "balanced"}
GOALS = ("same_labels", "fine_labels", "transfer", "retrieval", "foreign_data", "unknown")

# The grid: from plain SupCon to SimCLR, temperatures in which people search.
WEIGHTS = (0.0, 0.03, 0.08, 0.16, 0.3, 0.5, 1.0)
TEMPERATURES = {"small_cnn": (0.15, 0.1), "mlp": (0.15, 0.1, 0.05, 0.3, 0.7)}
NOISE_TEMPERATURE = 0.15  # where other seeds are run
TARGETS = (0.15, 0.3, 0.5)
START = 0.08  # of the loss weight, where it is steered


def flags(problem):
    return [word for name, value in problem.items() for word in ("--" + name.replace("_", "-"), str(value))]


def advised(ssem):
    """Goal -> (loss weight, temperature) that `ssem recommend` says, rounded as somebody would type them."""
    points = {}
    for goal in GOALS:
        done = subprocess.run([ssem, "recommend", *flags(PROBLEM), "--goal", goal, "--json"], capture_output=True, check=True)
        answer = json.loads(done.stdout)
        points[goal] = float(f"{answer['loss_weight']:.3g}"), float(f"{answer['temperature']:.3g}")
    return points


def grid(encoder, temperatures, seed):
    for temperature in temperatures:
        for data in DATA:
            for weight in WEIGHTS:
                yield data, encoder, weight, temperature, None, seed


def held(encoder, seed):
    for data in DATA:
        for target in TARGETS:
            yield data, encoder, START, NOISE_TEMPERATURE, target, seed


def at_advice(encoder, points, seed):
    for weight, temperature in dict.fromkeys(points.values()):
        for data in DATA:
            yield data, encoder, weight, temperature, None, seed


def plan(points):
    """All runs, each once; `points` as advised() has them."""
    runs = []
    for encoder in ("small_cnn", "mlp"):
        runs += [*held(encoder, 0), *grid(encoder, TEMPERATURES[encoder], 0)]
    for encoder in ("mlp", "small_cnn"):
        runs += at_advice(encoder, points, 0)
    for encoder in ("mlp", "small_cnn"):
        for seed in (1, 2):
            runs += [*grid(encoder, (NOISE_TEMPERATURE,), seed), *at_advice(encoder, points, seed), *held(encoder, seed)]
    return list(dict.fromkeys(runs))


def short_plan():
    """The grid of the mlp where it is measured whole, once."""
    return list(grid("mlp", (0.15, 0.1, 0.05), 0))
