"""Runs clang-tidy on the product's sources, a process per core: tidy_check.py BUILD_FOLDER

BUILD_FOLDER holds compile_commands.json of a configuration without precompiled headers (preset tidy). What passed is
remembered in the user's cache by a hash of the source, of all that it includes from this tree and of its options, so
only changes are looked at again; another clang-tidy or other rules start from nothing.
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

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["advisor", "api", "files", "trainer", "web"]
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def can_be_read(entry):
    """Clang does not compile the headers of Debian 12's LibTorch 1.13 as C++20; a wheel's it does."""
    return "-isystem /usr/include/torch/" not in entry["command"]


def sources(build):
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if path.is_relative_to(ROOT) and not path.is_relative_to(build) and path.relative_to(ROOT).parts[0] in FOLDERS:
            if can_be_read(entry):
                yield path, entry


@functools.cache
def read(path):
    text = (ROOT / path).read_bytes() if (ROOT / path).is_file() else b""
    return text, [name.decode() for name in INCLUDE.findall(text)]


def fingerprint(path, entry, rules):
    """Of the source with everything that it includes, however far, from this tree."""
    seen, todo = set(), [path.relative_to(ROOT).as_posix()]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += read(name)[1]
    words = [word for word in shlex.split(entry["command"]) if not word.endswith(("ccache", ".o"))]
    known = hashlib.sha256(rules + " ".join(words).replace(str(ROOT), "").encode())
    for name in sorted(seen):
        known.update(name.encode() + b"\0" + read(name)[0])
    return known.hexdigest()


def check(tool, build, stamp, path):
    """None when the source passes, otherwise what clang-tidy says."""
    if stamp.exists():
        return None
    # The compile commands hold warning options that only g++ knows, and perhaps -Werror.
    options = ["--quiet", "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-error",
               "--extra-arg=-Wno-ignored-optimization-argument", "-p", str(build)]
    run = subprocess.run([tool, *options, str(path)], capture_output=True, text=True)
    if run.returncode != 0:
        return run.stdout + run.stderr
    stamp.touch()
    return None


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
    work = sorted(sources(build), key=lambda item: item[0])
    stamps = [passed / fingerprint(path, entry, rules) for path, entry in work]
    print(f"{sum(not stamp.exists() for stamp in stamps)} of {len(work)} sources to look at", flush=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda item: check(tool, build, item[0], item[1][0]), zip(stamps, work))
        for (path, _), complaint in zip(work, results):
            if complaint is not None:
                failed += 1
                print(f"{path.relative_to(ROOT)}:\n{complaint}", flush=True)
    print(f"{len(work)} sources, {failed} with complaints")
    return 1 if failed or not work else 0


if __name__ == "__main__":
    sys.exit(main())
