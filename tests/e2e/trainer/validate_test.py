"""ssem validate: what it asks of ssem-train, and what it makes of the answers.

Most tests put a script in ssem-train's place, so that its answers are known; trainer_test.py runs the real one.
"""
import json
import os
import pty
import signal
import stat
import struct
import subprocess
import sys
import time

import pytest
from command_line import BINARY, LIMIT_S, faults, ssem, strict

TRAINER = os.path.join(os.path.dirname(BINARY), "ssem-train")
PROBLEM = ["--classes", "4", "--instances-per-class", "5", "--dimension", "8"]
REPORT = {
    "verdict": "refuted", "why": "the variance is another", "predicted": {
        "collapsed": False, "within_class_variance": 0.4, "estimated_within_class_variance": 0.38,
        "between_class_variance": 0.6, "within_class_similarity": 0.5, "between_class_similarity": -0.2, "loss_value": 2.5},
    "measured": {"collapsed": True, "within_class_variance": 0.001, "between_class_variance": "nan", "loss_value": 2.75,
                 "within_class_similarity": 0.99, "between_class_similarity": -0.3, "effective_rank": 3.5},
    "converged": True, "device": "cpu", "elapsed_s": 1.5, "images_per_s": 1e5, "spec": {"output_directory": "here"},
}


@pytest.fixture
def stand_in(tmp_path):
    """A function that makes a script, given its Python body, ssem-train for one call; it knows `spec` and `tell`."""

    def make(body):
        path = tmp_path / "ssem-train"
        path.write_text(
            f"#!{sys.executable}\n"
            "import json, os, signal, sys, time\n"
            "def tell(**event):\n    print(json.dumps(event), flush=True)\n"
            "arguments = sys.argv[1:]\n"
            "text = sys.stdin.read() if not [word for word in arguments if not word.startswith('--')] else '{}'\n"
            "spec = json.loads(text)\n" + body + "\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return {"SSEM_TRAIN": str(path)}

    return make


def asked(stand_in, *words):
    """The spec and arguments that ssem-train is given."""
    done = ssem("validate", *words, "--json", environment=stand_in("tell(spec=spec, arguments=arguments)"))
    assert done.returncode == 0, done.stderr
    return strict(done.stdout)


def terminal(words, environment):
    """stdout and stderr as one terminal of 100 columns, and the exit code."""
    main, side = pty.openpty()
    import fcntl
    import termios
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    child = subprocess.Popen([BINARY, *words], stdin=subprocess.DEVNULL, stdout=side, stderr=side,
                             env={**os.environ, "TERM": "xterm", "NO_COLOR": "1", **environment})
    os.close(side)
    text = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:
            break
        if not part:
            break
        text += part
    os.close(main)
    return text.decode().replace("\r\n", "\n"), child.wait(LIMIT_S)


@pytest.mark.parametrize("columns", ["e0:e127, bias", "1"])
def test_columns_of_a_csv_are_named_to_the_trainer_and_stay_text(stand_in, columns):
    told = asked(stand_in, *PROBLEM, "--mode", "encoder", "--dataset", "csv", "--dataset-path", "a.csv", "--embedding-columns", columns)
    assert told["spec"]["dataset"] == {"kind": "csv", "path": "a.csv", "embedding_columns": columns}


def test_without_a_pair_the_recommendation_is_trained(stand_in):
    given = asked(stand_in, *PROBLEM)["spec"]
    recommended = strict(ssem("recommend", *PROBLEM, "--dataset-is-batch", "--json").stdout)
    assert given["loss_weight"] == recommended["loss_weight"] and given["temperature"] == recommended["temperature"]
    assert given["problem"] == {"classes": 4, "instances_per_class": 5, "dimension": 8}  # as it was asked


def test_a_given_pair_and_every_training_flag_reach_the_spec(stand_in):
    given = asked(stand_in, *PROBLEM, "--loss-weight", "0.25", "--temperature", "0.2", "--mode", "encoder", "--dataset", "csv",
                  "--dataset-path", "12", "--model", "mlp", "--seconds", "1.5", "--device", "cpu", "--seed", "3",
                  "--output-directory", "7")["spec"]
    assert given["loss_weight"] == 0.25 and given["temperature"] == 0.2
    assert given["dataset"] == {"kind": "csv", "path": "12"}
    assert given["model"] == {"kind": "mlp"} and given["budget"] == {"seconds": 1.5}
    assert (given["mode"], given["device"], given["seed"], given["output_directory"]) == ("encoder", "cpu", 3, "7")
    assert asked(stand_in, *PROBLEM, "--steps", "5", "--restarts", "2")["spec"]["restarts"] == 2


def test_plain_supcon_is_sent_without_a_loss_weight(stand_in):
    given = asked(stand_in, *PROBLEM, "--convention", "supcon", "--temperature", "0.1")["spec"]
    assert "loss_weight" not in given and given["temperature"] == 0.1


def test_the_loss_weight_of_simclr_beside_negatives_only_is_trained_and_is_in_the_next_command(stand_in):
    mixed = [*PROBLEM, "--convention", "negatives_only", "--temperature", "0.3"]
    assert asked(stand_in, *mixed, "--loss-weight", "0.9")["spec"]["loss_weight"] == 0.9
    text = ssem("evaluate", *mixed, "--loss-weight", "0.9").stdout.decode().replace("\\\n", " ")
    assert "ssem validate" in text and text.split("ssem validate")[1].count("--loss-weight 0.9") == 1
    assert "loss_weight" not in asked(stand_in, *mixed)["spec"]


def test_half_a_pair_and_wrong_problems_are_refused_with_all_faults():
    done = ssem("validate", "--classes", "1", "--batch-size", "9", "--temperature", "0", "--json")
    assert done.returncode == 2
    assert set(faults(strict(done.stdout))) == {"/classes", "/temperature", "/loss_weight"}
    for flag in [b"--classes: ", b"--temperature: ", b"--loss-weight: "]:
        assert flag in done.stderr
    both = ssem("validate", *PROBLEM, "--loss-weight", "0.5", "--temperature", "0.1", "--target-within-class-variance", "0.3")
    assert both.returncode == 2 and b"--target-within-class-variance: excludes" in both.stderr
    assert b"did you mean --steps" in ssem("validate", *PROBLEM, "--step", "3").stderr


def test_a_spec_file_is_passed_through(stand_in, tmp_path):
    environment = stand_in("tell(arguments=arguments)")
    words = ["--spec", "run.json", "--device", "cpu", "--output-directory", "out"]
    done = ssem("validate", *words, "--json", environment=environment)
    assert strict(done.stdout)["arguments"][:5] == ["run.json", *words[2:]]
    mixed = ssem("validate", "--spec", "run.json", "--classes", "3", environment=environment)
    assert mixed.returncode == 2 and b"--classes: excludes --spec" in mixed.stderr


@pytest.mark.parametrize("code", [0, 2, 3, 4])
def test_the_trainers_exit_code_is_passed_on(stand_in, code):
    assert ssem("validate", *PROBLEM, environment=stand_in(f"sys.exit({code})")).returncode == code


def test_a_trainer_that_is_missing_or_dies_is_said_clearly(stand_in):
    gone = ssem("validate", *PROBLEM, environment={"SSEM_TRAIN": "/nowhere/ssem-train"})
    assert gone.returncode == 4 and b"SSEM_TRAIN names no executable: /nowhere/ssem-train" in gone.stderr
    killed = ssem("validate", *PROBLEM, environment=stand_in("os.kill(os.getpid(), signal.SIGKILL)"))
    assert killed.returncode == 4 and b"ended by signal 9" in killed.stderr and b"memory" in killed.stderr


def test_a_trainer_that_does_not_read_its_spec_does_no_harm(tmp_path):
    path = tmp_path / "ssem-train"
    path.write_text("#!/bin/sh\nexit 4\n")
    path.chmod(0o755)
    counts = ",".join(["5"] * 60_000)
    done = ssem("validate", "--class-counts", counts, "--batch-size", "1000", "--loss-weight", "0.5", "--temperature", "0.1",
                environment={"SSEM_TRAIN": str(path)})
    assert done.returncode == 4


def test_events_are_passed_on_as_they_come(stand_in):
    environment = stand_in("tell(event='started')\ntime.sleep(1.5)\ntell(event='finished')")
    child = subprocess.Popen([BINARY, "validate", *PROBLEM, "--json"], stdout=subprocess.PIPE, env={**os.environ, **environment})
    begin = time.monotonic()
    assert strict(child.stdout.readline()) == {"event": "started"}
    early = time.monotonic() - begin
    assert strict(child.stdout.readline()) == {"event": "finished"}
    assert time.monotonic() - begin - early > 1
    assert child.wait(LIMIT_S) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_go_to_the_trainer_which_ends_in_its_own_way(stand_in, number):
    # The handler only notes it: a print inside a print would fail.
    environment = stand_in("told = []\nsignal.signal(signal.SIGTERM, lambda *_: told.append(True))\n"
                           "tell(event='started')\nwhile not told: time.sleep(0.05)\n"
                           "tell(event='finished')\nsys.exit(3)")
    child = subprocess.Popen([BINARY, "validate", *PROBLEM, "--json"], stdout=subprocess.PIPE, env={**os.environ, **environment})
    assert strict(child.stdout.readline()) == {"event": "started"}
    child.send_signal(number)
    assert strict(child.stdout.readline()) == {"event": "finished"}
    assert child.wait(LIMIT_S) == 3


def test_a_reader_that_leaves_stops_the_trainer(stand_in, tmp_path):
    mark = tmp_path / "stopped"
    environment = stand_in(f"signal.signal(signal.SIGTERM, lambda *_: (open({str(mark)!r}, 'w').close(), os._exit(3)))\n"
                           "while True:\n    tell(event='progress')\n    time.sleep(0.01)")
    child = subprocess.Popen([BINARY, "validate", *PROBLEM, "--json"], stdout=subprocess.PIPE, env={**os.environ, **environment})
    child.stdout.readline()
    child.stdout.close()
    assert child.wait(LIMIT_S) == 3
    assert mark.exists()


def test_the_end_is_a_report_on_a_terminal_and_in_a_pipe_and_json_stays_json(stand_in):
    environment = stand_in(f"tell(event='started')\ntell(event='finished', report=json.loads({json.dumps(REPORT)!r}))")
    text, code = terminal(["validate", *PROBLEM], environment)
    assert code == 0 and "{" not in text
    assert text.startswith("Refuted: the variance is another\n")
    rows = {line[:28].strip(): line[28:].split() for line in text.splitlines()}
    assert rows["class collapse"] == ["no", "yes"]
    assert rows["within-class variance"] == ["0.38", "0.001"]  # the estimate, where there is one
    assert rows["between-class variance"] == ["0.6", "-"]
    assert rows["loss"] == ["2.5", "2.75"]
    assert "effective rank" in text and "here" in text and " 100,000\n" in text
    piped = ssem("validate", *PROBLEM, environment=environment)
    assert piped.stdout.decode() == text and piped.stderr == b""
    for lines in (terminal(["validate", *PROBLEM, "--json"], environment)[0],
                  ssem("validate", *PROBLEM, "--json", environment=environment).stdout.decode()):
        assert [strict(line)["event"] for line in lines.splitlines()] == ["started", "finished"]


def test_of_a_cancelled_run_only_that_is_said(stand_in):
    report = {**REPORT, "verdict": "inconclusive", "converged": False, "cancelled": True,
              "convergence_why": "the number of iterations is used up"}
    done = ssem("validate", *PROBLEM, environment=stand_in(f"tell(event='finished', report=json.loads({json.dumps(report)!r}))"))
    assert b"cancelled" in done.stdout and b"used up" not in done.stdout and b"converged" not in done.stdout


def test_json_keeps_the_trainers_progress_bar_away(stand_in):
    assert "--no-progress" in asked(stand_in, *PROBLEM)["arguments"]
    mark = "tell(event='finished', report={'verdict': 'confirmed', 'why': ' '.join(arguments)})"
    assert b"--no-progress" not in ssem("validate", *PROBLEM, environment=stand_in(mark)).stdout


FAULTS = [
    (["--device", "gpu"], {"--device": 'must be auto, cpu, cuda or cuda:N, got "gpu"'}),
    (["--mode", "encoder", "--dataset", "mnist"], {"--dataset": 'got "mnist"'}),
    (["--mode", "encoder", "--dataset", "shapes", "--model", "resnet50"], {"--model": "did you mean resnet18?"}),
    (["--steps", "10", "--epochs", "2"], {"--epochs": "excludes --steps"}),
    (["--epochs", "2"], {"--epochs": "give --dataset-instances-per-class, or --steps or --seconds"}),
    (["--learning-rate", "0.1"], {"--learning-rate": "belongs to encoder mode"}),
    (["--seed", "x", "--restarts", "0"], {"--seed": 'must be an integer, got "x"', "--restarts": "got 0"}),
]


@pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")
@pytest.mark.parametrize("words, expected", FAULTS)
def test_what_the_trainer_refuses_is_named_by_its_flag(words, expected):
    done = ssem("validate", *PROBLEM, *words)
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 2 and done.stdout == b"" and lines[-1] == "Try 'ssem validate --help'."
    assert {line.split(":")[0] for line in lines[:-1]} == set(expected)
    for flag, rule in expected.items():
        assert any(line.startswith(f"{flag}: ") and rule in line for line in lines)
    machine = ssem("validate", *PROBLEM, *words, "--json")
    assert strict(machine.stdout)["event"] == "failed" and machine.stderr.decode().splitlines() == lines[:-1]


@pytest.mark.skipif(not os.path.exists(TRAINER), reason="ssem-train was not built")
def test_a_fault_of_a_spec_file_is_named_by_its_place_in_the_file(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(json.dumps({"problem": {"classes": 4, "instances_per_class": 5}, "loss_weight": 0.5, "temperature": 0.5,
                                "budget": {"steps": 0}}))
    done = ssem("validate", "--spec", str(path))
    assert done.returncode == 2 and done.stdout == b""
    assert done.stderr.decode().startswith(f"{path} at /budget/steps: must be an integer from 1 to ")


def test_help_and_completion_know_the_command():
    text = ssem("validate", "--help").stdout.decode()
    assert "Examples:" in text and "Exit codes:" in text and max(map(len, text.splitlines())) <= 120
    for shell in ["bash", "zsh", "fish"]:
        assert "validate" in ssem("completion", shell).stdout.decode()


def test_completion_offers_modes_data_sets_and_files():
    script = ssem("completion", "bash").stdout.decode()
    assert '"validate --mode") COMPREPLY=($(compgen -W "embeddings encoder"' in script
    assert "gaussian_hierarchy shapes" in script
    assert '"validate --spec") COMPREPLY=($(compgen -f' in script
    assert '"validate --output-directory") COMPREPLY=($(compgen -f' in script
