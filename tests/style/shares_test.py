"""What a share holds, on repositories made for it."""

import datetime
import subprocess

from shares import TENTHS, changed_lately, is_todays


def commit(folder, name, days_ago):
    (folder / name).write_text(f"{days_ago}\n")
    moment = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=days_ago)).isoformat()
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["add", name], [*who, "commit", "-q", "--no-verify", "-m", name]):
        subprocess.run(["git", "-C", folder, *words], check=True, env={"GIT_COMMITTER_DATE": moment, "PATH": "/usr/bin:/bin"})


def test_the_last_days_commits_and_what_is_not_committed_are_changed(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    for name, days_ago in [("old.cpp", 30), ("edited.cpp", 29), ("new name.cpp", 3), ("deleted.cpp", 2)]:
        commit(tmp_path, name, days_ago)
    (tmp_path / "edited.cpp").write_text("edited\n")
    (tmp_path / "untracked.cpp").write_text("\n")
    assert changed_lately(tmp_path) == {"edited.cpp", "new name.cpp", "deleted.cpp", "untracked.cpp"}


def test_a_history_that_begins_within_the_last_days_has_no_older_state(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    assert changed_lately(tmp_path) is None
    commit(tmp_path, "a.cpp", 2)
    assert changed_lately(tmp_path) is None


def test_ten_days_see_every_name_once():
    names = [f"folder/source_{number}.cpp" for number in range(300)]
    first = datetime.date(2026, 12, 28)
    shares = [{name for name in names if is_todays(name, first + datetime.timedelta(days=day))} for day in range(TENTHS)]
    assert sorted(name for share in shares for name in share) == sorted(names)
    assert all(15 <= len(share) <= 45 for share in shares)
