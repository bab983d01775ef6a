"""Reads every #include of the tree and fails on a forbidden direction."""

import pathlib

import pytest
from include_rules import faults

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["advisor", "api", "files", "tests", "trainer", "web"]
SUFFIXES = {".cpp", ".cu", ".cuh", ".h", ".hpp"}


def tree():
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SUFFIXES and "node_modules" not in path.parts
    }


def test_the_tree_is_read_at_all():
    files = tree()
    assert "advisor/problem.h" in files and "api/main.cpp" in files
    assert sum(text.count("#include") for text in files.values()) > 100


def test_every_include_of_the_tree_keeps_its_direction_and_home():
    assert faults(tree()) == []


ALLOWED = {
    "advisor/a.cpp": '#include "advisor/a.h"\n#include <Eigen/Dense>\n#include <cmath>\n#include <mutex>\n',
    "advisor/json/a.cpp": '#include "advisor/problem.h"\n#include <nlohmann/json.hpp>\n',
    "advisor/json/a.h": "#include <nlohmann/json_fwd.hpp>\n",
    "api/http/a.cpp": '#include "advisor/json/a.h"\n#include "web/assets.h"\n#include <httplib.h>\n#include <sys/socket.h>\n',
    "api/storage/a.cpp": "#include <sqlite3.h>\n",
    "api/cli/a.cpp": "#include <CLI/CLI.hpp>\n#include <iostream>\n",
    "trainer/a.cpp": '#include "advisor/a.h"\n#include <torch/torch.h>\n',
    "tests/advisor/a_test.cpp": '#include "advisor/json/a.h"\n#include <doctest/doctest.h>\n#include <random>\n',
    "advisor/evaluation.cpp": '#include "advisor/evaluate/a.h"\n',
    "advisor/recommend/a.h": '#include "advisor/numeric/a.h"\n#include "advisor/recommendation.h"\n',
    "api/http/routes.cpp": '#include "api/http/dashboard/a.h"\n',
    "api/http/studies/a.cpp": '#include "api/http/router.h"\n#include "api/tuning/a.h"\n#include "api/studies/a.h"\n',
    "tests/e2e/a.cpp": '#include "api/http/a.h"\n#include "trainer/a.h"\n',
}


@pytest.mark.parametrize("path", ALLOWED)
def test_what_the_layout_allows_is_not_a_fault(path):
    assert faults({path: ALLOWED[path]}) == []


FORBIDDEN = [
    ("advisor/a.cpp", '#include "api/http/a.h"'),
    ("advisor/a.cpp", '#include "trainer/a.h"'),
    ("advisor/a.cpp", '#include "advisor/json/a.h"'),
    ("advisor/a.h", "#include <nlohmann/json_fwd.hpp>"),
    ("advisor/json/a.cpp", "#include <Eigen/Dense>"),
    ("advisor/json/a.h", "#include <nlohmann/json.hpp>"),
    ("advisor/a.cpp", "#include <iostream>"),
    ("advisor/a.cpp", "#include <chrono>"),
    ("advisor/a.cpp", "#include <random>"),
    ("advisor/a.cpp", "#include <unistd.h>"),
    ("advisor/a.cpp", '#include "tests/support/a.h"'),
    ("advisor/a.cpp", "#include <doctest/doctest.h>"),
    ("advisor/a.cpp", '#include "problem.h"'),
    ("advisor/a.cpp", '#include "../api/a.h"'),
    ("advisor/a.cpp", '  #  include   "api/a.h"'),
    ("api/a.cpp", '#include "trainer/a.h"'),
    ("api/a.cpp", "#include <Eigen/Dense>"),
    ("api/a.cpp", "#include <torch/torch.h>"),
    ("api/a.cpp", "#include <boost/any.hpp>"),
    ("api/a.h", "#include <nlohmann/json.hpp>"),
    ("api/cli/a.cpp", "#include <httplib.h>"),
    ("api/cli/a.h", "#include <CLI/CLI.hpp>"),
    ("api/http/a.cpp", "#include <sqlite3.h>"),
    ("api/http/a.h", "#include <httplib.h>"),
    ("trainer/a.cpp", '#include "api/a.h"'),
    ("trainer/a.cpp", '#include "web/assets.h"'),
    ("web/assets.cpp", '#include "api/a.h"'),
    ("web/assets.cpp", '#include "advisor/problem.h"'),
    ("advisor/numeric/a.cpp", '#include "advisor/model/a.h"'),
    ("advisor/model/a.h", '#include "advisor/recommend/a.h"'),
    ("advisor/evaluation.h", '#include "advisor/evaluate/a.h"'),
    ("advisor/new/a.h", '#include "advisor/problem.h"'),
    ("files/a.cpp", '#include "api/jobs/a.h"'),
    ("api/jobs/a.cpp", '#include "api/http/a.h"'),
    ("api/http/dispatcher.cpp", '#include "api/http/studies/a.h"'),
    ("api/http/studies/a.cpp", '#include "api/http/dashboard/a.h"'),
    ("trainer/events/a.h", '#include "trainer/measure/a.h"'),
    ("trainer/loss/a.h", '#include "trainer/spec/a.h"'),
    ("api/cli/text/a.cpp", '#include "api/cli/a.h"'),
    ("tests/advisor/a_test.cpp", '#include "api/a.h"'),
    ("tests/api/a_test.cpp", '#include "trainer/a.h"'),
]


@pytest.mark.parametrize("path, line", FORBIDDEN)
def test_a_forbidden_include_is_named_with_its_file(path, line):
    found = faults({path: f"// text\n{line}\nint x;\n"})
    assert len(found) == 1 and found[0].startswith(f"{path}: ")


@pytest.mark.parametrize("header, folder", [("httplib.h", "api/http"), ("sqlite3.h", "api/storage")])
def test_a_header_with_one_home_in_two_files_is_a_fault(header, folder):
    found = faults({f"{folder}/a.cpp": f"#include <{header}>\n", f"{folder}/b.cpp": f"#include <{header}>\n"})
    assert found == [f"{folder}/a.cpp, {folder}/b.cpp: {header}: one file only"]
