"""Starting and stopping `ssem serve`: settings, addresses, storage, signals."""
import json
import os
import signal
import sqlite3
import subprocess
import threading
import time

import pytest
from http_wire import CIFAR10_POINT, ask, assert_error, connect, get_bytes
from served import Served

KEY = "a-key-for-the-tests"


def serve(*flags, **environment):
    """Runs it to its end; for starts that fail and for flags that only print."""
    return subprocess.run(
        [os.environ["SSEM_BINARY"], "serve", *flags],
        capture_output=True,
        text=True,
        timeout=20,
        env={**os.environ, **environment},
    )


def assert_refused(result, *words, code=1):
    assert result.returncode == code and result.stdout == ""
    assert result.stderr.count("\n") == 1 and result.stderr.startswith("ssem serve: ")
    assert all(word in result.stderr for word in words), result.stderr


def test_one_line_with_the_real_port_is_printed_and_nothing_else():
    with Served("--log-level", "off") as running:
        assert running.lines == [f"ssem listening on http://127.0.0.1:{running.port}"] and running.port > 0
        assert running.stop() == 0


def test_a_flag_beats_the_environment_and_the_environment_beats_the_default():
    default = json.loads(serve("--print-config").stdout)
    assert (default["host"], default["port"], default["storage"]) == ("127.0.0.1", 8080, "sqlite:///ssem.db")
    by_environment = json.loads(serve("--print-config", SSEM_PORT="1234", SSEM_LOG_FORMAT="json").stdout)
    assert (by_environment["port"], by_environment["log_format"]) == (1234, "json")
    by_flag = json.loads(serve("--print-config", "--port", "77", SSEM_PORT="1234").stdout)
    assert by_flag["port"] == 77


def test_the_printed_settings_hide_the_key():
    result = serve("--print-config", "--allowed-host", "a.example", SSEM_API_KEY=KEY)
    assert KEY not in result.stdout and json.loads(result.stdout)["api_key"] == "set, not shown"
    assert json.loads(result.stdout)["allowed_hosts"] == ["a.example"]


@pytest.mark.parametrize(
    "flags", [["--port", "65536"], ["--port", "x"], ["--threads", "0"], ["--log-level", "loud"], ["--max-body-bytes", "1"]]
)
def test_a_setting_out_of_range_is_named(flags):
    result = serve(*flags)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.startswith(f"{flags[0]}: must be ") and f'got "{flags[1]}"' in result.stderr.splitlines()[0]


def test_a_wrong_variable_is_named_beside_its_flag():
    result = serve(SSEM_PORT="abc")
    assert result.returncode == 2
    assert result.stderr.splitlines()[0] == '--port: must be an integer from 0 to 65535, got "abc" from SSEM_PORT'
    assert serve(SSEM_INSECURE="maybe").stderr.startswith("--insecure: must be true or false\n")


def test_a_whole_number_may_be_written_with_an_exponent():
    assert json.loads(serve("--print-config", "--port", "1e3", SSEM_THREADS="2.0").stdout)["port"] == 1000


def test_help_says_the_default_and_the_variable_of_every_setting():
    text = serve("--help").stdout
    assert text.endswith("\n") and "Examples:\n  ssem serve\n" in text and "Exit codes:" in text
    assert " in [" not in text and " TEXT" not in text and " INT" not in text
    settings = text[text.index("\n\n", text.index("Usage:")) : text.index("Show and end:")]
    flags = [" ".join(flag.split()) for flag in settings.split("\n  --")[1:]]
    assert len(flags) > 20
    for flag in flags:
        name = flag.split()[0]
        assert "(default" in flag, name
        assert f"[SSEM_{name.upper().replace('-', '_')}]" in flag or name == "dataset", name
    assert "(default 8080) [SSEM_PORT]" in " ".join(flags)


def test_a_bind_that_others_reach_needs_a_key_or_insecure():
    assert_refused(serve("--host", "0.0.0.0", "--port", "0"), "--api-key", "--insecure", "0.0.0.0", code=2)
    assert_refused(serve("--host", "0.0.0.0", "--port", "0", "--api-key", "short"), "at least 16", code=2)
    assert_refused(serve("--port", "0", SSEM_API_KEY="with a space and % in it"), "API key", code=2)
    for flags in (["--api-key", KEY], ["--insecure"]):
        process = subprocess.Popen(
            [os.environ["SSEM_BINARY"], "serve", "--host", "0.0.0.0", "--port", "0", "--storage", "memory:", *flags],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            port = int(process.stdout.readline().rsplit(":", 1)[1])
            assert ask(port, "GET", "/healthz").status == 200
            assert ask(port, "GET", "/healthz", Host="evil.example").status == 403
            assert ask(port, "GET", "/metrics").status == (401 if flags[0] == "--api-key" else 200)
        finally:
            process.terminate()
            assert process.wait(10) == 0


def test_a_second_server_on_the_port_is_told_so():
    with Served() as first:
        assert_refused(serve("--port", str(first.port)), "in use", str(first.port))
        assert ask(first.port, "GET", "/healthz").status == 200


def test_an_address_of_another_machine_is_a_clear_error():
    assert_refused(serve("--host", "192.0.2.1", "--port", "0", "--insecure"), "cannot listen on 192.0.2.1")


@pytest.mark.parametrize(
    "url", ["", "memory", "sqlite:", "sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:///a?b=1", "mysql://x/y"]
)
def test_a_wrong_storage_url_is_a_clear_error(url):
    assert_refused(serve("--port", "0", "--storage", url), "storage URL", "sqlite:///FILE", code=2)


def test_a_file_that_is_no_database_or_cannot_be_made_is_a_clear_error(tmp_path):
    text = tmp_path / "notes.txt"
    text.write_text("these are notes, not a database " * 100)
    assert_refused(serve("--port", "0", "--storage", f"sqlite:///{text}"), "not an SQLite database", str(text))
    assert text.read_text().startswith("these are notes")
    assert_refused(serve("--port", "0", "--storage", f"sqlite:///{tmp_path}/no/such.db"), "cannot be opened or made")
    assert_refused(serve("--port", "0", "--storage", f"sqlite:///{tmp_path}"), str(tmp_path))


def test_a_database_of_a_newer_version_is_left_alone(tmp_path):
    file = tmp_path / "new.db"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE ssem_meta (name TEXT PRIMARY KEY, value NOT NULL)")
        database.execute("INSERT INTO ssem_meta VALUES ('schema_version', 99)")
    database.close()
    assert_refused(serve("--port", "0", "--storage", f"sqlite:///{file}"), "version 99")


def test_a_database_in_use_shows_its_faults_at_readyz(tmp_path):
    file = tmp_path / "studies.db"
    with Served("--storage", f"sqlite:///{file}") as running:
        assert ask(running.port, "GET", "/readyz").json == {"status": "ready", "storage": "sqlite", "dashboard": False}
        other = sqlite3.connect(file, isolation_level=None)
        assert other.execute("SELECT value FROM ssem_meta WHERE name = 'schema_version'").fetchall() == [(3,)]
        other.execute("BEGIN EXCLUSIVE")
        locked = ask(running.port, "GET", "/readyz")
        assert_error(locked, 503, "unavailable")
        assert "locked" in locked.error["message"] and locked.headers["retry-after"] == "1"
        other.execute("ROLLBACK")
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.close()
        assert ask(running.port, "GET", "/readyz").status == 200
        content = file.read_bytes()
        file.write_bytes(b"damage" * (len(content) // 6 + 1))
        assert_error(ask(running.port, "GET", "/readyz"), 503, "unavailable")
        file.unlink()
        gone = ask(running.port, "GET", "/readyz")
        assert_error(gone, 503, "unavailable")
        assert "gone" in gone.error["message"] and not file.exists()
        assert ask(running.port, "GET", "/healthz").status == 200
        assert running.stop() == 0


@pytest.mark.parametrize("flags, file", [(["--storage", "sqlite:///here.db"], "here.db"), ([], "ssem.db")])
def test_a_relative_path_is_relative_the_default_is_ssem_db_and_the_file_survives_a_restart(tmp_path, flags, file):
    for _ in range(2):
        process = subprocess.Popen(
            [os.environ["SSEM_BINARY"], "serve", "--port", "0", *flags],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert "listening" in process.stdout.readline()
        process.terminate()
        assert process.wait(10) == 0
        assert [path.name for path in tmp_path.iterdir()] == [file]


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0_within_a_second_whatever_clients_hold_open(ending):
    with Served() as running:
        idle, half, unread = connect(running.port), connect(running.port), connect(running.port)
        idle.sendall(get_bytes(b"/healthz", running.port).replace(b"Connection: close\r\n", b""))
        assert b"200 OK" in idle.recv(4096)
        half.sendall(b"POST /api/v1/evaluations HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Le" % running.port)
        unread.sendall(get_bytes(b"/app.js", running.port))
        time.sleep(0.1)
        started = time.monotonic()
        running.process.send_signal(ending)
        assert running.process.wait(5) == 0
        assert time.monotonic() - started < 1
        for sock in (idle, half, unread):
            sock.close()


def test_a_second_signal_ends_it_at_once_with_130():
    with Served() as running:
        body = json.dumps({"requests": [{**CIFAR10_POINT, "classes": 200 + i, "dimension": 20} for i in range(2000)]})
        sock = connect(running.port)
        head = f"POST /api/v1/evaluations HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\n"
        sock.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
        time.sleep(0.3)
        running.process.send_signal(signal.SIGSTOP)  # both signals are there before either is handled
        running.process.send_signal(signal.SIGTERM)
        running.process.send_signal(signal.SIGINT)
        running.process.send_signal(signal.SIGCONT)
        assert running.process.wait(5) in (130, 0)
        sock.close()


def test_sigterm_under_fire_never_gives_a_5xx():
    statuses, stop = [], threading.Event()

    def hammer(port):
        while not stop.is_set():
            try:
                statuses.append(ask(port, "POST", "/api/v1/evaluations", CIFAR10_POINT).status)
            except OSError:  # refused or cut: the server is going
                return
            except Exception as error:  # http.client's own, for a connection closed before its answer
                if type(error).__name__ not in ("RemoteDisconnected", "BadStatusLine", "IncompleteRead"):
                    statuses.append(repr(error))
                return

    with Served("--log-level", "warn") as running:
        threads = [threading.Thread(target=hammer, args=(running.port,)) for _ in range(16)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        started = time.monotonic()
        assert running.stop() == 0
        assert time.monotonic() - started < 1.5
        stop.set()
        for thread in threads:
            thread.join()
    assert set(statuses) == {200} and len(statuses) > 100


def test_a_failed_write_of_the_log_does_not_stop_the_server():
    process = subprocess.Popen(
        [os.environ["SSEM_BINARY"], "serve", "--port", "0", "--storage", "memory:"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    port = int(process.stdout.readline().rsplit(":", 1)[1])
    process.stderr.close()
    assert ask(port, "GET", "/healthz").status == 200
    process.terminate()
    assert process.wait(10) == 0
