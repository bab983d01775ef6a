"""Who may include whom: advisor <- files <- trainer and api, web <- api; every third-party header has one home."""

import re

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)

# Folder -> folders whose headers it may include. Tests of a folder may include what the folder may.
MAY_INCLUDE = {
    "advisor": {"advisor"},
    "api": {"advisor", "api", "files", "web"},
    "files": {"advisor", "files"},
    "trainer": {"advisor", "files", "trainer"},
    "web": {"web"},
}

# Inside a folder: a file may include only from its own folder and from those that stand before it ("." is the folder itself).
ORDERS = {
    "advisor": (".", "numeric", "model", "dimension", "imbalance", "evaluate", "recommend", "explain", "tuning", "json"),
    "api": ("processes", "studies", "artifacts", "storage", "jobs", "tuning", "http", "cli", "."),
    "api/cli": ("text", "faults", ".", "explain", "operate", "help"),
    "trainer": (
        "blas", "loss", "sampling", "spec", "augment", "data", "events", "rest", "models", "files", "measure", "optimizers",
        "embeddings",
        "verdict", "control", "report", "encoder", "audit", "run", ".",
    ),
    "api/http": ("observe", "openapi", "message", "access", "connections", "idempotency", ".", "grpc", "studies", "validations", "dashboard"),
}
# They put together what stands after them: the sources behind advisor's face, the server's table of routes, the commands.
PUT_TOGETHER = r"advisor/[^/]*\.cpp|api/http/(routes|serve)\.(h|cpp)|api/cli/command_line\.cpp"

# Third-party header (a regular expression) -> the files of the product (likewise) that may include it.
HOMES = {
    r"(unsupported/)?Eigen/.*": r"advisor/(?!json/).*",
    r"(torch|ATen|c10)/.*": r"trainer/.*",
    r"httplib\.h": r"api/http/[^/]*\.cpp",
    r"nlohmann/json\.hpp": r"(advisor/json|api|trainer)/.*\.cpp",
    r"nlohmann/json_fwd\.hpp": r"(advisor/json|api|trainer)/.*",
    r"sqlite3\.h": r"api/storage/[^/]*\.cpp",
    r"libpq-fe\.h": r"api/storage/[^/]*\.cpp",
    r"(grpcpp|google/protobuf)/.*": r"api/http/grpc/.*",
    r"openssl/.*": r"api/http/connections/transport/tls\.cpp",
    r"CLI/.*": r"api/cli/.*\.cpp",
    r"linux/[a-z_0-9]+\.h": r"api/processes/confinement\.cpp",
    r"stb/.*": r"trainer/data/[^/]*\.cpp",
}
ONE_FILE_ONLY = {"httplib.h", "sqlite3.h", "libpq-fe.h", "stb/stb_image.h"}
ONLY_IN_TESTS = r"(doctest|benchmark)/.*"

# The maths reads no file, clock or random number.
IMPURE = {
    "cstdio", "ctime", "chrono", "filesystem", "fstream", "iostream", "istream", "ostream", "random", "syncstream",
}
STANDARD = r"[a-z_0-9]+"
POSIX = r"([a-z_0-9]+\.h|(sys|netinet|arpa|net)/[a-z_0-9]+\.h)"


def folder_of(path):
    """The folder whose rules hold for a file: tests/api/x.cpp follows api; tests/e2e, support and bench follow none."""
    parts = path.split("/")
    if parts[0] == "tests":
        return parts[1] if len(parts) > 2 and parts[1] in MAY_INCLUDE else None
    return parts[0]


def inner(path, folder):
    """The folder below `folder` in which a file lies; "." for the folder itself, nothing outside of it."""
    if not path.startswith(folder + "/"):
        return None
    parts = path[len(folder) + 1 :].split("/")
    return parts[0] if len(parts) > 1 else "."


def order_fault(path, target):
    if re.fullmatch(PUT_TOGETHER, path):
        return None
    for folder, order in ORDERS.items():
        here, there = inner(path, folder), inner(target, folder)
        if here is None or there is None:
            continue
        for name in (here, there):
            if name not in order:
                return f"{folder}/{name} has no place in the order of tests/layering/include_rules.py"
        if order.index(there) > order.index(here):
            return f"{folder}/{there} stands above {folder}/{here}"
    return None


def project_fault(path, target):
    top = target.split("/")[0]
    in_tests = path.startswith("tests/")
    if top == "tests":
        return None if in_tests else "the product includes a test"
    if "/" not in target or top not in MAY_INCLUDE:
        return "write the path from the root of the tree, such as advisor/problem.h"
    folder = folder_of(path)
    if folder is not None and top not in MAY_INCLUDE[folder]:
        return f"{folder} may not include {top}"
    if folder == "advisor" and not in_tests and target.startswith("advisor/json/") and not path.startswith("advisor/json/"):
        return "the maths may not know JSON"
    return order_fault(path, target)


def system_fault(path, target):
    in_tests = path.startswith("tests/")
    for header, home in HOMES.items():
        if re.fullmatch(header, target):
            return None if in_tests or re.fullmatch(home, path) else f"its home is {home}"
    if re.fullmatch(ONLY_IN_TESTS, target):
        return None if in_tests else "only tests may include it"
    pure = path.startswith("advisor/")
    if re.fullmatch(STANDARD, target):
        return "the maths may not do input, output, clocks or randomness" if pure and target in IMPURE else None
    if re.fullmatch(POSIX, target):
        return "the maths may not call the operating system" if pure else None
    return "a third-party header without a home in tests/layering/include_rules.py"


def faults(files):
    """Every broken rule in files, a map from path (with /) to text, as 'path: target: why'."""
    found, users = [], {}
    for path in sorted(files):
        for quote, target in INCLUDE.findall(files[path]):
            why = project_fault(path, target) if quote == '"' else system_fault(path, target)
            if why is not None:
                found.append(f"{path}: {target}: {why}")
            if target in ONE_FILE_ONLY and not path.startswith("tests/"):
                users.setdefault(target, []).append(path)
    for target, paths in sorted(users.items()):
        if len(paths) > 1:
            found.append(f"{', '.join(paths)}: {target}: one file only")
    return found
