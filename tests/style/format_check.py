"""Fails, naming file and line, where the C++ of the tree differs from what .clang-format asks: format_check.py [--fix]"""

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["advisor", "api", "files", "tests", "trainer", "web"]
VERSION = "14.0.6"  # other versions format differently


def main():
    tool = shutil.which("clang-format", path=str(pathlib.Path(sys.executable).parent)) or shutil.which("clang-format")
    if tool is None or VERSION not in subprocess.run([tool, "--version"], capture_output=True, text=True).stdout:
        print(f"clang-format {VERSION} is missing; ./setup --test installs it into .venv")
        return 1
    files = sorted(
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".cpp", ".h"} and "node_modules" not in path.parts
    )
    how = ["-i"] if "--fix" in sys.argv[1:] else ["--dry-run", "-Werror"]
    status = subprocess.run([tool, *how, *files], cwd=ROOT).returncode
    print(f"{len(files)} files, clang-format {VERSION}: {'as they should be' if status == 0 else 'see above'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
