"""What following the first answer costs against the best of the measured grid, beside what people do otherwise.

    python regret.py SSEM

Regret: the best of the grid less the rule's point, in points of the goal's metric (means over seeds). The best of a grid
is drawn from many noisy runs, so even the best rule has some; `noise` is the standard deviation between seeds. The last
tables are without that bias: how much better the advice is than each rule, with 95 % intervals from the noise between
seeds (a point between measured ones counts as one seed). Data on which nothing was decided stand apart.
"""
import argparse
import math
import random
import statistics

from plan import DATA, TEMPERATURES, UNSEEN, advised
from surrogate import METRICS, Surrogate, values

DRAWS = 1000
DRAWN = 20
LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE = 0.05, 1.0
NORMAL_95 = 1.96
CELLS = {"two kinds of images, two encoders": [(data, encoder) for encoder in TEMPERATURES for data in DATA],
         "letters, on which nothing was decided": [(data, "mlp") for data in UNSEEN]}


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


class Cell:
    """One metric on one data set with one encoder: a rule's value, and the square of its standard error."""

    def __init__(self, points, data, encoder, goal):
        self.surrogate, self.measured = Surrogate(data, encoder, goal), values(data, encoder, goal)
        self.rules = {name: self._at(point) for name, point in rules(points, goal).items()}

    def _at(self, point):
        seeds = self.measured.get(point)
        value = statistics.fmean(seeds.values()) if seeds else self.surrogate(*point)
        return value, self.surrogate.deviation ** 2 / len(seeds or [None])

    def regrets(self):
        found = {name: self.surrogate.best - value for name, (value, _) in self.rules.items()}
        found["median of random points"] = self.surrogate.best - drawn_at_random(self.surrogate)
        found["noise"] = self.surrogate.deviation
        return found

    def gain(self, rule):
        """How much better the advice is than the rule, and the square of that one's standard error."""
        (ours, our_square), (theirs, their_square) = self.rules["advice for the goal"], self.rules[rule]
        return ours - theirs, our_square + their_square


def print_regrets(cells):
    for goal, of_goal in cells.items():
        names = list(next(iter(of_goal.values())).regrets())
        if goal == next(iter(cells)):
            print("| goal | data, encoder | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 2))
        for (data, encoder), cell in of_goal.items():
            found = cell.regrets()
            print(f"| {goal} | {data}, {encoder} | " + " | ".join(f"{found[name]:.1f}" for name in names) + " |")
    print("\n| goal, mean of all | " + " | ".join(names[:-1]) + " |\n|" + "---|" * len(names))
    for goal, of_goal in cells.items():
        tables = [cell.regrets() for cell in of_goal.values()]
        print(f"| {goal} | " + " | ".join(f"{statistics.fmean(each[name] for each in tables):.1f}" for name in names[:-1]) + " |")


def print_gains(cells):
    others = [name for name in rules(dict.fromkeys(cells, (0, 0)) | {"unknown": (0, 0)}, next(iter(cells)))][1:]
    print("\n| the advice gains, in the mean | " + " | ".join("on " + name for name in others) + " |\n|" + "---|" * (len(others) + 1))
    for goal, of_goal in cells.items():
        row = []
        for name in others:
            gains = [cell.gain(name) for cell in of_goal.values()]
            mean = statistics.fmean(gain for gain, _ in gains)
            error = NORMAL_95 * math.sqrt(sum(square for _, square in gains)) / len(gains)
            row.append(f"{mean:+.1f} ± {error:.1f}")
        print(f"| {goal} | " + " | ".join(row) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ssem")
    points = advised(parser.parse_args().ssem)
    for title, places in CELLS.items():
        print(f"\n{title}\n")
        cells = {goal: {place: Cell(points, *place, goal) for place in places} for goal in METRICS}
        print_regrets(cells)
        print_gains(cells)


if __name__ == "__main__":
    main()
