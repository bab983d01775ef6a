"""The rules of version_check.py on texts that are made up."""

import pytest
from version_check import faults

RIGHT = {
    "CMakeLists.txt": "cmake_minimum_required(VERSION 3.25)\nproject(ssem VERSION 1.2.3 LANGUAGES CXX)\n",
    "api/python/ssem_optuna/_version.py": '"""Text."""\n__version__ = "1.2.3"\n',
    "api/http/openapi/openapi.json": '{\n  "info": {\n    "version": "1.2.3",\n',
    "CITATION.cff": "cff-version: 1.2.0\nversion: 1.2.3\n",
    "CHANGELOG.md": "# Changelog\n\n## 1.2.3 - unreleased\n\n## 1.2.2 - 2026-01-02\n",
    "web/package.json": '{\n  "name": "x",\n  "dependencies": {"a": "9.9.9"}\n}\n',
    "api/python/pyproject.toml": '[project]\ndynamic = ["version"]\n',
}

RELEASED = {
    "CHANGELOG.md": "# Changelog\n\n## 1.2.3 - 2026-11-30\n",
    "CITATION.cff": RIGHT["CITATION.cff"] + "date-released: 2026-11-30\n",
}


def test_one_number_everywhere_is_no_fault():
    assert faults(RIGHT) == []
    dated = {**RIGHT, **RELEASED}
    assert faults(dated) == []
    built = {path: text for path, text in RIGHT.items() if not path.endswith("openapi.json")}
    built["api/http/openapi/openapi.yaml"] = 'openapi: 3.1.0\ninfo:\n  version: "0"\n'
    assert faults(built) == []


@pytest.mark.parametrize("path", [path for path in RIGHT if "1.2.3" in RIGHT[path] and path != "CMakeLists.txt"])
def test_another_number_or_none_is_named_with_its_file(path):
    other = faults({**RIGHT, path: RIGHT[path].replace("1.2.3", "1.2.4")})
    assert other == [f"{path}: says 1.2.4; CMakeLists.txt says 1.2.3"]
    none = faults({**RIGHT, path: "\n"})
    assert none == [f"{path}: says no version; CMakeLists.txt says 1.2.3"]


@pytest.mark.parametrize("path", RELEASED)
def test_a_date_of_release_before_the_release_or_a_release_without_one_is_a_fault(path):
    assert len(faults({**RIGHT, path: RELEASED[path]})) == 1


def test_the_newest_entry_of_the_changelog_counts():
    older = RIGHT["CHANGELOG.md"].replace("## 1.2.3 - unreleased\n\n", "")
    assert faults({**RIGHT, "CHANGELOG.md": older}) == ["CHANGELOG.md: says 1.2.2; CMakeLists.txt says 1.2.3"]


@pytest.mark.parametrize(
    "path, text",
    [
        ("web/package.json", '{\n  "version": "1.2.3"\n}\n'),
        ("api/python/pyproject.toml", 'version = "1.2.3"\n'),
        ("api/http/openapi/openapi.yaml", "info:\n  version: 1.2.3\n"),
    ],
)
def test_a_second_place_for_the_number_is_a_fault(path, text):
    assert faults({**RIGHT, path: text}) == [f"{path}: must have no version of its own"]


def test_a_project_without_a_version_is_a_fault():
    assert faults({**RIGHT, "CMakeLists.txt": "project(ssem LANGUAGES CXX)\n"}) != []
