"""`ssem evaluate --temperature-schedule`: where classes begin to collapse on the way, as text and JSON."""
import pytest
from command_line import answers, faults, ssem, strict

PROBLEM = ["--classes", "10", "--batch-size", "100", "--sampling", "balanced", "--loss-weight", "0.2"]
FIELDS = {"classes": 10, "batch_size": 100, "sampling": "balanced", "loss_weight": 0.2}


def told(*flags):
    done = ssem("evaluate", *flags, "--json")
    assert done.returncode == 0, done.stderr
    return strict(done.stdout.decode())


def test_the_crossing_is_where_plain_evaluations_change():
    answer = told(*PROBLEM, "--temperature-schedule", "linear:0.1:2:1000")
    (crossing,) = answer["crossings"]
    assert crossing["into_collapse"] and answer["collapsed_at_end"]
    around = [told(*PROBLEM, "--temperature", str(crossing["temperature"] * factor))["collapsed"] for factor in (0.999, 1.001)]
    assert around == [False, True]
    text = ssem("evaluate", *PROBLEM, "--temperature-schedule", "linear:0.1:2:1000").stdout.decode()
    assert f"At step {round(crossing['step'])}" in text and "Classes collapse over" in text


def test_the_next_command_is_safe_all_the_way():
    brief = ssem("evaluate", *PROBLEM, "--temperature-schedule", "cosine:0.5:0.1:200:1000", "--brief").stdout.decode().splitlines()
    assert len(brief) == 3
    done = ssem(*brief[2].removeprefix("Next: ssem ").split(), "--json")
    assert done.returncode == 0
    assert strict(done.stdout.decode()).get("collapsed_share", 0) == 0


def test_lines_take_schedules_too():
    results, code = answers("evaluate", [{**FIELDS, "temperature_schedule": "0:0.5,100:0.1"}, {**FIELDS, "temperature": 0.1}])
    assert code == 0
    assert results[0]["temperature_schedule"] == {"kind": "points", "from": 0.5, "to": 0.1, "steps": 100}
    assert results[0]["points"][-1]["within_class_variance"] == pytest.approx(results[1]["within_class_variance"])


@pytest.mark.parametrize("schedule", ["linear:0.1:2:1000", "cosine:1:0.1:200:200", "0:0.5,100:0.1,1e3:0.25"])
def test_the_lines_to_type_are_the_schedule(schedule):
    answer = told(*PROBLEM, "--temperature-schedule", schedule)
    assert [lines["library"] for lines in answer["what_to_type"]] == [
        "PyTorch", "SupContrast", "pytorch-metric-learning", "lightly", "sentence-transformers"]
    names = {}
    exec(answer["what_to_type"][0]["code"].split("\nlogits")[0], names)
    for point in answer["points"]:
        assert names["temperature_at"](point["step"]) == pytest.approx(point["temperature"], rel=1e-12)
    assert all(lines["code"].startswith(answer["what_to_type"][0]["code"].split("\nlogits")[0]) for lines in answer["what_to_type"])


def test_of_a_learned_temperature_the_lines_are_its_limit_and_of_a_long_log_there_are_none():
    (lines,) = told(*PROBLEM, "--temperature-schedule", "learned:0.07:0.01")["what_to_type"]
    assert "1 / 0.07" in lines["code"] and "1 / 0.01" in lines["code"]
    log = ",".join(f"{step}:0.{step + 10}" for step in range(41))
    assert told(*PROBLEM, "--temperature-schedule", log)["what_to_type"] == []


@pytest.mark.parametrize("fields, path", [
    ({"temperature_schedule": "linear:0.1:0.2"}, "/temperature_schedule"),
    ({"temperature_schedule": 5}, "/temperature_schedule"),
    ({"temperature_schedule": "linear:0.1:0.2:5", "temperature": 0.1}, "/temperature"),
    ({"temperature_schedule": "linear:0.1:0.2:5", "views": "two"}, "/views"),
])
def test_faults_stand_at_their_field(fields, path):
    (answer,), code = answers("evaluate", [{**FIELDS, **fields}])
    assert code == 1 and list(faults(answer)) == [path]
