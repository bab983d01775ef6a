"""ssem-train follows a temperature that moves, step by step, and judges at the temperature of the last one."""
import csv
import os

import pytest
from command_line import ssem
from encoder_test import curve
from trainer_test import TRAINER, events, report_of, train

DATA = {"kind": "gaussian_hierarchy", "train_per_class": 120, "test_per_class": 60, "fine_per_class": 4}
PLAIN = {"problem": {"classes": 6, "instances_per_class": 8, "dimension": 32}, "mode": "encoder", "dataset": DATA,
         "model": {"kind": "mlp", "hidden": [128, 128]}, "loss_weight": 0.5, "temperature": 0.1, "budget": {"steps": 24},
         "device": "cpu"}
SPEC = {name: value for name, value in PLAIN.items() if name != "temperature"}

os.environ["OMP_NUM_THREADS"] = "1"

pytestmark = pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")


def scheduled(schedule, **changes):
    return {**SPEC, **changes, "temperature_schedule": schedule}


def without_temperature(folder):
    return [{name: row[name] for name in row if name != "temperature"} for row in curve(folder)]


@pytest.mark.parametrize("schedule,at", [
    ("linear:0.5:0.1:16", lambda step: 0.5 - 0.4 * min(step, 16) / 16),
    ("0:0.2,4:0.6,10:0.3", lambda step: 0.2 + 0.1 * step if step <= 4 else max(0.3, 0.6 - 0.05 * (step - 4)))])
def test_curve_and_events_carry_the_temperature_of_each_step(tmp_path, schedule, at):
    lines = events(train(scheduled(schedule, output_directory=str(tmp_path))))
    with open(tmp_path / "curve.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == list(range(1, 25))
    assert [float(row["temperature"]) for row in rows] == pytest.approx([at(step) for step in range(24)])
    told = [line for line in lines if line["event"] == "progress"]
    assert told and all(line["temperature"] == pytest.approx(at(line["step"] - 1)) for line in told)
    report = lines[-1]["report"]
    assert report["predicted"]["temperature"] == pytest.approx(at(23))
    assert report["spec"]["temperature_schedule"] == schedule and "temperature" not in report["spec"]


def test_a_schedule_that_stands_still_is_the_plain_run_and_one_that_moves_is_not(tmp_path):
    plain = report_of({**PLAIN, "output_directory": str(tmp_path / "plain")})
    still = report_of(scheduled("0:0.1,24:0.1", output_directory=str(tmp_path / "still")))
    report_of(scheduled("0:0.1,24:0.4", output_directory=str(tmp_path / "moving")))
    assert without_temperature(tmp_path / "still") == curve(tmp_path / "plain")
    assert still["measured"] == plain["measured"] and still["predicted"] == plain["predicted"]
    moving = without_temperature(tmp_path / "moving")
    assert moving[0] == curve(tmp_path / "plain")[0]  # the first step has the first temperature
    assert float(moving[-1]["loss"]) > float(curve(tmp_path / "plain")[-1]["loss"]) + 0.1


def test_a_run_resumed_in_the_midst_of_a_schedule_is_the_whole_one(tmp_path):
    spec = scheduled("cosine:0.5:0.1:20:24", checkpoint_every_steps=8)
    whole = report_of({**spec, "output_directory": str(tmp_path / "whole")})
    resumed = report_of({**spec, "output_directory": str(tmp_path / "resumed"),
                         "resume_from": str(tmp_path / "whole" / "checkpoints" / "step_16.safetensors")})
    assert curve(tmp_path / "resumed") == curve(tmp_path / "whole")
    assert resumed["measured"] == whole["measured"]
    done = train(scheduled("cosine:0.5:0.2:20:24", resume_from=str(tmp_path / "whole" / "checkpoints" / "step_16.safetensors")))
    assert done.returncode == 2 and b"its temperature_schedule was" in done.stdout


def test_the_last_temperature_is_judged_where_it_has_settled():
    report = report_of(scheduled("linear:0.5:0.1:100", budget={"steps": 1200}))
    assert report["verdict"] == "confirmed", report["why"]
    assert report["predicted"]["temperature"] == pytest.approx(0.1)
    assert "the temperature moved from 0.5 to 0.1 in 1200 steps" in " ".join(report["notes"])


# The second goes up and comes back within the last tenth: its two ends alone would look still.
@pytest.mark.parametrize("schedule", ["linear:0.5:0.1:599", "0:0.1,560:0.1,580:0.5,599:0.1"])
def test_no_verdict_where_the_temperature_moves_to_the_end(schedule):
    report = report_of(scheduled(schedule, budget={"steps": 600}))
    assert report["verdict"] == "inconclusive" and report["converged"] is False
    assert "the temperature still moved between 0.1 and" in report["why"]


@pytest.mark.parametrize("change,path,message", [
    ({"temperature": 0.1}, "/temperature", "excludes temperature_schedule"),
    ({"mode": "embeddings"}, "/temperature_schedule", "belongs to encoder mode"),
    ({"control": {"target_within_class_variance": 0.3}}, "/temperature_schedule", "excludes control"),
    ({"temperature_schedule": "learned:0.07:0.01"}, "/temperature_schedule", "has no steps to follow"),
    ({"temperature_schedule": "linear:0.5:0:10"}, "/temperature_schedule", "temperatures from 1e-4 to 1e4"),
    ({"temperature_schedule": "linear:0.5:0.1:0"}, "/temperature_schedule", "must have steps from 1e-9 to 1e15"),
    ({"temperature_schedule": "cosine:0.5:0.1:1e-320:9"}, "/temperature_schedule", "must have steps from 1e-9 to 1e15"),
    ({"temperature_schedule": "linear:0.5:nan:10"}, "/temperature_schedule", "must be linear:FROM:TO:STEPS"),
    ({"temperature_schedule": ""}, "/temperature_schedule", "must be linear:FROM:TO:STEPS"),
    ({"temperature_schedule": 0.1}, "/temperature_schedule", "must be text"),
    ({"problem": {**SPEC["problem"], "temperature_schedule": "linear:1:2:3"}}, "/problem/temperature_schedule", "belongs beside")])
def test_what_no_schedule_can_be_is_refused_by_name(change, path, message):
    done = train({**scheduled("linear:0.5:0.1:10"), **change})
    assert done.returncode == 2
    fields = {fault["path"]: fault["message"] for fault in events(done)[-1]["error"]["fields"]}
    assert message in fields.get(path, ""), fields


def test_validate_takes_a_schedule_in_place_of_a_temperature():
    asked = ["validate", "--classes", "6", "--instances-per-class", "8", "--dimension", "32", "--mode", "encoder", "--dataset",
             "gaussian_hierarchy", "--steps", "4", "--temperature-schedule", "0:0.1,4:0.2"]
    done = ssem(*asked, "--loss-weight", "0.5", "--json")
    assert done.returncode == 0, done.stderr
    assert events(done)[-1]["report"]["spec"]["temperature_schedule"] == "0:0.1,4:0.2"
    for wrong, message in [(["--loss-weight", "0.5", "--temperature", "0.1"], b"--temperature: excludes --temperature-schedule"),
                           ([], b"--loss-weight: "),
                           (["--loss-weight", "0.5", "--hold-variance", "0.3"], b"--temperature-schedule: excludes")]:
        done = ssem(*asked, *wrong)
        assert done.returncode == 2 and message in done.stderr, done.stderr
