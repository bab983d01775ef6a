"""What the measured grid says between its points, and how far seeds differ: what regret and replay are judged on."""
import math
import statistics

from plan import NOISE_TEMPERATURE, TEMPERATURES, WEIGHTS
from runs import RESULTS, results

# What each goal is judged by, of a report's `measured`.
METRICS = {
    "same_labels": lambda found: found["linear_probe_accuracy"],
    "fine_labels": lambda found: found["fine_accuracy"],
    "transfer": lambda found: found["transfer"][0]["linear_probe_accuracy"],
    "retrieval": lambda found: found["transfer"][0]["knn_accuracy"],
    "foreign_data": lambda found: found["foreign_data"][0]["embedding_auroc"],
}


def values(data, encoder, goal, file=RESULTS):
    """(loss weight, temperature) -> the metric of every seed run there, in percent; steered runs are left out."""
    found = {}
    for line in results(file).values():
        of_data, of_encoder, weight, temperature, target, seed = line["run"]
        if (of_data, of_encoder, target) == (data, encoder, None):
            found.setdefault((weight, temperature), {})[seed] = 100 * METRICS[goal](line["measured"])
    return found


def seed_deviation(data, encoder, goal, file=RESULTS):
    """Standard deviation between seeds of one point, pooled over the points with several; nan without any."""
    groups = [list(seeds.values()) for seeds in values(data, encoder, goal, file).values() if len(seeds) > 1]
    freedom = sum(len(group) - 1 for group in groups)
    if freedom == 0:
        return math.nan
    return math.sqrt(sum((len(group) - 1) * statistics.variance(group) for group in groups) / freedom)


def between(nodes, x):
    """Neighbours of x among sorted nodes and the second one's share; beyond the ends the end itself."""
    if x <= nodes[0]:
        return nodes[0], nodes[0], 0.0
    for low, high in zip(nodes, nodes[1:]):
        if x <= high:
            return low, high, (x - low) / (high - low)
    return nodes[-1], nodes[-1], 0.0


class Surrogate:
    """One metric over the grid of one encoder on one data set: linear in the loss weight and the log temperature between
    nodes, the nearest edge beyond. Every node is the mean of its seeds. `file`: of the runs, long or short ones."""

    def __init__(self, data, encoder, goal, file=RESULTS):
        found = values(data, encoder, goal, file)
        self.temperatures = sorted(t for t in TEMPERATURES[encoder] if all((w, t) in found for w in WEIGHTS))
        if NOISE_TEMPERATURE not in self.temperatures:
            raise ValueError(f"{data}, {encoder}: the grid has not been run")
        self.nodes = {(w, math.log(t)): statistics.fmean(found[w, t].values()) for w in WEIGHTS for t in self.temperatures}
        self.best = max(self.nodes.values())
        self.deviation = seed_deviation(data, encoder, goal, file)

    def __call__(self, weight, temperature):
        left, right, across = between(WEIGHTS, weight)
        low, high, up = between([math.log(t) for t in self.temperatures], math.log(temperature))
        at = self.nodes
        return ((1 - up) * ((1 - across) * at[left, low] + across * at[right, low])
                + up * ((1 - across) * at[left, high] + across * at[right, high]))
