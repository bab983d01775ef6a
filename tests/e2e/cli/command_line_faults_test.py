"""Bad input on the command line: clear faults, all at once, and never a crash."""
import json
import random

import pytest
from command_line import EVALUATION, PROBLEM, answers, faults, ssem

BAD_VALUES = [
    ("classes", True, "must be an integer, got true"),
    ("classes", 1.9, "must be an integer, got 1.9"),
    ("classes", 512.5, "must be an integer, got 512.5"),
    ("classes", "10", 'must be an integer, got "10"'),
    ("classes", None, "must be an integer, got null"),
    ("classes", [10], "must be an integer, got an array of 1"),
    ("classes", 1, "must be an integer >= 2, got 1"),
    ("classes", 0, "must be an integer >= 2, got 0"),
    ("classes", -10, "must be an integer >= 2, got -10"),
    ("classes", 10**6 + 1, "must be an integer <= 1000000, got 1000001"),
    ("classes", 10**30, "must be an integer from 2 to 1000000, got 1e+30"),
    ("batch_size", 0, "must be an integer >= 2, got 0"),
    ("dimension", 0, "must be an integer >= 1, got 0"),
    ("dimension", 2**31, "must be an integer <= 2147483647, got 2147483648"),
    ("views", 0, "must be an integer >= 1, got 0"),
    ("temperature", 0, "must be from 1e-4 to 1e4, got 0.0"),
    ("temperature", -1, "must be from 1e-4 to 1e4, got -1.0"),
    ("temperature", "inf", 'must be a number, got "inf"'),
    ("temperature", "nan", 'must be a number, got "nan"'),
    ("temperature", False, "must be a number, got false"),
    ("loss_weight", 1.5, "must be from 0 to 1 (weight of the self-supervised term), got 1.5"),
    ("convention", "SupCon", "must be anchor_excluded, anchor_included, supcon, supcon_in, dcl, cross_view or negatives_only, got \"SupCon\"; "
                             "did you mean supcon?"),
    ("sampling", 3, "must be balanced or random, got 3"),
    ("reduction", "mean", 'must be anchor_mean or pair_mean, got "mean"'),
]


@pytest.mark.parametrize("field, value, message", BAD_VALUES)
def test_a_bad_value_names_field_value_and_rule(field, value, message):
    results, code = answers("evaluate", [{**EVALUATION, field: value}])
    assert code == 1
    assert faults(results[0]) == {"/" + field: message}


@pytest.mark.parametrize(
    "line, path, part",
    [
        (b"{", "", "ends too early"),
        (b"[]", "", "must be a JSON object"),
        (b"nul", "", "JSON"),
        (b"{} {}", "", "more text follows"),
        (b"\xef\xbb\xbf{}", "", "byte order mark"),
        (b'{"classes":"\xff"}', "", "UTF-8"),
        (b"{}\x00", "", "zero bytes"),
        (b'{"temperature":NaN}', "/temperature", "finite JSON number, got NaN"),
        (b'{"temperature":-Infinity}', "/temperature", "finite JSON number, got -Infinity"),
        (b'{"temperature":1e400}', "/temperature", "got 1e400"),
        (b'{"classes":10,"classes":10}', "/classes", "given once"),
        pytest.param(b"[" * 400_000, "", "nested deeper than 64", id="deep arrays"),
        pytest.param(b'{"a":' * 100_000, "", "nested deeper than 64", id="deep objects"),
        (b"'classes'", "", "JSON"),
        (b'{"classes":010}', "/classes", "JSON"),
    ],
)
def test_malformed_json_is_a_fault_with_its_place(line, path, part):
    results, code = answers("evaluate", [line, EVALUATION])
    assert code == 1 and len(results) == 2 and "error" not in results[1]
    (found_path, message), = faults(results[0]).items()
    assert part in message
    if path:
        assert found_path == path


def test_all_faults_of_a_request_come_at_once():
    request = {"classes": 1, "batch_size": True, "views": 1.5, "dimension": 0, "convention": "x", "loss_weight": 2,
               "temprature": 0.1}
    results, _ = answers("evaluate", [request])
    found = faults(results[0])
    assert set(found) == {"/classes", "/batch_size", "/views", "/dimension", "/convention", "/loss_weight", "/temprature",
                          "/temperature"}
    assert found["/temprature"] == "is no known field; did you mean temperature?"


@pytest.mark.parametrize(
    "change, path",
    [
        ({"instances_per_class": 5}, "/instances_per_class"),
        ({"class_counts": [5, 6]}, "/classes"),
        ({"batch_size": 5, "sampling": "balanced"}, "/batch_size"),
        ({"dataset": "batch", "dataset_instances_per_class": 500}, "/dataset"),
        ({"dataset": "batch", "sampling": "random"}, "/sampling"),
        ({"gpus": 7, "loss_gathers": False}, "/gpus"),
        ({"library": "supcontrast"}, "/temperature"),
        ({"classes_per_batch": 11}, "/classes_per_batch"),
        ({"dataset_instances_per_class": 5}, "/dataset_instances_per_class"),
    ],
)
def test_contradictory_fields_are_a_fault(change, path):
    results, code = answers("evaluate", [{**EVALUATION, **change}])
    assert code == 1 and path in faults(results[0])


def test_a_recommendation_holds_at_most_one_value_fixed():
    results, code = answers("recommend", [{**PROBLEM, "loss_weight": 0.5, "temperature": 0.1}])
    assert code == 1 and "at most one" in faults(results[0])["/temperature"]


def test_flags_report_the_same_faults_by_flag():
    done = ssem("evaluate", "--classes", "1", "--batch-size", "512.5", "--views", "two", "--loss-weight", "-1",
                "--temperature", "inf", "--class-counts", "")
    assert done.returncode == 2 and done.stdout == b""
    text = done.stderr.decode()
    for line in [
        "--batch-size: must be an integer, got 512.5",
        '--views: must be an integer, got "two"',
        "--loss-weight: must be from 0 to 1 (weight of the self-supervised term), got -1.0",
        '--temperature: must be a number, got "inf"',
        "--class-counts: must hold 2 to 1000000 counts, got 0",
    ]:
        assert line in text.splitlines()


def test_missing_fields_are_named_as_flags():
    lines = ssem("evaluate").stderr.decode().splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == ["--classes", "--batch-size", "--loss-weight", "--temperature"]


@pytest.mark.parametrize(
    "arguments, part",
    [
        (["evaluate", "--tempratur", "0.1"], "did you mean --temperature?"),
        (["evaluate", "--batchsize=5"], "did you mean --batch-size?"),
        (["recomend"], "did you mean recommend?"),
        (["help", "recomend"], "did you mean recommend?"),
        (["man", "ssem-serv"], "did you mean serve?"),
        (["evaluate", "--temp", "0.1"], "did you mean --temperature?"),
        (["evaluate", "--tau=0.1"], "did you mean --temperature?"),
        (["evaluate", "--dim", "8"], "did you mean --dimension?"),
        (["evaluate", "--alpha", "8"], "did you mean --loss-weight?"),
        (["evaluate", "--batch", "8"], "did you mean --batch-size?"),
        (["recommend", "--target", "0.2"], "did you mean --target-within-class-variance?"),
        (["validate", "--lr", "0.2"], "did you mean --learning-rate?"),
        (["evaluate", "10"], "10: is no known argument"),
        (["evaluate", "--classes"], "--classes: needs a value"),
        (["evaluate", "--classes", "10", "--classes", "10"], "--classes: must be given once"),
        (["evaluate", "--input", "-", "--classes", "10"], "--classes: excludes --input"),
        (["completion", "tcsh"], "must be bash, zsh or fish"),
        (["evaluate", "--views", "\x1b[31m" + "y" * 500], "--views: must be an integer"),
        (["evaluate", b"--views=\xff\xfe"], "--views: must be an integer"),
    ],
)
def test_wrong_usage_is_explained_on_stderr(arguments, part):
    done = ssem(*arguments)
    assert done.returncode == 2 and done.stdout == b""
    assert part in done.stderr.decode() and "\x1b" not in done.stderr.decode()
    assert max(len(line) for line in done.stderr.decode().splitlines()) < 250


def test_an_unknown_command_is_the_only_fault_of_its_line():
    lines = ssem("recomend", "--classes", "10", "--json", "x").stderr.decode().splitlines()
    assert lines == ["recomend: is no known command; did you mean recommend?", "Try 'ssem --help'."]


def test_json_mode_gives_the_error_object_too():
    done = ssem("evaluate", "--classes", "1", "--json")
    assert done.returncode == 2
    assert "/classes" in faults(json.loads(done.stdout)) and b"--classes: " in done.stderr


def test_thousands_of_mutated_requests_each_get_an_answer_or_faults():
    source = random.Random(4)
    seed = json.dumps({**EVALUATION, "convention": "anchor_included", "views": 2}).encode()
    lines = []
    for _ in range(5000):
        text = bytearray(seed)
        for _ in range(source.randint(1, 4)):
            at = source.randrange(len(text))
            if source.random() < 0.5:
                text[at] = source.randrange(256)
            elif source.random() < 0.5:
                del text[at : at + source.randint(1, 6)]
            else:
                text[at:at] = source.choice([b"NaN", b"1e999", b"[[", b'"', b"\\", b"-", b"null", b"\xf0\x9f"])
        line = bytes(text).replace(b"\n", b" ").replace(b"\r", b" ").strip()
        lines.append(line or b"{}")
    results, code = answers("evaluate", lines)
    assert code == 1 and len(results) == len(lines)
    refused = [result for result in results if "error" in result]
    assert 1000 < len(refused) < 5000
    for result in refused:
        assert faults(result)
    for result in results:
        assert "error" in result or "collapsed" in result
