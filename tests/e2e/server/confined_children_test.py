"""What a child of the server can do that a hostile file has taken over: nothing outside of its job's folder, no socket."""

import json
import re

import pytest
from command_line import ssem
from http_wire import ask
from served import Served
from stand_in_trainer import stand_in
from validating import start, wait_for

ATTEMPTS = """
import pathlib, shutil, socket
folder = pathlib.Path(os.environ["SSEM_TEST_FOLDER"])
def attempt(work):
    try:
        work()
    except OSError as refused:
        return refused.strerror
    return "done"
target = folder / "target"
done = {
    "overwrite": attempt(lambda: target.write_text("changed")),
    "truncate": attempt(lambda: os.truncate(target, 0)),
    "append": attempt(lambda: open(target, "a").close()),
    "make": attempt(lambda: (folder / "made").write_text("x")),
    "folder": attempt(lambda: (folder / "made folder").mkdir()),
    "remove": attempt(lambda: target.unlink()),
    "rename": attempt(lambda: target.rename(folder / "renamed")),
    "take": attempt(lambda: target.rename("target")),
    "bring": attempt(lambda: (pathlib.Path("own").write_text("x"), os.rename("own", folder / "own"))),
    "link": attempt(lambda: (folder / "link").symlink_to("/")),
    "database": attempt(lambda: open(folder / "ssem.db", "r+b").close()),
    "temporary": attempt(lambda: pathlib.Path("/tmp/ssem-of-a-confined-child").write_text("x")),
    "tcp": attempt(lambda: socket.socket(socket.AF_INET)),
    "udp": attempt(lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)),
    "unix": attempt(lambda: socket.socket(socket.AF_UNIX)),
    "netlink": attempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
    "read": attempt(lambda: target.read_text()),
    "within": attempt(lambda: (pathlib.Path("a/b").mkdir(parents=True), pathlib.Path("a/b/c").write_text("x"),
                               os.rename("a/b/c", "a/d"), os.truncate("a/d", 0), shutil.rmtree("a"))),
    "null": attempt(lambda: open("/dev/null", "w").write("x")),
}
open("attempts.json", "w").write(json.dumps(done))
"""
ALLOWED = {"read", "within", "null"}
SOCKETS = {"tcp", "udp", "unix", "netlink"}


@pytest.fixture(scope="module")
def support():
    """Which of the two this kernel has: folder, sockets."""
    findings = json.loads(ssem("doctor", "--json", "--storage", "memory:", "--port", "0").stdout)["findings"]
    (said,) = [each["text"] for each in findings if each["name"] == "sandbox"]
    return {"folder": "Landlock" not in said, "sockets": "seccomp" not in said and "Landlock" not in said}


def served(tmp_path, *flags):
    """A server whose trainer tries all of it, and the folder in which it should not."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "target").write_text("kept")
    environment = {**stand_in(tmp_path, ATTEMPTS + "finish(attempts=done)"), "SSEM_TEST_FOLDER": str(folder)}
    flags = ["--storage", f"sqlite:///{folder}/ssem.db", "--data-dir", str(tmp_path / "data"), *flags]
    return Served(*flags, environment=environment), folder


def attempts_of_a_validation(server, tmp_path):
    assert wait_for(server, start(server))["state"] == "finished"
    (written,) = (tmp_path / "data").rglob("attempts.json")
    return json.loads(written.read_text())


def attempts_of_an_audit(server, _):
    answer = ask(server.port, "POST", "/api/v1/audits?format=csv", b"label,x\n0,1\n1,2\n", Content_Type="application/octet-stream")
    assert answer.status == 200, answer.body
    return answer.json["measured"]["attempts"]


@pytest.mark.parametrize("attempts_of", [attempts_of_a_validation, attempts_of_an_audit])
def test_a_child_writes_in_its_folder_only_and_opens_no_socket(tmp_path, support, attempts_of):
    server, folder = served(tmp_path)
    with server:
        done = attempts_of(server, tmp_path)
        assert len(done) > 15
        for name, result in done.items():
            bounded = support["sockets"] if name in SOCKETS else support["folder"]
            if name in ALLOWED:
                assert result == "done", (name, result)
            elif bounded:
                assert re.fullmatch("Permission denied|Invalid cross-device link", result), (name, result)
        if support["folder"]:
            assert (folder / "target").read_text() == "kept"
            assert not any("made" in path.name or "own" in path.name or "link" in path.name for path in folder.iterdir())
        assert server.stop() == 0


def test_a_launcher_is_not_confined(tmp_path):
    server, folder = served(tmp_path, "--launcher", "env")
    with server:
        done = attempts_of_a_validation(server, tmp_path)
        assert done["make"] == done["tcp"] == "done" and (folder / "made").exists()
