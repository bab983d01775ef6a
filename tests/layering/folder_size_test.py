"""A folder's listing reads like a table of contents: at most 20 things, a header and its source being one."""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["advisor", "api", "files", "tests", "trainer", "web"]
MOST = 20
OWN = {"CMakeLists", "README"}  # the folder's own, not things in it
MADE = {"node_modules", "dist", "build", "__pycache__"}


def things(folder):
    """The names in a folder without their suffixes; what tools make is left out."""
    names = {path.name.split(".")[0] for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")}
    return names - OWN | {path.name for path in folder.iterdir() if path.is_dir() and path.name not in MADE}


def folders():
    for top in FOLDERS:
        yield ROOT / top
        for path in (ROOT / top).rglob("*"):
            if path.is_dir() and not MADE & set(path.parts) and not any(part.endswith(".egg-info") for part in path.parts):
                yield path


def test_no_folder_holds_more_than_20_things():
    crowded = {str(folder.relative_to(ROOT)): len(things(folder)) for folder in folders() if len(things(folder)) > MOST}
    assert crowded == {}


def test_a_header_and_its_source_are_one_thing_and_a_folder_is_another(tmp_path):
    for name in ("a.h", "a.cpp", "b.cpp"):
        (tmp_path / name).touch()
    (tmp_path / "c").mkdir()
    assert things(tmp_path) == {"a", "b", "c"}
