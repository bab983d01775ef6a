"""Encoder runs on data: predicted against measured, as the table and the plot of trainer/README.md.

    python tests/bench/real_runs.py build/release/ssem-train FOLDER [NAME ...]

Runs what is not in FOLDER yet (a report there is kept), prints a Markdown table and writes FOLDER/runs.svg. The runs on
digits need scikit-learn, whose 1,797 handwritten digits they use.
"""
import json
import os
import subprocess
import sys

PAIRS = {"recommended": (0.5, 0.1), "collapsing": (0.02, 0.5), "self-supervised": (1.0, 0.1)}
NORMAL = {"mode": "encoder", "device": "cpu"}
GAUSSIAN = {**NORMAL, "problem": {"classes": 10, "instances_per_class": 10, "dimension": 64},
            "dataset": {"kind": "gaussian_hierarchy", "train_per_class": 200, "test_per_class": 100},
            "model": {"kind": "mlp"}, "budget": {"steps": 3000}}
SHAPES = {**NORMAL, "problem": {"classes": 5, "instances_per_class": 10, "dimension": 64},
          "dataset": {"kind": "shapes", "image_size": 16, "train_per_class": 200, "test_per_class": 100},
          "model": {"kind": "small_cnn", "width": 16}, "augment": {"crop_scale_low": 0.6},
          "optimizer": {"kind": "adamw", "learning_rate": 0.003}, "budget": {"steps": 2500}}
DIGITS = {**NORMAL, "problem": {"classes": 2, "instances_per_class": 50, "dimension": 64},
          "dataset": {"kind": "npz", "path": "digits.npz", "coarse_of_fine": [0] * 5 + [1] * 5},
          "model": {"kind": "mlp"}, "budget": {"steps": 3000},
          "augment": {"crop_scale_low": 0.7, "flip_probability": 0, "jitter": 0.2}}


def runs():
    for name, spec in (("hierarchy", GAUSSIAN), ("shapes", SHAPES)):
        for pair, (loss_weight, temperature) in PAIRS.items():
            yield f"{name}, {pair}", {**spec, "loss_weight": loss_weight, "temperature": temperature}
    for loss_weight, temperature in ((0.01, 0.5), (0.2, 0.1), (0.5, 0.1), (0.75, 0.3), (1.0, 0.1)):
        yield f"digits, {loss_weight:g} at {temperature:g}", {**DIGITS, "loss_weight": loss_weight, "temperature": temperature}


def write_digits(path):
    import numpy
    from sklearn.datasets import load_digits
    digits = load_digits()
    numpy.savez(path, images=(digits.images * 255 / 16).round().astype("uint8"), labels=digits.target)


def report_of(trainer, folder, name, spec):
    place = os.path.join(folder, name.replace(", ", "_").replace(" ", "_"))
    path = os.path.join(place, "report.json")
    if not os.path.exists(path):
        spec = json.loads(json.dumps(spec))
        if spec["dataset"]["kind"] == "npz":
            spec["dataset"]["path"] = os.path.join(folder, "digits.npz")
            if not os.path.exists(spec["dataset"]["path"]):
                write_digits(spec["dataset"]["path"])
        subprocess.run([trainer], input=json.dumps({**spec, "output_directory": place}).encode(), check=True,
                       stdout=subprocess.DEVNULL)
    with open(path) as file:
        return json.load(file)


def number(value, digits=2):
    return f"{value:.{digits}f}" if isinstance(value, float) else "–"


def row(name, report):
    predicted, measured = report["predicted"], report["measured"]
    variance = predicted.get("estimated_within_class_variance") or predicted["within_class_variance"]
    return {"name": name, "predicted": variance, "measured": measured["within_class_variance"],
            "training": measured["train_within_class_variance"], "loss": measured["loss_value"],
            "optimum": predicted["loss_value"], "fine": measured["fine_accuracy"],
            "embedding_fine": measured["embedding_fine_accuracy"], "verdict": report["verdict"], "cause": report["cause"],
            "collapsed": predicted["collapsed"]}


def table(rows):
    print("| run | variance predicted | on test images | on training images | loss (optimum) | fine accuracy: embedding, features "
          "| verdict |\n|---|---|---|---|---|---|---|")
    for r in rows:
        cause = "" if r["cause"] == "none" else f" ({r['cause']})"
        print(f"| {r['name']} | {number(r['predicted'])} | {number(r['measured'])} | {number(r['training'])} | "
              f"{number(r['loss'])} ({number(r['optimum'])}) | {number(r['embedding_fine'])}, {number(r['fine'])} | "
              f"{r['verdict']}{cause} |")


COLOURS = {"hierarchy": "#0072b2", "shapes": "#d55e00", "digits": "#009e73"}  # Okabe and Ito: told apart by everybody


def plot(rows):
    """Predicted against measured on the left, fine accuracy over measured variance on the right."""
    width, height, side, top = 760, 400, 290, 60
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
           'font-family="system-ui, sans-serif" font-size="12" fill="#222">', '<rect width="100%" height="100%" fill="#fff"/>']

    def panel(left, title, x_title, y_title, points, diagonal):
        x = lambda value: left + value * side
        y = lambda value: top + side - value * side
        out.append(f'<text x="{left}" y="{top - 22}" font-size="14" font-weight="600">{title}</text>')
        for tick in (0, 0.25, 0.5, 0.75, 1):
            out.append(f'<path d="M{x(0)} {y(tick)}H{x(1)}M{x(tick)} {y(0)}V{y(1)}" stroke="#e4e4e4" fill="none"/>')
            out.append(f'<text x="{x(0) - 8}" y="{y(tick) + 4}" text-anchor="end">{tick:g}</text>')
            out.append(f'<text x="{x(tick)}" y="{y(0) + 18}" text-anchor="middle">{tick:g}</text>')
        if diagonal:
            out.append(f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#888" stroke-dasharray="4 4"/>')
        out.append(f'<text x="{x(0.5)}" y="{y(0) + 38}" text-anchor="middle">{x_title}</text>')
        out.append(f'<text x="{left}" y="{top - 6}" fill="#666">{y_title}</text>')
        for horizontal, vertical, name, verdict in points:
            colour = COLOURS[name.split(",")[0]]
            fill = colour if verdict == "confirmed" else "#fff"
            out.append(f'<circle cx="{x(horizontal):.1f}" cy="{y(vertical):.1f}" r="5.5" fill="{fill}" stroke="{colour}" '
                       f'stroke-width="2"><title>{name}: {verdict}</title></circle>')

    panel(50, "Within-class variance", "predicted", "measured on test images",
          [(r["predicted"], r["measured"], r["name"], r["verdict"]) for r in rows], True)
    panel(430, "Fine accuracy of the embedding", "measured within-class variance", "share of test images",
          [(r["measured"], r["embedding_fine"], r["name"], r["verdict"]) for r in rows if isinstance(r["embedding_fine"], float)],
          False)
    for k, (name, colour) in enumerate(COLOURS.items()):
        out.append(f'<circle cx="{64 + 110 * k}" cy="14" r="5.5" fill="{colour}"/><text x="{76 + 110 * k}" y="18">{name}</text>')
    out.append('<circle cx="400" cy="14" r="5.5" fill="#fff" stroke="#222" stroke-width="2"/>'
               '<text x="412" y="18">hollow: not confirmed</text></svg>')
    return "\n".join(out) + "\n"


def main():
    trainer, folder, *names = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    rows = [row(name, report_of(trainer, folder, name, spec)) for name, spec in runs()
            if not names or any(part in name for part in names)]
    table(rows)
    with open(os.path.join(folder, "runs.svg"), "w") as file:
        file.write(plot(rows))


if __name__ == "__main__":
    main()
