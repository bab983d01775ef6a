"""Which units clang-tidy looks at, and what a unit is."""

import datetime
import json

import pytest
import tidy_check
from shares import TENTHS
from tidy_check import Unit, units, wanted

INCLUDES = {
    "advisor/a.cpp": {"advisor/a.h", "advisor/result.h"},
    "advisor/b.cpp": {"advisor/result.h"},
    "api/c.cpp": {"advisor/a.h", "advisor/result.h", "api/only.h"},
}
UNITS = [Unit(None, "", ("advisor/a.cpp", "advisor/b.cpp")), Unit(None, "", ("api/c.cpp",))]


@pytest.fixture(autouse=True)
def tree(monkeypatch, tmp_path):
    for name in {*INCLUDES, *set().union(*INCLUDES.values())}:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setattr(tidy_check, "ROOT", tmp_path)
    monkeypatch.setattr(tidy_check, "reached", lambda name: INCLUDES[name] | {name})
    return tmp_path


def quiet_day():
    """One on which it is nobody's turn."""
    first = datetime.date(2026, 12, 1)
    return next(day for day in (first + datetime.timedelta(days=k) for k in range(TENTHS)) if not wanted(UNITS, set(), day))


@pytest.mark.parametrize(
    "changed, seen",
    [
        ({"README.md"}, []),
        ({"advisor/b.cpp"}, UNITS[:1]),
        ({"advisor/a.h"}, UNITS[:1]),  # its own source's unit, not all that include it
        ({"advisor/result.h"}, UNITS[:1]),  # one that sees it
        ({"advisor/result.h", "api/c.cpp"}, UNITS[1:]),  # which is there already
        ({"api/only.h"}, UNITS[1:]),
        ({"api/deleted.h", "api/deleted.cpp"}, []),
        ({".clang-tidy"}, UNITS),
        ({"CMakePresets.json"}, UNITS),
        (None, UNITS),
    ],
)
def test_a_change_is_seen_and_other_rules_see_everything(changed, seen):
    assert wanted(UNITS, changed, quiet_day()) == seen


def test_every_unit_has_its_day():
    days = [datetime.date(2026, 12, 1) + datetime.timedelta(days=k) for k in range(TENTHS)]
    assert [unit for unit in UNITS if any(unit in wanted(UNITS, set(), day) for day in days)] == UNITS


def test_a_unit_is_a_folder_or_a_source_of_the_product_alone(tree):
    build = tree / "build"
    (build / "lib/Unity").mkdir(parents=True)
    united = build / "lib/Unity/unity_x.cxx"
    united.write_text("".join(f'#include "{tree}/advisor/{name}.cpp"\n' for name in "ab"))
    files = [united, tree / "api/c.cpp", tree / "tests/api/c_test.cpp", build / "api/made.cpp"]
    (build / "compile_commands.json").write_text(json.dumps([{"file": str(file), "command": "g++"} for file in files]))
    found = list(units(build))
    assert [unit.members for unit in found] == [unit.members for unit in UNITS]
    assert [unit.name() for unit in found] == ["advisor", "api/c.cpp"]
