"""Encoder runs on real images for the advice benchmark; no run is ever made twice.

    python runs.py BUILD DATA [--jobs N] [--minutes M] [--only TEXT ...] [--short]

BUILD is the folder with ssem and ssem-train, DATA the one that real_data.py wrote. Makes the runs of plan.py that
results.jsonl does not hold yet, N at a time on one thread each, until M minutes are over, and appends a line of figures
for each. A run of 1,000 steps takes half a minute (mlp) to two (small_cnn, resnet18). With --short the mlp's grid is run for a
quarter of the steps into short_results.jsonl: what a search of short runs would have found.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import time

from plan import OTHER, PROBLEM, UNSEEN, advised, plan, short_plan

HERE = pathlib.Path(__file__).parent
RESULTS = HERE / "results.jsonl"
SHORT_RESULTS = HERE / "short_results.jsonl"

# Fine class -> the coarse class that is trained on; fine classes that look alike share one.
COARSE = {"fashion": [0, 1, 2, 1, 2, 3, 0, 3, 4, 4], "mnist": [0, 1, 2, 2, 3, 4, 0, 1, 4, 3],
          # Letters: the pairs whose mean measurements are nearest, all in all.
          "letters_a": [0, 1, 2, 3, 2, 4, 1, 3, 4, 0], "letters_k": [0, 0, 1, 1, 2, 3, 2, 4, 4, 3]}
STEPS = 1000
SHORT_STEPS = STEPS // 4


def dataset(folder, name, coarse=True):
    spec = {"kind": "npz", "path": str(folder / f"{name}.npz"), "test_path": str(folder / f"{name}_test.npz")}
    return {**spec, "coarse_of_fine": COARSE[name]} if coarse else spec


MODELS = {"small_cnn": {"kind": "small_cnn", "width": 16}, "mlp": {"kind": "mlp", "hidden": [512, 256]},
          "resnet18": {"kind": "resnet18", "width": 16}}


def views(data):
    """Digits and clothes are what they are when mirrored or grey: views that change what is to be told apart teach nothing."""
    return {} if data in UNSEEN else {"crop_scale_low": 0.4, "flip_probability": 0.0 if data == "mnist" else 0.5}


def spec_of(run, folder, steps):
    data, encoder, weight, temperature, target, seed = run
    spec = {"problem": PROBLEM, "loss_weight": weight, "temperature": temperature, "mode": "encoder",
            "dataset": dataset(folder, data), "model": MODELS[encoder],
            "optimizer": {"kind": "adamw", "learning_rate": 0.002},
            "augment": views(data), "budget": {"steps": steps}, "device": "cpu", "seed": seed,
            "transfer": [dataset(folder, OTHER[data], coarse=False)], "foreign_data": [dataset(folder, OTHER[data])]}
    if data not in UNSEEN:
        spec["corruptions"] = ["noise", "blur", "contrast"]
    if target is not None:
        spec["control"] = {"target_within_class_variance": target}
    return spec


def key(run):
    return json.dumps(run)


def results(file=RESULTS):
    if not file.exists():
        return {}
    return {key(tuple(line["run"])): line for line in map(json.loads, file.read_text().splitlines())}


def figures(run, report):
    """What is kept of a report: numbers, no paths."""
    kept = {name: value for name, value in report["measured"].items()
            if isinstance(value, (int, float, bool)) or name in ("few_shot_accuracy", "transfer", "foreign_data", "corrupted_accuracy")}
    predicted = report["predicted"]
    return {"run": run, "steps": report["steps"], "elapsed_s": round(report["elapsed_s"], 1),
            "predicted_within_class_variance": predicted["within_class_variance"],
            "predicted_loss": predicted["loss_value"], "loss_weight_threshold": predicted["loss_weight_threshold"],
            "logit_margin": predicted["margin"]["loss_weight_logit"], "verdict": report["verdict"],
            "converged": report["converged"], "control": report.get("control"),
            "measured": {name: round(value, 5) if isinstance(value, float) else value for name, value in kept.items()}}


def make(trainer, folder, run, steps):
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([trainer], input=json.dumps(spec_of(run, folder, steps)).encode(), capture_output=True, check=False,
                          env=environment)
    last = json.loads(done.stdout.splitlines()[-1])
    if last["event"] != "finished":
        raise RuntimeError(f"{run}: {last}")
    return figures(run, last["report"])


def append(file, line):
    with file.open("a") as lines:
        lines.write(json.dumps(line) + "\n")
    return line


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--short", action="store_true")
    arguments = parser.parse_args()
    file = SHORT_RESULTS if arguments.short else RESULTS
    steps = SHORT_STEPS if arguments.short else STEPS
    end = time.monotonic() + 60 * arguments.minutes
    made = results(file)
    wanted = short_plan() if arguments.short else plan(advised(arguments.build / "ssem"))
    missing = [run for run in wanted if key(run) not in made and all(text in key(run) for text in arguments.only)]
    print(f"{len(made)} runs are there, {len(missing)} are missing")

    def make_one(run):
        if time.monotonic() > end:
            return None
        return make(arguments.build / "ssem-train", arguments.data, run, steps)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for line in pool.map(make_one, missing):
            if line is None:
                continue
            append(file, line)
            measured = line["measured"]
            print(line["run"], "predicted", round(line["predicted_within_class_variance"] or -1, 3), "measured",
                  measured["train_within_class_variance"], "fine", measured["fine_accuracy"], flush=True)


if __name__ == "__main__":
    main()
