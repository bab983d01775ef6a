"""What must not end a server, or cost anybody data: signals, failed calls of the system, files that are not its own."""
import errno
import os
import signal
import subprocess

import pytest
from http_wire import ask
from served import Served
from server_start_test import assert_refused, serve

SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

/* The first calls of accept4() fail, one after the other, with the numbers in FAIL_ACCEPT. */
int accept4(int socket, struct sockaddr* address, socklen_t* length, int flags) {
  static const char* next;
  if (next == NULL) next = getenv("FAIL_ACCEPT");
  if (next != NULL && *next != '\0') {
    char* end;
    errno = (int)strtol(next, &end, 10);
    next = *end == ',' ? end + 1 : end;
    return -1;
  }
  return ((int (*)(int, struct sockaddr*, socklen_t*, int))dlsym(RTLD_NEXT, "accept4"))(socket, address, length, flags);
}
"""

# accept(2): what it says is to be tried again, and what passes when resources are back.
ACCEPT_ERRORS = (
    "ECONNABORTED EPROTO EPERM ENOMEM ENOBUFS EMFILE ENFILE EINTR EAGAIN ENETDOWN ENOPROTOOPT EHOSTDOWN ENONET "
    "EHOSTUNREACH EOPNOTSUPP ENETUNREACH ETIMEDOUT EIO"
).split()  # fmt: skip


def lines_with(server, text):
    return [line for line in server.lines if text in line]


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shim")
    (folder / "shim.c").write_text(SHIM)
    library = folder / "shim.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, folder / "shim.c", "-ldl"], check=True)
    return str(library)


@pytest.mark.parametrize("name", [*ACCEPT_ERRORS, "all of them"])
def test_a_failed_accept_is_tried_again(shim, name):
    names = ACCEPT_ERRORS if name == "all of them" else [name]
    failures = ",".join(str(getattr(errno, each, errno.EIO)) for each in names)
    with Served(environment={"LD_PRELOAD": shim, "FAIL_ACCEPT": failures}) as server:
        assert ask(server.port, "GET", "/healthz").status == 200
        assert server.stop() == 0
    server.reader.join(5)
    logged = lines_with(server, "could not be accepted")
    if name == "all of them":
        assert 1 <= len(logged) < len(names)  # at most one a second
    else:
        assert len(logged) == (0 if name in ("EINTR", "EAGAIN") else 1), server.lines


def test_a_server_that_is_stopped_and_continued_goes_on():
    with Served() as server:
        for _ in range(5):
            server.process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, server.process.pid, os.WSTOPPED)
            server.process.send_signal(signal.SIGCONT)
            os.waitid(os.P_PID, server.process.pid, os.WCONTINUED)
        with pytest.raises(subprocess.TimeoutExpired):
            server.process.wait(0.5)
        assert ask(server.port, "GET", "/healthz").status == 200
        assert not lines_with(server, "stopping")
        assert server.stop() == 0


def test_under_nohup_it_outlives_its_terminal():
    # As nohup does it: the signal is ignored before the server starts, and stays so across exec.
    command = [os.environ["SSEM_BINARY"], "serve", "--port", "0", "--storage", "memory:"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    )  # fmt: skip
    try:
        port = int(process.stdout.readline().rsplit(":", 1)[1])
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        assert ask(port, "GET", "/healthz").status == 200
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()


@pytest.mark.parametrize("kind", ["home", "file", "link"])
def test_a_data_folder_that_is_somebody_else_s_is_refused_and_left_as_it_is(tmp_path, kind):
    home = tmp_path / "home"
    results = home / "scratch/thesis/results.csv"
    results.parent.mkdir(parents=True)
    results.write_text("a,b\n")
    named = {"home": home, "file": results, "link": tmp_path / "link"}[kind]
    if kind == "link":
        named.symlink_to(home)
    refused = serve("--port", "0", "--storage", "memory:", "--data-dir", str(named))
    assert_refused(refused, str(named), "no folder" if kind == "file" else "scratch", "name a new", code=2)
    assert results.read_text() == "a,b\n"
    assert sorted(path.name for path in home.iterdir()) == ["scratch"]
