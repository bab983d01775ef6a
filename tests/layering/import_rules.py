"""Who may import whom in web/src: server, page <- charts <- problem <- embeddings <- the views <- app.ts."""

import posixpath
import re

ROOT = "web/src"
IMPORT = re.compile(
    r"""^[ \t]*(?:import|export)\b[^;"'=]*?\bfrom[ \t]*["']([^"']+)["']"""  # import { a } from "b", export * from "b"
    r"""|^[ \t]*import[ \t]*["']([^"']+)["']"""  # import "b"
    r"""|\bimport\([ \t\n]*["']([^"']+)["']""",  # import("b")
    re.MULTILINE,
)

# Lowest first: a folder may import its own files and those of the folders before it.
BELOW = ["server", "page", "charts", "problem", "embeddings"]
VIEWS = {"advise", "audit", "studies", "validate"}  # they know nothing of each other
MAY_IMPORT = {folder: set(BELOW[: position + 1]) for position, folder in enumerate(BELOW)}
MAY_IMPORT.update({view: {view, *BELOW} for view in VIEWS})
MAY_IMPORT["app.ts"] = {*VIEWS, *BELOW}

# Package -> the files (a regular expression, below web/src) that may import it.
HOMES = {
    "uplot": r"charts/[^/]*\.ts|advise/diagram/phase_diagram\.ts|studies/study_history\.ts",
    "fflate": r"embeddings/npz\.ts",
}
NODES_OWN = r"node:[a-z/]+"


def folder_of(path):
    """The folder below web/src whose rules hold: tests/web/charts/x.ts follows charts; app.ts stands alone."""
    for root in (ROOT, "tests/web"):
        if path.startswith(f"{root}/"):
            return path[len(root) + 1 :].split("/")[0]
    return None


def package_fault(path, target):
    if path.startswith("tests/web/"):
        return None if re.fullmatch(NODES_OWN, target) else "tests of the page import node's own modules only"
    home = HOMES.get(target)
    if home is None:
        return "a package without a home in tests/layering/import_rules.py"
    return None if re.fullmatch(home, path[len(ROOT) + 1 :]) else f"its home is {home}"


def relative_fault(path, target):
    reached = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    in_tests = path.startswith("tests/web/")
    if reached.startswith("tests/web/") and not in_tests:
        return "the page imports a test"
    if in_tests and re.fullmatch(r"tests/.*\.json", reached):
        return None  # cases that the C++ tests read too
    if not reached.startswith((f"{ROOT}/", "tests/web/")):
        beside = in_tests and posixpath.dirname(path) == "tests/web" and re.fullmatch(r"web/[a-z_]+\.mjs", reached)
        return None if beside else "outside of web/src"
    if not reached.endswith(".ts"):
        return "write the file's whole name"
    folder = folder_of(path)
    if in_tests and folder.endswith(".ts"):
        return None  # beside the folders lie the tests of the build, which may look at any
    if folder not in MAY_IMPORT:
        return f"{folder} has no rule in tests/layering/import_rules.py"
    return None if folder_of(reached) in MAY_IMPORT[folder] else f"{folder} may not import {folder_of(reached)}"


def faults(files):
    """Every broken rule in files, a map from path (with /) to text, as 'path: target: why'."""
    found = []
    for path in sorted(files):
        for groups in IMPORT.findall(files[path]):
            target = next(filter(None, groups))
            why = relative_fault(path, target) if target.startswith(".") else package_fault(path, target)
            if why is not None:
                found.append(f"{path}: {target}: {why}")
    return found
