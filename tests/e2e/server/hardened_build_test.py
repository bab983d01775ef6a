"""What an optimised build has compiled in against the exploitation of memory faults."""
import os
import subprocess

import pytest

PROGRAMS = [variable for variable in ("SSEM_BINARY", "SSEM_TRAIN") if os.environ.get(variable)]
END_BRANCH = b"\xf3\x0f\x1e\xfa"  # endbr64: the only places where an indirect jump may land


def readelf(program, what):
    command = ["readelf", "-W", what, os.environ[program]]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


@pytest.mark.parametrize("program", PROGRAMS)
def test_addresses_are_random_and_what_is_written_to_does_not_run(program):
    segments = readelf(program, "-l")
    assert "Elf file type is DYN" in segments
    assert "PIE" in next(line for line in readelf(program, "-d").splitlines() if "FLAGS_1" in line)
    stack = next(line for line in segments.splitlines() if "GNU_STACK" in line)
    assert "RWE" not in stack and "RW" in stack


@pytest.mark.parametrize("program", PROGRAMS)
def test_tables_of_functions_cannot_be_written(program):
    assert "GNU_RELRO" in readelf(program, "-l")
    assert "BIND_NOW" in readelf(program, "-d") or "NOW" in readelf(program, "-d")


@pytest.mark.parametrize("program", PROGRAMS)
def test_stack_and_calls_of_libc_are_guarded(program):
    symbols = readelf(program, "--dyn-syms")
    assert "__stack_chk_fail" in symbols
    assert any(f"__{call}_chk" in symbols for call in ("memcpy", "snprintf", "read", "printf", "fprintf"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_functions_say_where_they_begin(program):
    if os.uname().machine != "x86_64":
        return
    with open(os.environ[program], "rb") as file:
        assert file.read().count(END_BRANCH) > 1000
