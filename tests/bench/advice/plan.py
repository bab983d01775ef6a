"""Which runs the advice benchmark makes, and in which order: cheapest knowledge first.

A run is (data, encoder, loss weight, temperature, variance to hold or None, seed).
"""
import json
import subprocess

DATA = ("fashion", "mnist")
UNSEEN = ("letters_a", "letters_k")  # tables of which nothing was fitted or decided: the mlp alone reads them
OTHER = {"fashion": "mnist", "mnist": "fashion", "letters_a": "letters_k", "letters_k": "letters_a"}
PROBLEM = {"classes": 5, "batch_size": 250, "dimension": 64, "sampling": "balanced"}
GOALS = ("same_labels", "fine_labels", "transfer", "retrieval", "foreign_data", "unknown")

# The grid: from plain SupCon to SimCLR, temperatures in which people search.
WEIGHTS = (0.0, 0.03, 0.08, 0.16, 0.3, 0.5, 1.0)
TEMPERATURES = {"small_cnn": (0.15, 0.1), "mlp": (0.15, 0.1, 0.05, 0.3, 0.7)}
UNSEEN_TEMPERATURES = (0.1, 0.15, 0.05, 0.3)
# What people type without asking: plain SupCon, equal parts, SimCLR.
TYPED = tuple((weight, 0.1) for weight in (0.0, 0.5, 1.0))
# A ResNet-18 of a quarter of the width takes some three minutes a run.
RESNET_WEIGHTS = (0.0, 0.16, 0.3, 0.5, 1.0)
SEEDS = (0, 1, 2)
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


def grid(encoder, temperatures, seed, datasets=DATA, weights=WEIGHTS):
    for temperature in temperatures:
        for data in datasets:
            for weight in weights:
                yield data, encoder, weight, temperature, None, seed


def held(encoder, seed, datasets=DATA):
    for data in datasets:
        for target in TARGETS:
            yield data, encoder, START, NOISE_TEMPERATURE, target, seed


def at_points(encoder, points, seed, datasets=DATA):
    for weight, temperature in dict.fromkeys(points):
        for data in datasets:
            yield data, encoder, weight, temperature, None, seed


def unseen(points):
    """Runs that nothing was decided on: the advice and what people type with every seed, then the grid."""
    for seed in SEEDS:
        yield from at_points("mlp", [*points.values(), *TYPED], seed, UNSEEN)
    yield from held("mlp", 0, UNSEEN)
    yield from grid("mlp", UNSEEN_TEMPERATURES, 0, UNSEEN)


def plan(points):
    """All runs, each once; `points` as advised() has them."""
    runs = []
    for encoder in ("small_cnn", "mlp"):
        runs += [*held(encoder, 0), *grid(encoder, TEMPERATURES[encoder], 0)]
    for encoder in ("mlp", "small_cnn"):
        runs += at_points(encoder, points.values(), 0)
    runs += unseen(points)
    for encoder in ("small_cnn", "mlp"):
        for seed in SEEDS[1:]:
            runs += at_points(encoder, [*points.values(), *TYPED], seed)
    runs += [*grid("resnet18", (0.1,), 0, weights=RESNET_WEIGHTS), *held("resnet18", 0)]
    for encoder in ("mlp", "small_cnn"):
        for seed in SEEDS[1:]:
            runs += [*grid(encoder, (NOISE_TEMPERATURE,), seed), *held(encoder, seed)]
    return list(dict.fromkeys(runs))


def short_plan():
    """The grid of the mlp where it is measured whole, once."""
    return list(grid("mlp", (0.15, 0.1, 0.05), 0))
