"""Fails where a file says another version than project() in CMakeLists.txt, from which the programs take theirs."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERSION = r"(\d+\.\d+\.\d+)"
SOURCE = ("CMakeLists.txt", rf"^project\(ssem VERSION {VERSION}")
# File -> what its version stands in.
COPIES = [
    ("api/python/ssem_optuna/_version.py", rf'^__version__ = "{VERSION}"$'),
    ("api/http/openapi/openapi.json", rf'^    "version": "{VERSION}",$'),
    ("CITATION.cff", rf"^version: {VERSION}$"),
    ("CHANGELOG.md", rf"^## {VERSION} - (?:unreleased|\d{{4}}-\d\d-\d\d)$"),
]
MAY_BE_ABSENT = {"api/http/openapi/openapi.json"}  # where the build makes it, with the project's version
# Never published as they are, or filled in by the build: a version of their own would be a second number to keep.
WITHOUT = [
    ("web/package.json", r'^  "version":'),
    ("api/python/pyproject.toml", r'^version *= *"'),
    ("api/http/openapi/openapi.yaml", rf"^  version: *[\"']?{VERSION}"),
]


def found(text, pattern):
    match = re.search(pattern, text, re.MULTILINE)
    return match.group(1) if match else None


def faults(texts):
    """The faults of a map from path to text, in which files that are not there are missing."""
    name, pattern = SOURCE
    wanted = found(texts.get(name, ""), pattern)
    if wanted is None:
        return [f"{name}: has no project(ssem VERSION x.y.z)"]
    complaints = []
    for path, pattern in COPIES:
        if path not in texts and path in MAY_BE_ABSENT:
            continue
        version = found(texts.get(path, ""), pattern)
        if version != wanted:
            complaints.append(f"{path}: says {version or 'no version'}; {name} says {wanted}")
    state = found(texts.get("CHANGELOG.md", ""), rf"^## {re.escape(wanted)} - (.*)$")
    dated = found(texts.get("CITATION.cff", ""), r"^(date-released):") is not None
    if state is not None and dated == (state == "unreleased"):
        complaints.append(f"CITATION.cff: has {'a' if dated else 'no'} date-released; CHANGELOG.md says {state}")
    for path, pattern in WITHOUT:
        if re.search(pattern, texts.get(path, ""), re.MULTILINE):
            complaints.append(f"{path}: must have no version of its own")
    return complaints


def main():
    paths = [SOURCE[0]] + [path for path, _ in COPIES + WITHOUT]
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in paths if (ROOT / path).exists()}
    complaints = faults(texts)
    print(*complaints, f"{len(texts)} files read, {len(complaints)} faults", sep="\n")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
