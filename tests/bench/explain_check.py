"""`ssem explain` (advisor/theory.md, section 5) held against losses computed from embeddings whose state is known.

    python tests/bench/explain_check.py build/release/ssem [--cases N] [--seed N]

Embeddings are made in each state, the loss is computed from its definition over every pair, written as a log would show it
(scaled, summed, to another base, rounded), and asked about with what a user would say. Prints a Markdown table: the share
of right answers, of "unclear" and of wrong ones by state and by what the log does. A minute on two cores.
"""
import argparse
import json
import math
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

Array = Any
TEMPERATURES = (0.05, 0.07, 0.1, 0.2, 0.5)
BATCHES = (24, 32, 50, 64, 100, 128, 256, 384)
CLASSES = (2, 5, 7, 10, 20, 50)
DIMENSIONS = (64, 128, 256)
CONVENTIONS = ("supcon", "supcon", "supcon", "anchor_excluded", "anchor_included", "supcon_in", "dcl")
LADDER = ("initialisation", "all_equal", "collapsed")
OWN_LOSS_WEIGHT = ("anchor_excluded", "anchor_included", "dcl")


@dataclass(frozen=True)
class Case:
    state: str
    logged: str  # what the log does to the value
    value: float | str
    request: dict[str, Any]


def loss(z: Array, label: Array, image: Array, loss_weight: float, temperature: float, convention: str) -> float:
    """From the definition: the mean over anchors of each anchor's mean over its positives."""
    count = len(z)
    s = z @ z.T / temperature
    itself = np.eye(count, dtype=bool)
    others = ~itself if convention != "anchor_included" else np.ones_like(itself)
    top = np.where(others, s, -np.inf).max(axis=1, keepdims=True)
    powers = np.exp(np.where(others, s - top, -np.inf))
    sums = powers.sum(axis=1, keepdims=True)
    same_image = (image[:, None] == image[None, :]) & others
    same_class = (label[:, None] == label[None, :]) & others
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        denominator = np.log(sums - powers) if convention == "dcl" else np.log(sums)
        pair = denominator + top - s
        if convention == "supcon_in":
            inside = np.where(same_class, np.exp(-pair), 0).sum(axis=1) / same_class.sum(axis=1)
            return float(-np.log(inside).mean())

        def mean_over(mask: Array) -> Array:
            number = mask.sum(axis=1)
            return np.where(number > 0, np.where(mask, pair, 0).sum(axis=1) / np.maximum(number, 1), 0)

        if convention == "supcon":
            return float(mean_over(same_class).mean())
        own, rest = mean_over(same_image), mean_over(same_class & ~same_image)
        return float((loss_weight * own + (1 - loss_weight) * rest).mean())


def unit(z: Array) -> Array:
    return z / np.linalg.norm(z, axis=1, keepdims=True)


def simplex(classes: int) -> Array:
    return unit(np.eye(classes) - 1 / classes)


def least_loss(label: Array, image: Array, loss_weight: float, temperature: float, without_labels: bool) -> float:
    """Of free unit vectors, one for each view, by L-BFGS; the anchor is left out of its denominator."""
    count = len(label)
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(count, count, dtype=torch.float64, generator=generator, requires_grad=True)
    same_image = torch.tensor((image[:, None] == image[None, :]) & ~np.eye(count, dtype=bool))
    partners = torch.tensor((label[:, None] == label[None, :]) & (image[:, None] != image[None, :]))
    itself = torch.eye(count, dtype=torch.bool)
    weight = 1.0 if without_labels else loss_weight
    optimiser = torch.optim.LBFGS([x], max_iter=600, tolerance_grad=1e-9, tolerance_change=1e-12, line_search_fn="strong_wolfe")

    def closure() -> Any:
        optimiser.zero_grad()
        z = torch.nn.functional.normalize(x, dim=1)
        s = z @ z.T / temperature
        pair = torch.logsumexp(s.masked_fill(itself, -math.inf), dim=1, keepdim=True) - s
        value = weight * (pair * same_image).sum(1) / same_image.sum(1)
        value = value + (1 - weight) * (pair * partners).sum(1) / partners.sum(1).clamp(min=1)
        value.mean().backward()
        return value.mean()

    optimiser.step(closure)
    return float(closure())


def shown(value: float, random: np.random.Generator) -> float:
    """As a log prints it; small values keep three digits that are not 0."""
    digits = int(random.choice([2, 3, 4, 12]))
    return round(value, max(digits, 2 - math.floor(math.log10(abs(value)))) if 0 < abs(value) < 0.1 else digits)


def batch_of(random: np.random.Generator, images: int, classes: int, balanced: bool, views: int = 2) -> tuple[Array, Array]:
    of_images = np.arange(images) % classes if balanced else random.integers(classes, size=images)
    return np.repeat(of_images, views), np.repeat(np.arange(images), views)


def embeddings(state: str, random: np.random.Generator, label: Array, dimension: int, classes: int) -> Array:
    count = len(label)
    if state == "all_equal":
        return np.repeat(unit(random.normal(size=(1, dimension))), count, axis=0)
    if state == "collapsed":
        return simplex(classes)[label]
    z = random.normal(size=(count, dimension))
    return z * random.uniform(0.25, 1.5) if state == "unnormalised_input" else unit(z)


def ways_to_log(random: np.random.Generator, temperature: float, embeddings_count: int) -> tuple[str, float, dict[str, Any]]:
    """A name, the factor and what the user says of it."""
    base = float(random.choice([0.07, 0.1]))
    chosen = random.choice(["as is", "as is", "base said", "base said", "base not said", "sum", "binary"])
    if chosen == "base said":
        return "scaled by a base temperature that is said", temperature / base, {"base_temperature": base}
    if chosen == "base not said" and temperature != 0.07:
        return "scaled by 0.07, not said", temperature / 0.07, {}
    if chosen == "sum":
        return "summed, not said", float(embeddings_count), {}
    if chosen == "binary":
        return "to base 2, not said", 1 / math.log(2), {}
    return "as it is", 1.0, {}


def plain_case(state: str, random: np.random.Generator) -> Case:
    convention = str(random.choice(CONVENTIONS))
    temperature = float(random.choice(TEMPERATURES))
    classes = int(random.choice(CLASSES))
    balanced = bool(random.random() < 0.4)
    images = int(random.choice([size for size in BATCHES if size >= 2 * classes]))
    if balanced:
        images -= images % classes
    dimension = int(random.choice(DIMENSIONS))
    # With a larger loss weight collapse is no place to stay.
    loss_weight = 0.005 if state == "collapsed" else float(random.choice([0.1, 0.3, 0.5, 0.8]))
    label, image = batch_of(random, images, classes, balanced)
    z = embeddings(state, random, label, dimension, classes)
    value = loss(z, label, image, loss_weight, temperature, convention)
    for other in LADDER:  # nobody could tell states apart that have the same value
        elsewhere = loss(embeddings(other, random, label, dimension, classes), label, image, loss_weight, temperature, convention)
        if other != state and abs(value - elsewhere) < 0.02 * abs(value):
            return plain_case(state, random)
    request: dict[str, Any] = {"classes": classes, "batch_size": images, "temperature": temperature, "convention": convention}
    if balanced:
        request["sampling"] = "balanced"
    if convention in OWN_LOSS_WEIGHT:
        request["loss_weight"] = loss_weight
    if random.random() < 0.6 or dimension != 128:
        request["dimension"] = dimension
    logged, factor, said = ways_to_log(random, temperature, len(label))
    if state == "unnormalised_input":
        logged, factor, said = "as it is", 1.0, {}
    if not math.isfinite(value):
        return plain_case(state, random)
    return Case(state, logged, shown(factor * value, random), {**request, **said})


def optimum_case(state: str, random: np.random.Generator) -> Case:
    classes, instances = int(random.choice([3, 4, 5])), int(random.choice([3, 4, 5]))
    temperature = float(random.choice([0.1, 0.2, 0.3]))
    loss_weight = float(random.choice([0.5, 0.7, 0.9]))
    label, image = batch_of(random, classes * instances, classes, True)
    value = least_loss(label, image, loss_weight, temperature, state == "labels_missing")
    request = {"classes": classes, "instances_per_class": instances, "dataset": "batch", "temperature": temperature,
               "dimension": len(label)}
    request |= {"convention": "supcon"} if state == "labels_missing" else {"loss_weight": loss_weight}
    return Case(state, "as it is", shown(value, random), request)


def counted_case(random: np.random.Generator) -> Case:
    """All embeddings at one point, other ones counted than said."""
    images, classes = int(random.choice(BATCHES)), int(random.choice(CLASSES[1:]))  # two classes collapse to the same value
    temperature = float(random.choice(TEMPERATURES))
    counted, keys = [("one view counted", images - 1), ("keys of the other view", images),
                     ("each of two GPUs its own", images - 1 if images % 2 == 0 else images)][int(random.integers(3))]
    request = {"classes": classes, "batch_size": images, "temperature": temperature, "convention": "supcon"}
    return Case("all_equal", counted, shown(math.log(keys), random), request)


def other_case(state: str, random: np.random.Generator) -> Case:
    classes, images = int(random.choice([7, 8, 10, 20, 100, 200])), int(random.choice([64, 128, 256]))
    request = {"classes": classes, "batch_size": images, "temperature": float(random.choice(TEMPERATURES))}
    if state == "cross_entropy_at_chance":
        logits = random.normal(size=(images, classes)) * 0.01
        value: float | str = shown(float((np.log(np.exp(logits).sum(1)) - logits[:, 0]).mean()), random)
    else:
        value = str(random.choice(["nan", "inf"])) if state == "diverged" else 0.0
    return Case(state, "as it is", value, request)


def alone_case(random: np.random.Generator) -> Case:
    """The value alone, with the library's scaling."""
    images = int(random.choice([16, 25, 32, 64, 128, 256]))
    temperature = float(random.choice([0.1, 0.5]))
    value = math.log(2 * images - 1) * temperature / 0.07
    return Case("all_equal", "the value alone", round(value, 4), {"temperature": temperature, "base_temperature": 0.07})


def cases(number: int, seed: int) -> list[Case]:
    random = np.random.default_rng(seed)
    made = []
    for _ in range(number):
        made += [plain_case(state, random) for state in ("initialisation", "all_equal", "collapsed", "unnormalised_input")]
        made += [counted_case(random), alone_case(random)]
    for _ in range(max(1, number // 4)):
        made += [optimum_case(state, random) for state in ("optimum", "labels_missing")]
        made += [other_case(state, random) for state in ("cross_entropy_at_chance", "no_positives", "diverged")]
    return made


def answers(binary: str, asked: list[Case]) -> list[dict[str, Any]]:
    lines = "\n".join(json.dumps({**case.request, "loss_value": case.value}) for case in asked)
    done = subprocess.run([binary, "explain", "--input", "-"], input=lines, capture_output=True, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def tally(asked: list[Case], answered: list[dict[str, Any]], key: str) -> dict[str, list[int]]:
    """Right, unclear and wrong ones by state or by what the log does."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for case, answer in zip(asked, answered, strict=True):
        got = answer.get("most_likely", "unclear")  # a refusal names what must be said
        counts[getattr(case, key)][0 if got == case.state else 1 if got == "unclear" else 2] += 1
    return dict(counts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wrong", action="store_true", help="print each case that is not right")
    options = parser.parse_args()
    asked = cases(options.cases, options.seed)
    answered = answers(options.binary, asked)
    for key in ("state", "logged"):
        print(f"\n| {key} | cases | right | unclear | wrong |\n|---|---|---|---|---|")
        for name, (right, unclear, wrong) in sorted(tally(asked, answered, key).items()):
            whole = right + unclear + wrong
            print(f"| {name} | {whole} | {right / whole:.1%} | {unclear / whole:.1%} | {wrong / whole:.1%} |")
    right = sum(counts[0] for counts in tally(asked, answered, "state").values())
    print(f"\n{right} of {len(asked)} right ({right / len(asked):.1%})")
    if options.wrong:
        for case, answer in zip(asked, answered, strict=True):
            if answer.get("most_likely") != case.state:
                print(case, answer.get("most_likely", answer), [row for row in answer.get("states", [])[:3]])


if __name__ == "__main__":
    main()
