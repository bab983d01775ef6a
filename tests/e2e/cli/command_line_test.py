"""The command line: answers, help, completion, lines of JSON."""
import json
import os
import pty
import struct
import subprocess
import time

import pytest
from command_line import BINARY, EVALUATION, LIMIT_S, PROBLEM, answers, faults, ssem, strict

FIELDS = [
    "classes", "batch_size", "instances_per_class", "dimension", "views", "convention", "sampling", "classes_per_batch",
    "reduction", "dataset_instances_per_class", "class_counts",
]
OWN_FIELDS = {
    "evaluate": ["loss_weight", "temperature"],
    "recommend": ["loss_weight", "temperature", "target_within_class_variance"],
}


def flags(fields):
    words = []
    for name, value in fields.items():
        words += ["--" + name.replace("_", "-"), ",".join(map(str, value)) if isinstance(value, list) else str(value)]
    return words


def test_a_recommendation_is_a_report_whose_first_line_is_the_verdict():
    done = ssem("recommend", *flags(PROBLEM))
    assert done.returncode == 0 and done.stderr == b""
    text = done.stdout.decode()
    assert text.startswith("Train with loss weight ")
    assert "weight of the self-supervised term" in text.splitlines()[0]
    for heading in ["Recommended", "Why", "Warnings", "Prediction", "What to type", "Problem"]:
        assert f"\n{heading}\n" in text
    assert "\x1b" not in text


def test_who_names_a_library_reads_its_lines_once_and_a_next_command_that_keeps_it():
    library = ["--library", "supcontrast", "--library-temperature", "0.1"]
    text = ssem("recommend", "--classes", "100", "--batch-size", "256", *library).stdout.decode()
    assert text.count("criterion = SupConLoss(") == 1 and "pytorch_metric_learning" not in text
    assert "\n  ssem validate --classes 100 --batch-size 256\n" in text
    assert "whole data set, equally many images of each class" in " ".join(text.split())
    text = ssem("evaluate", "--classes", "100", "--batch-size", "256", *library).stdout.decode()
    assert "ssem recommend --library supcontrast --library-temperature 0.1 --classes 100 --batch-size 256" in text
    refused = ssem("evaluate", "--classes", "100", "--batch-size", "256", *library, "--temperature", "0.1")
    assert refused.returncode == 2 and b"--library-temperature" in refused.stderr


def test_the_other_samplers_answer_stands_in_one_answer_and_not_in_each_of_many():
    request = {"classes": 100, "batch_size": 256, "loss_weight": 0.3, "temperature": 0.1}
    alone = strict(ssem("evaluate", *flags(request), "--json").stdout)
    assert alone["assumed"][0]["otherwise"]["value"] == "balanced"
    several, code = answers("evaluate", [request, request])
    assert code == 0 and several[0] == several[1]
    del alone["assumed"][0]["otherwise"]
    assert several[0] == alone


def test_json_is_one_document_that_reads_back_exactly():
    done = ssem("recommend", *flags({**PROBLEM, "dimension": 128}), "--json")
    assert done.returncode == 0 and done.stdout.count(b"\n") == 1
    answer = strict(done.stdout)
    assert answer["feasible"] is True and 0 < answer["loss_weight"] < 1
    assert strict(json.dumps(answer)) == answer
    again, code = answers("evaluate", [{**PROBLEM, "dimension": 128, "loss_weight": answer["loss_weight"],
                                        "temperature": answer["temperature"]}])
    assert code == 0
    for name, value in again[0].items():
        if name == "assumed":  # the advice assumes its target besides
            assert answer[name][:-1] == value and answer[name][-1]["field"] == "target_within_class_variance"
        elif name != "warnings":
            assert answer[name] == value, name


def test_flags_and_lines_of_json_give_the_same_answer():
    for command, request in [
        ("evaluate", EVALUATION),
        ("evaluate", {**EVALUATION, "convention": "anchor_included", "views": 4, "dimension": 2048}),
        ("evaluate", {"class_counts": [5000, 500, 50], "batch_size": 256, "loss_weight": 0.5, "temperature": 0.1}),
        ("recommend", {**PROBLEM, "temperature": 0.1}),
        ("recommend", {"classes": 100, "batch_size": 512, "sampling": "random", "reduction": "pair_mean"}),
    ]:
        by_flags = ssem(command, *flags(request), "--json")
        assert by_flags.returncode == 0, by_flags.stderr
        by_line, code = answers(command, [request])
        assert code == 0 and strict(by_flags.stdout) == by_line[0]


def test_an_unreachable_target_is_an_answer():
    done = ssem("recommend", *flags({**PROBLEM, "target_within_class_variance": 0.99}), "--dataset-is-batch")
    assert done.returncode == 0
    assert b"cannot be reached" in done.stdout.splitlines()[0]


def test_one_image_per_class_is_an_answer():
    done = ssem("evaluate", *flags({"classes": 512, "instances_per_class": 1, "loss_weight": 0.5, "temperature": 0.1}), "--json")
    assert done.returncode == 0
    assert "no_same_class_pairs" in [warning["code"] for warning in strict(done.stdout)["warnings"]]


@pytest.mark.parametrize("command", ["recommend", "evaluate"])
def test_help_explains_every_field_with_examples_and_exit_codes(command):
    done = ssem(command, "--help")
    assert done.returncode == 0 and done.stderr == b""
    text = done.stdout.decode()
    for field in FIELDS + OWN_FIELDS[command]:
        assert text.count("  --" + field.replace("_", "-") + " ") >= 1, field
    for part in ["Usage:", "Examples:", "Exit codes:", "--json", "--input", "(default ", "self-supervised", "anchor_included"]:
        assert part in text
    assert max(len(line) for line in text.splitlines()) <= 120


@pytest.mark.parametrize("command", ["recommend", "evaluate"])
def test_the_examples_of_the_help_work(command):
    text = ssem(command, "--help").stdout.decode().replace("\\\n", " ")
    examples = [line.strip() for line in text.splitlines() if line.startswith("  ssem ") or " | ssem " in line]
    assert len(examples) >= 4
    for example in examples:
        if "problems.jsonl" in example:
            continue
        done = subprocess.run(["bash", "-c", example.replace("ssem ", f"{BINARY} ")], capture_output=True, timeout=LIMIT_S)
        assert done.returncode == 0, (example, done.stderr)


def test_help_and_version_of_the_program():
    assert b"recommend" in ssem("--help").stdout and b"serve" in ssem("--help").stdout
    assert ssem("--version").stdout.startswith(b"ssem ")
    nothing = ssem()
    assert nothing.returncode == 2 and b"Usage: ssem COMMAND" in nothing.stderr


def test_help_and_version_are_commands_too():
    assert ssem("help").stdout == ssem("--help").stdout
    assert ssem("help", "evaluate").stdout == ssem("evaluate", "--help").stdout
    assert ssem("version").stdout == ssem("--version").stdout


def test_every_command_has_a_manual_page_that_man_can_read():
    names = ssem("man", "--list").stdout.decode().split()
    assert names[0] == "ssem" and {"ssem-recommend", "ssem-serve", "ssem-validate"} <= set(names)
    for name in names:
        page = ssem("man", name)
        assert page.returncode == 0 and page.stderr == b""
        lines = page.stdout.decode().splitlines()
        assert lines[0].startswith('.TH "SSEM') and [".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS"] == [
            line for line in lines if line in (".SH NAME", ".SH SYNOPSIS", ".SH OPTIONS")]
        requests = {line.split()[0] for line in lines if line.startswith(".")}
        assert requests <= {".TH", ".SH", ".SS", ".TP", ".PP", ".B", ".BR", ".nf", ".fi", ".RS", ".RE", ".nh", ".ad"}
        assert not [line for line in lines if line.startswith("'")]
        assert lines.count(".nf") == lines.count(".fi") and lines.count(".RS") == lines.count(".RE")
    assert ssem("man", "recommend").stdout == ssem("man", "ssem-recommend").stdout
    flag = r"\-\-target\-within\-class\-variance X"
    assert f".TP\n.B {flag}\n" in ssem("man", "recommend").stdout.decode()


def test_whole_numbers_may_be_written_with_an_exponent_or_a_point():
    spelt = ssem("recommend", "--classes", "1e1", "--batch-size", "5.12e2", "--dimension", "128.0", "--json")
    assert spelt.returncode == 0 and spelt.stdout == ssem("recommend", *flags({**PROBLEM, "dimension": 128}), "--json").stdout
    counts = ssem("recommend", "--class-counts", "5e3,500", "--batch-size", "64", "--json")
    assert counts.returncode == 0 and strict(counts.stdout)["problem"]["class_counts"] == [5000, 500]


def test_ssem_starts_in_milliseconds():
    times = []
    for _ in range(10):
        start = time.monotonic()
        ssem("--version")
        times.append(time.monotonic() - start)
    assert min(times) < 0.1


def on_terminal(arguments, columns=80, environment=None):
    """What ssem prints on a terminal of that width."""
    import fcntl
    import termios

    main, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    variables = {**os.environ, "TERM": "xterm", **(environment or {})}
    if "NO_COLOR" not in (environment or {}):
        variables.pop("NO_COLOR", None)
    process = subprocess.Popen([BINARY, *arguments], stdout=terminal, stderr=terminal, env=variables)
    os.close(terminal)
    text = b""
    while True:
        try:
            chunk = os.read(main, 4096)
        except OSError:
            break
        if not chunk:
            break
        text += chunk
    os.close(main)
    assert process.wait(LIMIT_S) == 0
    return text.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colour_and_its_own_width():
    arguments = ["evaluate", *flags(EVALUATION)]
    assert "\x1b[32m" in on_terminal(arguments)
    plain = on_terminal(arguments, columns=72, environment={"NO_COLOR": "1"})
    assert "\x1b" not in plain
    assert max(len(line) for line in plain.splitlines()) <= 72
    assert "\x1b" not in on_terminal(arguments, environment={"TERM": "dumb"})


def test_ten_thousand_lines_come_back_in_order():
    requests = [{**EVALUATION, "temperature": 0.05 + index * 1e-5} for index in range(10_000)]
    results, code = answers("evaluate", requests)
    assert code == 0
    assert [result["temperature"] for result in results] == [request["temperature"] for request in requests]


def test_a_bad_line_is_an_error_object_on_its_line():
    results, code = answers("evaluate", [EVALUATION, "{", {**EVALUATION, "classes": 1}, EVALUATION])
    assert code == 1 and len(results) == 4
    assert results[0] == results[3] and "error" not in results[0]
    assert results[1]["error"]["request_id"] == "line-2"
    assert faults(results[2]) == {"/classes": "must be an integer >= 2, got 1"}
    assert results[2]["error"]["request_id"] == "line-3"


def test_line_ends_and_blank_lines():
    line = json.dumps(EVALUATION)
    done = ssem("evaluate", "--input", "-", stdin=f"{line}\r\n\n   \n{line}")
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 2
    assert ssem("evaluate", "--input", "-", stdin="").returncode == 0


def test_a_very_long_line_is_refused_and_the_next_answered():
    long_line = b'{"classes":' + b"1" * (17 << 20) + b"}"
    results, code = answers("evaluate", [long_line, EVALUATION])
    assert code == 1 and len(results) == 2
    assert "16777216 bytes" in faults(results[0])[""]
    assert "error" not in results[1]


def test_each_answer_is_written_before_the_next_line_is_read():
    process = subprocess.Popen([BINARY, "evaluate", "--input", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for _ in range(3):
        process.stdin.write(json.dumps(EVALUATION).encode() + b"\n")
        process.stdin.flush()
        assert "collapsed" in strict(process.stdout.readline())
    process.stdin.close()
    assert process.wait(LIMIT_S) == 0
    process.stdout.close()


def test_a_file_is_read_and_a_missing_one_named(tmp_path):
    path = tmp_path / "requests.jsonl"
    path.write_text(json.dumps(EVALUATION))
    assert ssem("evaluate", "--input", str(path)).returncode == 0
    for missing in [str(tmp_path / "none"), str(tmp_path), ""]:
        done = ssem("evaluate", "--input", missing)
        assert done.returncode == 2 and done.stderr.startswith(b"--input: cannot read ") and done.stdout == b""


def run_in_shell(script):
    return subprocess.run(["bash", "-c", script], capture_output=True, timeout=LIMIT_S, env={**os.environ, "SSEM": BINARY})


def test_closed_and_full_streams_end_quietly_or_with_the_reason():
    many = "for i in $(seq 2000); do echo '" + json.dumps(EVALUATION) + "'; done"
    gone = run_in_shell(f"({many}) | $SSEM evaluate --input - | head -n 1")
    assert len(gone.stdout.splitlines()) == 1 and gone.stderr == b""
    closed = run_in_shell("$SSEM evaluate --input - <&-")
    assert closed.returncode == 2 and b"cannot read stdin" in closed.stderr
    full = run_in_shell(f"$SSEM evaluate {' '.join(flags(EVALUATION))} > /dev/full")
    assert full.returncode == 1 and b"No space left" in full.stderr
    no_output = run_in_shell(f"$SSEM evaluate {' '.join(flags(EVALUATION))} >&-")
    assert no_output.returncode == 1 and b"cannot write" in no_output.stderr


def complete(*words):
    """What bash offers for the last of these words."""
    script = (
        f"source <({BINARY} completion bash)\n"
        "COMP_WORDS=(\"$@\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _ssem; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout.split()


def test_bash_completes_commands_flags_and_choices(tmp_path):
    assert complete("ssem", "re") == ["recommend", "restore"]
    assert {"recommend", "evaluate", "serve", "completion", "--help"} <= set(complete("ssem", ""))
    assert complete("ssem", "evaluate", "--temp") == ["--temperature", "--temperature-schedule"]
    offered = complete("ssem", "recommend", "--")
    assert {"--" + field.replace("_", "-") for field in FIELDS + OWN_FIELDS["recommend"]} <= set(offered)
    assert complete("ssem", "evaluate", "--convention", "sup") == ["supcon", "supcon_in"]
    assert complete("ssem", "evaluate", "--convention", "=", "dc") == ["dcl"]
    assert complete("ssem", "evaluate", "--classes", "") == []
    assert complete("ssem", "completion", "z") == ["zsh"]
    (tmp_path / "lines.jsonl").touch()
    assert complete("ssem", "evaluate", "--input", str(tmp_path / "li")) == [str(tmp_path / "lines.jsonl")]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_completion_script(shell):
    script = ssem("completion", shell)
    assert script.returncode == 0 and b"target-within-class-variance" in script.stdout
    missing = subprocess.run(["which", shell], capture_output=True).returncode != 0
    if not missing:
        subprocess.run([shell, "-n"], input=script.stdout, check=True, timeout=LIMIT_S, capture_output=True)
    assert ssem("completion", shell, "more").returncode == 2
