"""What following the first answer costs against the best of the measured grid, beside what people do otherwise.

    python regret.py SSEM

Regret: the best of the grid less the rule's point, in points of the goal's metric (means over seeds). The best of a grid
is drawn from many noisy runs, so even the best rule has some; `noise` is the standard deviation between seeds.
"""
import argparse
import random
import statistics

from plan import DATA, TEMPERATURES, advised
from surrogate import METRICS, Surrogate, values

DRAWS = 1000
DRAWN = 20
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.05, 1.0


def rules(points, goal):
    """Name -> the point that somebody trains who follows it."""
    return {"advice for the goal": points[goal], ".3 at the optimum": points["unknown"], "plain SupCon": (0.0, 0.1),
            "SimCLR": (1.0, 0.1), ".5 at .1": (0.5, 0.1)}


def drawn_at_random(surrogate):
    """The median over DRAWS of the median of DRAWN points: half the time a random search's trial is worse."""
    dice = random.Random(0)
    ratio = HIGHEST_TEMPERATURE / LOWEST_TEMPERATURE
    return statistics.median(
        statistics.median(surrogate(dice.random(), LOWEST_TEMPERATURE * ratio ** dice.random()) for _ in range(DRAWN))
        for _ in range(DRAWS))


def regrets(points, data, encoder, goal):
    surrogate, measured = Surrogate(data, encoder, goal), values(data, encoder, goal)
    found = {}
    for name, point in rules(points, goal).items():
        value = statistics.fmean(measured[point].values()) if point in measured else surrogate(*point)
        found[name] = surrogate.best - value
    found["median of random points"] = surrogate.best - drawn_at_random(surrogate)
    found["noise"] = surrogate.deviation
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ssem")
    points = advised(parser.parse_args().ssem)
    tables = {goal: {f"{data}, {encoder}": regrets(points, data, encoder, goal) for encoder in TEMPERATURES for data in DATA}
              for goal in METRICS}
    names = list(next(iter(tables["same_labels"].values())))
    print("| goal | data, encoder | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 2))
    for goal, rows in tables.items():
        for cell, row in rows.items():
            print(f"| {goal} | {cell} | " + " | ".join(f"{row[name]:.1f}" for name in names) + " |")
    print("\n| goal, mean of all | " + " | ".join(names[:-1]) + " |\n|" + "---|" * len(names))
    for goal, rows in tables.items():
        means = [statistics.fmean(row[name] for row in rows.values()) for name in names[:-1]]
        print(f"| {goal} | " + " | ".join(f"{mean:.1f}" for mean in means) + " |")


if __name__ == "__main__":
    main()
