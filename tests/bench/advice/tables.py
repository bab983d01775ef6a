"""What the advice is worth, from results.jsonl: tables in Markdown, and a plot.

    python tables.py SSEM [--plot FILE]

SSEM is the executable that is asked what it expects in training; FILE gets delivered over predicted variance as SVG.
"""
import argparse
import json
import math
import statistics
import subprocess

from plan import NOISE_TEMPERATURE, PROBLEM, TYPED, flags
from runs import results

# Okabe and Ito: told apart by everybody.
COLOURS = {("fashion", "small_cnn"): "#0072b2", ("mnist", "small_cnn"): "#d55e00", ("fashion", "mlp"): "#56b4e9",
           ("mnist", "mlp"): "#e69f00", ("fashion", "resnet18"): "#000000", ("mnist", "resnet18"): "#888888",
           ("letters_a", "mlp"): "#009e73", ("letters_k", "mlp"): "#cc79a7"}
TYPED_TEMPERATURE = TYPED[0][1]
GOALS_TEMPERATURE = {"resnet18": 0.1}  # others: NOISE_TEMPERATURE


def measured(line):
    return line["measured"]["train_within_class_variance"]


def weight_of(line):
    return line["control"]["final_loss_weight"] if line["control"] else line["run"][2]


def evaluations(ssem, lines):
    """The answer of `ssem evaluate` at each line's point."""
    answers = []
    for line in lines:
        asked = {**PROBLEM, "loss_weight": weight_of(line), "temperature": line["run"][3]}
        done = subprocess.run([ssem, "evaluate", *flags(asked), "--json"], capture_output=True, check=True)
        answers.append(json.loads(done.stdout))
    return answers


def root_mean_square(values):
    values = list(values)
    return math.sqrt(statistics.fmean(value * value for value in values)) if values else math.nan


def points(ssem):
    """Of runs with a loss weight between plain SupCon and SimCLR: line, variance at the optimum, variance expected, low, high."""
    lines = [line for line in results().values() if 0 < weight_of(line) < 1]
    found = []
    for line, answer in zip(lines, evaluations(ssem, lines)):
        expected = answer["expected_in_training"]
        found.append((line, answer["within_class_variance"], expected["within_class_variance"], expected["low"], expected["high"]))
    return found


def delivered_table(found):
    print("| data, encoder | runs | error of the optimum's variance | of the expected one | inside low to high |\n|---|---|---|---|---|")
    groups = {}
    for point in found:
        groups.setdefault(tuple(point[0]["run"][:2]), []).append(point)
    for (data, encoder), group in groups.items():
        optimum = root_mean_square(point[1] - measured(point[0]) for point in group)
        expected = root_mean_square(point[2] - measured(point[0]) for point in group)
        inside = sum(low <= measured(line) <= high for line, _, _, low, high in group)
        print(f"| {data}, {encoder} | {len(group)} | {optimum:.3f} | {expected:.3f} | {inside} |")


def held_table():
    print("\n| data, encoder | target | loss weight that held it | variance on training images | on test images |\n|---|---|---|---|---|")
    for line in results().values():
        if not line["control"]:
            continue
        data, encoder, _, _, target, seed = line["run"]
        print(f"| {data}, {encoder}{f', seed {seed}' if seed else ''} | {target} | {weight_of(line):.3f} | {measured(line):.3f} | "
              f"{line['measured']['within_class_variance']:.3f} |")


def goals_table():
    print("\n| data, encoder | loss weight | variance | same labels | fine labels | 5 images a class | other data | "
          "foreign data (AUROC) |\n|---|---|---|---|---|---|---|---|")
    for line in sorted(results().values(), key=lambda each: (each["run"][:2], each["run"][3], each["run"][5], measured(each))):
        data, encoder, _, temperature, target, seed = line["run"]
        wanted = NOISE_TEMPERATURE if target else GOALS_TEMPERATURE.get(encoder, NOISE_TEMPERATURE)
        if (temperature, seed) != (wanted, 0):
            continue
        found = line["measured"]
        weight = f"{weight_of(line):.3g}" + (" (steered)" if target else "")
        print(f"| {data}, {encoder} | {weight} | {measured(line):.3f} | "
              f"{100 * found['linear_probe_accuracy']:.1f} | {100 * found['fine_accuracy']:.1f} | "
              f"{100 * found['few_shot_accuracy']['5']:.1f} | {100 * found['transfer'][0]['linear_probe_accuracy']:.1f} | "
              f"{100 * found['foreign_auroc']:.1f} |")


def corrupted_table():
    """The probe of clean images on spoilt ones, the mean of all seeds at temperature .1."""
    groups = {}
    for line in results().values():
        data, encoder, weight, temperature, target, _ = line["run"]
        if target is None and temperature == TYPED_TEMPERATURE and "corrupted_accuracy" in line["measured"]:
            groups.setdefault((data, encoder, weight), []).append(line["measured"])
    names = sorted({name for group in groups.values() for name in group[0]["corrupted_accuracy"]})
    print("\n| data, encoder | loss weight | runs | clean | " + " | ".join(names) + " |\n|" + "---|" * (4 + len(names)))
    for (data, encoder, weight), group in sorted(groups.items()):
        clean = 100 * statistics.fmean(found["linear_probe_accuracy"] for found in group)
        spoilt = [100 * statistics.fmean(found["corrupted_accuracy"][name] for found in group) for name in names]
        print(f"| {data}, {encoder} | {weight:g} | {len(group)} | {clean:.1f} | " + " | ".join(f"{each:.1f}" for each in spoilt) + " |")


def plot(found):
    """Measured variance over the optimum's (hollow) and over the expected one (filled)."""
    side, left, top = 340, 60, 60
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + side + 210}" height="{top + side + 50}" '
           f'viewBox="0 0 {left + side + 210} {top + side + 50}" font-family="system-ui, sans-serif" font-size="12" fill="#222">',
           '<rect width="100%" height="100%" fill="#fff"/>']

    def x(value):
        return left + side * value / 0.7

    def y(value):
        return top + side - side * value / 0.7

    out.append(f'<text x="{left}" y="{top - 34}" font-size="14" font-weight="600">Within-class variance of training images</text>'
               f'<text x="{left}" y="{top - 12}" fill="#666">measured</text>'
               f'<text x="{x(.35)}" y="{top + side + 40}" text-anchor="middle">predicted</text>')
    for tick in (0, .1, .2, .3, .4, .5, .6, .7):
        out.append(f'<path d="M{x(0)} {y(tick)}H{x(.7)}M{x(tick)} {y(0)}V{y(.7)}" stroke="#e4e4e4" fill="none"/>'
                   f'<text x="{left - 8}" y="{y(tick) + 4}" text-anchor="end">{tick:g}</text>'
                   f'<text x="{x(tick)}" y="{top + side + 18}" text-anchor="middle">{tick:g}</text>')
    out.append(f'<path d="M{x(0)} {y(0)}L{x(.7)} {y(.7)}" stroke="#888" stroke-dasharray="4 4"/>')
    for line, optimum, expected, _, _ in found:
        colour = COLOURS[tuple(line["run"][:2])]
        for value, fill in ((optimum, "none"), (expected, colour)):
            out.append(f'<circle cx="{x(value):.1f}" cy="{y(measured(line)):.1f}" r="4.5" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>')
    drawn = [series for series in COLOURS if any(tuple(line["run"][:2]) == series for line, *_ in found)]
    for k, (data, encoder) in enumerate(drawn):
        colour = COLOURS[data, encoder]
        out.append(f'<circle cx="{left + side + 24}" cy="{top + 14 + 22 * k}" r="4.5" fill="{colour}"/>'
                   f'<text x="{left + side + 36}" y="{top + 18 + 22 * k}">{data}, {encoder}</text>')
    out.append(f'<text x="{left + side + 18}" y="{top + 26 + 22 * len(drawn)}">hollow: the loss\'s optimum</text>'
               f'<text x="{left + side + 18}" y="{top + 44 + 22 * len(drawn)}">filled: expected in training</text></svg>')
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ssem")
    parser.add_argument("--plot")
    arguments = parser.parse_args()
    found = points(arguments.ssem)
    delivered_table(found)
    held_table()
    goals_table()
    corrupted_table()
    if arguments.plot:
        with open(arguments.plot, "w") as file:
            file.write(plot(found))


if __name__ == "__main__":
    main()
