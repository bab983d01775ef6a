"""Estimator E1 (advisor/theory.md, section 3) held against training: batches drawn from a data set, free unit vectors.

    python tests/bench/estimate_check.py build/release/ssem build/release/ssem-train [--epochs N] [--seeds N]

Prints a Markdown table, predicted beside measured, and the largest deviations. About five minutes on two cores.
"""
import argparse
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

JOBS = 2


@dataclass(frozen=True)
class Setting:
    """Balanced: `batch` images are equally many of every class."""
    classes: int
    batch: int
    of_a_class: int  # images of one class in the data set
    dimension: int
    loss_weight: float
    temperature: float
    sampling: str = "balanced"
    convention: str = "anchor_excluded"
    reduction: str = "anchor_mean"

    def problem(self) -> dict[str, Any]:
        problem = {"classes": self.classes, "dimension": self.dimension, "views": 2, "sampling": self.sampling,
                   "convention": self.convention, "reduction": self.reduction,
                   "dataset_instances_per_class": self.of_a_class}
        if self.sampling == "random":
            return {**problem, "batch_size": self.batch}
        return {**problem, "instances_per_class": self.batch // self.classes}

    def point(self) -> dict[str, float]:
        if self.convention == "supcon":
            return {"temperature": self.temperature}
        return {"loss_weight": self.loss_weight, "temperature": self.temperature}

    def label(self) -> str:
        extra = [word for word, default in ((self.convention, "anchor_excluded"), (self.reduction, "anchor_mean"))
                 if word != default]
        return " ".join([f"{self.classes} x {self.of_a_class}, batch {self.batch} {self.sampling}, d {self.dimension}",
                         f"({', '.join(extra)})" if extra else ""]).strip()


SETTINGS = [
    Setting(4, 16, 8, 4, 0.5, 0.15),
    Setting(4, 16, 24, 8, 0.5, 0.2),
    Setting(4, 16, 24, 24, 0.7, 0.3),
    Setting(4, 32, 50, 16, 0.3, 0.15),
    Setting(8, 32, 16, 8, 0.6, 0.2),
    Setting(8, 64, 30, 16, 0.4, 0.15),
    Setting(8, 64, 30, 64, 0.75, 0.25),
    Setting(10, 40, 20, 10, 0.7, 0.15),
    Setting(10, 40, 20, 32, 0.5, 0.15),
    Setting(20, 40, 12, 24, 0.8, 0.15),
    Setting(20, 60, 10, 20, 0.8, 0.2),
    Setting(20, 60, 10, 64, 0.85, 0.2),
    Setting(10, 40, 20, 16, 0.6, 0.15, convention="anchor_included"),
    Setting(4, 16, 24, 8, 0.6, 0.2, convention="anchor_included"),
    Setting(4, 16, 24, 8, 0.5, 0.15, convention="dcl"),
    Setting(10, 40, 20, 16, 0, 0.1, convention="supcon"),
    Setting(4, 16, 12, 8, 0.5, 0.15, "random"),
    Setting(4, 32, 50, 16, 0.4, 0.2, "random"),
    Setting(8, 32, 16, 8, 0.5, 0.15, "random"),
    Setting(10, 64, 30, 32, 0.4, 0.15, "random"),
    Setting(10, 64, 30, 32, 0.4, 0.15, "random", reduction="pair_mean"),
    Setting(20, 32, 20, 24, 0.5, 0.12, "random"),
    Setting(20, 64, 10, 40, 0.7, 0.2, "random"),
    Setting(10, 40, 20, 16, 0.6, 0.15, "random", convention="anchor_included"),
]


def reports_of(trainer: str, setting: Setting, epochs: int, seeds: int) -> list[dict[str, Any]]:
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    reports = []
    for seed in range(seeds):
        spec = {"problem": setting.problem(), **setting.point(), "seed": seed, "budget": {"epochs": epochs}}
        done = subprocess.run([trainer], input=json.dumps(spec).encode(), capture_output=True, check=True,
                              env={**os.environ, **threads})
        reports.append(json.loads(done.stdout.splitlines()[-1])["report"])
    return reports


def predicted_of(ssem: str, setting: Setting) -> dict[str, float]:
    """What the tool predicts; where E1 holds, similarities follow from its variance."""
    request = json.dumps({**setting.problem(), **setting.point()})
    done = subprocess.run([ssem, "evaluate", "--json", "--input", "-"], input=request.encode(), capture_output=True, check=True)
    answer = json.loads(done.stdout)
    estimate = answer["estimated_within_class_variance"]
    variance = float(answer["within_class_variance"] if estimate is None else estimate)
    share = setting.of_a_class / (setting.of_a_class - 1)
    return {"within_class_variance": variance, "within_class_similarity": 1 - share * variance,
            "between_class_similarity": -(1 - variance) / (setting.classes - 1), "loss_value": float(answer["loss_value"])}


FIELDS = {"within_class_variance": "variance", "within_class_similarity": "similarity within",
          "between_class_similarity": "similarity between", "loss_value": "loss"}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("ssem")
    parser.add_argument("trainer")
    parser.add_argument("--epochs", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=2)
    arguments = parser.parse_args()
    with ThreadPoolExecutor(JOBS) as pool:
        runs = list(pool.map(lambda setting: reports_of(arguments.trainer, setting, arguments.epochs, arguments.seeds), SETTINGS))
    print("Each cell: predicted, measured (mean of the seeds); spread: of the variance between seeds\n")
    print("| setting | weight, temperature | " + " | ".join(FIELDS.values()) + " | deviation of variance | spread | verdicts |")
    print("|---" * (len(FIELDS) + 5) + "|")
    deviations: dict[str, list[tuple[float, str]]] = {field: [] for field in FIELDS}
    relative: list[tuple[float, str]] = []
    for setting, reports in zip(SETTINGS, runs):
        predicted = predicted_of(arguments.ssem, setting)
        measured = {field: [float(report["measured"][field]) for report in reports] for field in FIELDS}
        mean = {field: sum(values) / len(values) for field, values in measured.items()}
        for field in FIELDS:
            deviations[field].append((abs(mean[field] - predicted[field]), setting.label()))
        variance, variances = predicted["within_class_variance"], measured["within_class_variance"]
        share = mean["within_class_variance"] / variance - 1 if variance > 0 else 0.0
        relative.append((abs(share), setting.label()))
        cells = [f"{predicted[field]:.4f}, {mean[field]:.4f}" for field in FIELDS]
        verdicts = " ".join(sorted({report["verdict"] for report in reports}))
        print(f"| {setting.label()} | {setting.loss_weight:g}, {setting.temperature:g} | {' | '.join(cells)} | {100 * share:+.1f} % | "
              f"{max(variances) - min(variances):.4f} | {verdicts} |")
    print()
    for field, name in FIELDS.items():
        value, where = max(deviations[field])
        print(f"largest deviation of {name}: {value:.4f} ({where})")
    value, where = max(relative)
    print(f"largest relative deviation of variance: {100 * value:.1f} % ({where}); mean {100 * sum(v for v, _ in relative) / len(relative):.1f} %")


if __name__ == "__main__":
    main()
