"""Runs clang-tidy on the product's sources, a process per core: tidy_check.py BUILD_FOLDER [--all]

BUILD_FOLDER holds compile_commands.json of preset tidy: without precompiled headers, the sources of a folder as one, which
is how they are looked at. What passed is remembered in the user's cache by a hash of the sources, of all that they
include from this tree and of their options, so only changes are looked at again. Where nothing is remembered, as in CI,
the folders are looked at in which something changed lately, and each day another tenth of the others; all of them with
--all, or when the rules, the options or this file changed lately. Today's tenth of all sources is also compiled alone, as
nothing else here is, and so shows an #include that it owes to its neighbours.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass

from shares import changed_lately, is_todays

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["advisor", "api", "files", "trainer", "web"]
RULES = {".clang-tidy", "CMakeLists.txt", "CMakePresets.json", "tests/style/shares.py", "tests/style/tidy_check.py",
         "cmake/find_torch.cmake"}
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
OWN_CPP = "/(advisor|api|files|trainer|web)/[^/].*\\.(h|cpp)$"


@dataclass(frozen=True)
class Unit:
    """What the compiler sees as one source."""

    path: pathlib.Path
    command: str
    members: tuple  # the sources of this tree that it holds, by their names in it

    def name(self):
        return os.path.commonpath(self.members) if len(self.members) > 1 else self.members[0]


def can_be_read(command):
    """Clang does not compile the headers of Debian 12's LibTorch 1.13 as C++20; a wheel's it does."""
    return "-isystem /usr/include/torch/" not in command


def units(build):
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        held = [path]
        if path.is_relative_to(build):
            if path.parent.name != "Unity":
                continue  # made by the build
            held = [pathlib.Path(name.decode()) for name in INCLUDE.findall(path.read_bytes())]
        members = tuple(source.relative_to(ROOT).as_posix() for source in held)
        if members and members[0].split("/")[0] in FOLDERS and can_be_read(entry["command"]):
            yield Unit(path, entry["command"], members)


@functools.cache
def read(name):
    text = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
    return text, [name.decode() for name in INCLUDE.findall(text)]


@functools.cache
def reached(name):
    """The files of this tree that a source includes, however far, and itself."""
    seen, todo = set(), [name]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += read(name)[1]
    return seen


def fingerprint(unit, rules):
    words = [word for word in shlex.split(unit.command) if not word.endswith(("ccache", ".o"))]
    known = hashlib.sha256(rules + " ".join(words).replace(str(ROOT), "").encode())
    for name in sorted(set().union(*map(reached, unit.members))):
        known.update(name.encode() + b"\0" + read(name)[0])
    return known.hexdigest()


def wanted(all_units, changed, today=None):
    """Those with a changed source, one that sees each changed header, and today's share of the others."""
    if changed is None or changed & RULES:
        return list(all_units)
    sources = {name for unit in all_units for name in unit.members}
    due = {unit for unit in all_units if changed & set(unit.members) or is_todays(unit.name(), today)}
    for header in sorted(name for name in changed if name.endswith(".h") and (ROOT / name).is_file()):
        seeing = [unit for unit in all_units if any(header in reached(name) for name in unit.members)]
        own = header[: -len("h")] + "cpp"
        if own not in sources and seeing and not due & set(seeing):
            due.add(seeing[0])
        due |= {unit for unit in seeing if own in unit.members}
    return [unit for unit in all_units if unit in due]


def tidy(tool, build, unit):
    """None when the unit passes, otherwise what clang-tidy says."""
    # The compile commands hold warning options that only g++ knows, and perhaps -Werror. A folder's source includes others.
    options = ["--quiet", "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-error",
               "--extra-arg=-Wno-ignored-optimization-argument", "--checks=-bugprone-suspicious-include",
               f"--header-filter={OWN_CPP}", "-p", str(build)]
    run = subprocess.run([tool, *options, str(unit.path)], capture_output=True, text=True)
    return run.stdout + run.stderr if run.returncode != 0 else None


def compile_alone(unit, source):
    words = shlex.split(unit.command)
    end = words.index("-o")  # then the object, -c and the unit's path
    run = subprocess.run([*words[:end], "-w", "-fsyntax-only", str(ROOT / source)], capture_output=True, text=True, cwd=ROOT)
    return run.stderr if run.returncode != 0 else None


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    tool = shutil.which("clang-tidy")
    if tool is None:
        print("clang-tidy is missing; ./setup --test installs it")
        return 1
    version = subprocess.run([tool, "--version"], capture_output=True, check=True).stdout
    rules = version + (ROOT / ".clang-tidy").read_bytes()
    passed = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "ssem_tidy"
    passed.mkdir(parents=True, exist_ok=True)
    everything = sorted(units(build), key=lambda unit: unit.members)
    work = wanted(everything, None if "--all" in sys.argv[2:] else changed_lately(ROOT))
    stamps = {unit: passed / fingerprint(unit, rules) for unit in work}
    work = [unit for unit in work if not stamps[unit].exists()]
    alone = [(unit, name) for unit in everything if len(unit.members) > 1 for name in unit.members if is_todays(name)]
    print(f"{len(work)} of {len(everything)} units to look at, {len(alone)} sources to compile alone", flush=True)

    def look(unit):
        complaint = tidy(tool, build, unit)
        if complaint is None:
            stamps[unit].touch()
        return complaint

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        looks = [(unit.name(), pool.submit(look, unit)) for unit in work]
        looks += [(f"{name}, alone", pool.submit(compile_alone, unit, name)) for unit, name in alone]
        for name, seen in looks:
            if seen.result() is not None:
                failed += 1
                print(f"{name}:\n{seen.result()}", flush=True)
    print(f"{len(looks)} looks, {failed} with complaints")
    return 1 if failed or not everything else 0


if __name__ == "__main__":
    sys.exit(main())
