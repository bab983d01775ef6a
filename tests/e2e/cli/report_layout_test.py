"""What people see of an answer: three lines with --brief, the answer again at the end, any width."""
import re
import shlex
import subprocess

import pytest
from command_line import BINARY, LIMIT_S, ssem

PROBLEM = ["--classes", "10", "--batch-size", "512", "--dimension", "128"]
POINT = ["--loss-weight", "0.5", "--temperature", "0.1"]
COMMANDS = [
    ["recommend", *PROBLEM],
    ["recommend", *PROBLEM, "--temperature", "0.1"],
    ["recommend", *PROBLEM, "--target-within-class-variance", "0.999"],
    ["recommend", "--class-counts", "5000,500,50", "--batch-size", "256"],
    ["evaluate", *PROBLEM, *POINT],
    ["evaluate", *PROBLEM, "--loss-weight", "0.001", "--temperature", "0.4"],
    ["evaluate", *PROBLEM, "--convention", "supcon", "--temperature", "0.1"],
    ["evaluate", *PROBLEM, "--convention", "supcon_in", "--temperature", "0.1"],
    ["evaluate", "--class-counts", "5000,500,50", "--batch-size", "256", *POINT],
]
PARTS = ["", "recommend", "evaluate", "validate", "audit", "serve", "key", "backup", "restore", "doctor", "completion", "help", "man", "version"]


def shown(*words, columns=100, trainer="/bin/true"):
    done = ssem(*words, environment={"COLUMNS": str(columns), "SSEM_TRAIN": trainer})
    assert done.returncode == 0 and done.stderr == b"", done.stderr
    return done.stdout.decode()


def assert_takes(command):
    """The command to type next is one that ssem takes; /bin/true stands in for training."""
    words = shlex.split(command)
    assert words[0] == "ssem"
    shown(*words[1:])


@pytest.mark.parametrize("command", ["serve", "backup", "restore", "doctor", "key", "explain", "audit", "validate"])
def test_help_names_values_in_its_own_words_and_not_in_a_library_s(command):
    text = ssem(command, "--help").stdout.decode()
    assert "Usage:" in text and ":INT" not in text and " in [" not in text


@pytest.mark.parametrize("words", COMMANDS)
def test_brief_is_three_lines_with_the_answer_why_and_the_next_command(words):
    whole, brief = shown(*words), shown(*words, "--brief", columns=40)
    verdict, why, following = brief.splitlines()
    assert " ".join(whole.split("\n\n")[0].split()) == verdict and any(letter.isdigit() for letter in verdict)
    assert why.startswith("Why: ") and why.endswith(".") and following.startswith("Next: ssem ")
    assert_takes(following.removeprefix("Next: "))


@pytest.mark.parametrize("words", COMMANDS)
def test_a_report_ends_with_the_answer_again_and_the_next_command(words):
    text = shown(*words, columns=60)
    answer, following = text[text.rindex("\n\nAnswer\n") + 9 :].split("\n\nNext\n")
    assert text.startswith(answer + "\n")
    command = following[following.index("\n  ssem ") :] if following.startswith("  - ") else following  # a note stands before it
    assert_takes(command.replace("\\\n", ""))


def test_brief_is_for_people():
    for other in (["--json"], ["--input", "-"]):
        done = ssem("recommend", "--brief", *other)
        assert done.returncode == 2 and done.stdout == b""
        assert done.stderr.decode().startswith(f"--brief: excludes {other[0]}")


def words_of(text):
    plain = re.sub(r"^ *- |[,:]", " ", text.replace("\\\n", " "), flags=re.MULTILINE)
    return set(plain.split())


@pytest.mark.parametrize("columns", [40, 60])
@pytest.mark.parametrize("words", COMMANDS)
def test_a_report_keeps_to_a_narrow_terminal_and_breaks_no_word(words, columns):
    text = shown(*words, columns=columns)
    for line in text.splitlines():
        assert len(line) <= columns or line.startswith("      "), line  # code is left whole
    wide = shown(*words, columns=120)
    assert words_of(text) <= words_of(wide)


@pytest.mark.parametrize("columns", [40, 60])
@pytest.mark.parametrize("command", PARTS)
def test_help_keeps_to_a_narrow_terminal_and_breaks_no_word(command, columns):
    words = [command, "--help"] if command else ["--help"]
    text, wide = shown(*words, columns=columns), shown(*words, columns=120)
    for line in text.splitlines():
        unbroken = line.strip().removesuffix(" \\")
        assert len(line) <= columns or " " not in unbroken or unbroken.startswith(("ssem ", "--", "echo ", "SSEM_")), line
    assert words_of(text) == words_of(wide)


def test_examples_broken_for_a_narrow_terminal_are_still_commands():
    text = shown("recommend", "--help", columns=40).replace("\\\n", " ")
    examples = [line for line in text.splitlines() if line.startswith("  ssem ") and "jsonl" not in line]
    assert len(examples) >= 4
    for example in examples:
        done = subprocess.run(["bash", "-c", example.replace("ssem ", f"{BINARY} ")], capture_output=True, timeout=LIMIT_S)
        assert done.returncode == 0, (example, done.stderr)


def test_numbers_are_without_noise():
    text = shown("recommend", *PROBLEM) + shown("evaluate", "--classes", "10", "--batch-size", "512", *POINT)
    assert "e-08" not in text and "e-09" not in text
    wide = shown("evaluate", "--classes", "2", "--batch-size", "4", "--loss-weight", "0.9", "--temperature", "5")
    assert "loss weight   -" not in wide
