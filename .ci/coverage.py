"""Prints which share of the lines of advisor, api, files and trainer the unit tests ran: coverage.py BUILD_FOLDER"""

import json
import subprocess
import sys

FOLDERS = ["advisor", "api", "files", "trainer"]


def main() -> None:
    filters = [word for folder in FOLDERS for word in ("--filter", f"{folder}/")]
    made = subprocess.run(
        [sys.executable, "-m", "gcovr", "-j", "2", "--json-summary", "--root", ".", *filters, "--object-directory", sys.argv[1],
         "--gcov-ignore-errors", "all", sys.argv[1]],
        capture_output=True, text=True, check=True,
    )
    files = json.loads(made.stdout)["files"]
    for folder in FOLDERS:
        own = [file for file in files if file["filename"].startswith(folder + "/")]
        total = sum(file["line_total"] for file in own)
        covered = sum(file["line_covered"] for file in own)
        print(f"coverage: {folder}: {covered} of {total} lines ({100 * covered / max(total, 1):.1f} %)")


main()
