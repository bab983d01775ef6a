"""Prints which share of the lines of advisor, api, files and trainer the unit tests ran: coverage.py BUILD_FOLDER

A figure, not a check: threads that count at once leave impossible numbers (atomic counters would slow the hot loops to a
half), and a test that kills its children counters that cannot be read; both are passed over, and said where nothing is left.
"""

import json
import subprocess
import sys

FOLDERS = ["advisor", "api", "files", "trainer"]


def main() -> None:
    filters = [word for folder in FOLDERS for word in ("--filter", f"{folder}/")]
    made = subprocess.run(
        [sys.executable, "-m", "gcovr", "-j", "2", "--json-summary", "--root", ".", *filters, "--object-directory", sys.argv[1],
         "--gcov-ignore-errors", "all", "--gcov-ignore-parse-errors", "all", "--gcov-suspicious-hits-threshold", "0",
         "--merge-mode-functions", "separate", sys.argv[1]],
        capture_output=True, text=True, check=False,
    )
    if made.returncode != 0:
        print(f"coverage: not counted, gcovr ended with {made.returncode}:\n{made.stderr[-4000:]}")
        return
    files = json.loads(made.stdout)["files"]
    for folder in FOLDERS:
        own = [file for file in files if file["filename"].startswith(folder + "/")]
        total = sum(file["line_total"] for file in own)
        covered = sum(file["line_covered"] for file in own)
        print(f"coverage: {folder}: {covered} of {total} lines ({100 * covered / max(total, 1):.1f} %)")


main()
