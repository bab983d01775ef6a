"""Runs clang-tidy on the product's sources, a process per core: tidy_check.py BUILD_FOLDER

What passed is remembered in BUILD_FOLDER/tidy by a hash of the preprocessed text, so only changes are looked at again.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Not trainer: clang does not compile the headers of LibTorch 1.13 as C++20.
FOLDERS = ["advisor", "api", "web"]


def sources(build):
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in FOLDERS:
            yield path, entry


def fingerprint(entry, rules):
    words = shlex.split(entry["command"])
    words = [word for word in words if not word.endswith("ccache")]
    words[words.index("-o") + 1] = "-"
    # -C keeps the comments, and with them what they switch off.
    text = subprocess.run([*words, "-E", "-C"], cwd=entry["directory"], capture_output=True, check=True).stdout
    return hashlib.sha256(rules + text).hexdigest()


def check(tool, build, rules, path, entry):
    """None when the source passes, otherwise what clang-tidy says."""
    stamp = build / "tidy" / fingerprint(entry, rules)
    if stamp.exists():
        return None
    # The compile commands hold warning options that only g++ knows, and perhaps -Werror.
    options = ["--quiet", "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-error", "-p", str(build)]
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
    (build / "tidy").mkdir(exist_ok=True)
    work = sorted(sources(build), key=lambda item: item[0])
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda item: check(tool, build, rules, *item), work)
        for (path, _), complaint in zip(work, results):
            if complaint is not None:
                failed += 1
                print(f"{path.relative_to(ROOT)}:\n{complaint}", flush=True)
    print(f"{len(work)} sources, {failed} with complaints")
    return 1 if failed or not work else 0


if __name__ == "__main__":
    sys.exit(main())
