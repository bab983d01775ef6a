"""`ssem evaluate --label-levels` and the advice: which levels of labels collapse, as text and JSON."""
import math

import pytest
from command_line import answers, faults, ssem, strict

POINT = {"loss_weight": 0.3, "temperature": 0.2}
FIELDS = {"batch_size": 60, "dataset": "batch", "sampling": "balanced", "label_levels": "12:1,4:0.5", **POINT}
FLAGS = ["--batch-size", "60", "--dataset-is-batch", "--sampling", "balanced", "--label-levels", "12:1,4:0.5"]


def told(command, *flags):
    done = ssem(command, *flags, "--json")
    assert done.returncode == 0, done.stderr
    return strict(done.stdout.decode())


def loss_from_variances(variances, weights, loss_weight, temperature):
    """The loss typed in again for 12 classes of 5 images inside 4, two views, the anchor left out."""
    sizes = [5, 3, 4]  # images of a class, classes inside a coarse one, coarse classes
    counts = [4, 10, 45]
    away = [sum(variances[:k]) + variances[k] * sizes[k] / (sizes[k] - 1) for k in range(3)]
    log_sum = math.log(2 * (0.5 + sum(n * math.exp(-d / temperature) for n, d in zip(counts, away))))
    fine = away[0] / temperature
    coarse = (4 * away[0] + 10 * away[1]) / 14 / temperature
    supervised = (weights[0] * fine + weights[1] * coarse) / sum(weights)
    return log_sum + (1 - loss_weight) * supervised


def variances_of(answer):
    return [level["members_variance"] for level in answer["label_levels"]] + [answer["between_class_variance"]]


def test_the_answer_is_the_least_loss_of_its_family():
    answer = told("evaluate", *FLAGS, "--loss-weight", "0.3", "--temperature", "0.2")
    found = variances_of(answer)
    assert sum(found) == pytest.approx(1)
    assert answer["loss_value"] == pytest.approx(loss_from_variances(found, [1, 0.5], 0.3, 0.2), abs=1e-12)
    for i, j in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)]:
        moved = list(found)
        moved[i] -= 1e-3
        moved[j] += 1e-3
        assert loss_from_variances(moved, [1, 0.5], 0.3, 0.2) > answer["loss_value"]


@pytest.mark.parametrize("level", [0, 1])
def test_members_part_at_their_threshold(level):
    fields = {**FIELDS, "label_levels": "12:0.02,4:1", "temperature": 0.6}
    (first,), _ = answers("evaluate", [fields])
    threshold = first["label_levels"][level]["loss_weight_threshold"]
    assert 0 < threshold < 1
    around, code = answers("evaluate", [{**fields, "loss_weight": threshold * factor} for factor in (0.999, 1.001)])
    assert code == 0
    assert [answer["label_levels"][level]["members_collapsed"] for answer in around] == [True, False]


def test_advice_keeps_every_level_apart_and_the_next_command_runs():
    advice = told("recommend", *FLAGS)
    assert advice["loss_weight"] == advice["safe_loss_weight"] and advice["temperature"] == 0.1
    assert not any(level["members_collapsed"] for level in advice["label_levels"])
    brief = ssem("evaluate", *FLAGS, "--loss-weight", "0", "--temperature", "0.2", "--brief").stdout.decode().splitlines()
    assert len(brief) == 3 and brief[0].startswith("Collapse: the images inside the 12 fall together")
    after = told(*brief[2].removeprefix("Next: ssem ").split())
    assert not any(level["members_collapsed"] for level in after["label_levels"])


def test_a_list_of_levels_is_the_text():
    levels = [{"classes": 12, "weight": 1}, {"classes": 4, "weight": 0.5}]
    results, code = answers("evaluate", [FIELDS, {**FIELDS, "label_levels": levels}, {**FIELDS, "classes": 12}])
    assert code == 0 and results[0] == results[1] == results[2]


def test_plain_supcon_has_no_loss_weight_and_says_so():
    (answer,), code = answers("evaluate", [{**FIELDS, "convention": "supcon"}])
    assert code == 0
    assert answer["loss_weight"] is None and answer["safe_loss_weight"] is None
    assert answer["label_levels"][0]["loss_weight_threshold"] is None
    assert [warning["code"] for warning in answer["warnings"]] == ["loss_weight_ignored"]


@pytest.mark.parametrize("fields, path", [
    ({"label_levels": "12:1"}, "/label_levels"),
    ({"label_levels": "12:1,5:1"}, "/label_levels"),
    ({"label_levels": 5}, "/label_levels"),
    ({"label_levels": []}, "/label_levels"),
    ({"label_levels": [{"classes": 12, "weight": 1}, {"classes": 4, "target": 1}]}, "/label_levels/1/target"),
    ({"label_levels": [{"classes": 12, "weight": 1}, 4]}, "/label_levels/1"),
    ({"label_levels": [{"classes": 12, "weight": "1"}, {"classes": 4, "weight": 1}]}, "/label_levels/0/weight"),
    ({"label_levels": [{"classes": 1e19, "weight": 1}, {"classes": 4, "weight": 1}]}, "/label_levels/0/classes"),
    ({"classes": 10}, "/classes"),
    ({"convention": "dcl"}, "/convention"),
    ({"views": 1}, "/views"),
    ({"reduction": "pair_mean"}, "/reduction"),
    ({"temperature_schedule": "learned:0.1:0.01"}, "/temperature_schedule"),
    ({"batch_size": 12}, "/instances_per_class"),
    ({"temperature": None}, "/temperature"),
])
def test_faults_stand_at_their_field(fields, path):
    (answer,), code = answers("evaluate", [{**FIELDS, **fields}])
    assert code == 1 and path in faults(answer)
