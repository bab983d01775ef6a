"""What a look that cannot see everything sees: what changed in the last days, and each day another tenth of the rest."""

import datetime
import hashlib
import subprocess

DAYS = 7
TENTHS = 10


def git(root, *words):
    run = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True)
    return run.stdout.split("\0" if "-z" in words else None) if run.returncode == 0 else None


def changed_lately(root, days=DAYS):
    """The paths that the commits of the last days changed, and what is not committed; None where git knows no older state."""
    older = git(root, "rev-list", "-1", f"--before={days} days ago", "HEAD")
    if not older:
        return None
    committed = git(root, "diff", "-z", "--name-only", older[0])
    new = git(root, "ls-files", "-z", "--others", "--exclude-standard")
    return None if committed is None or new is None else {path for path in committed + new if path}


def tenth_of(name):
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % TENTHS


def is_todays(name, today=None):
    """Every name is today's on one of ten days in a row."""
    return tenth_of(name) == (today or datetime.date.today()).toordinal() % TENTHS
