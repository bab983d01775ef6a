"""ssem serve --tls-cert --tls-key: HTTPS through the same connections, and certificates that change while it runs."""

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time

import optuna
import pytest
from command_line import BINARY
from http_wire import CIFAR10_POINT, read_to_end
from served import Served

from ssem_optuna import RestStorage

LIMIT_S = 10
HEADER_DEADLINE_S = 5  # api/http/connections/connection_settings.h


def make_certificate(folder, name):
    """A certificate for localhost that signs itself; the files of certificate and key."""
    certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    key.chmod(0o600)
    return certificate, key


def ask(port, context, method, path, body=None, **headers):
    """Status and body of one request on a connection of its own."""
    connection = http.client.HTTPSConnection("localhost", port, timeout=LIMIT_S, context=context)
    try:
        if body is not None:
            body, headers = json.dumps(body), {"Content-Type": "application/json", **headers}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def open_tls(port, context):
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port), LIMIT_S), server_hostname="localhost")


class ServedByTls(Served):
    """As Served, with a certificate that `context` trusts."""

    def __init__(self, certificate, key, *flags):
        super().__init__("--tls-cert", str(certificate), "--tls-key", str(key), *flags)
        self.context = ssl.create_default_context(cafile=str(certificate))

    def _wait_until_ready(self):
        assert ask(self.port, self.context, "GET", "/readyz")[0] == 200


def wait_for(server, words):
    for _ in range(100):
        if found := [line for line in server.lines if words in line]:
            return found[-1]
        time.sleep(0.05)
    raise AssertionError(f"no line with {words!r}: {server.lines}")


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"), "first")


@pytest.fixture(scope="module")
def server(pair):
    with ServedByTls(*pair) as running:
        yield running
        assert running.stop() == 0


def test_requests_are_answered_by_https_and_the_server_knows_its_own_origin(server):
    port, path = server.port, "/api/v1/evaluations"
    status, body = ask(port, server.context, "POST", path, CIFAR10_POINT, Origin=f"https://localhost:{port}")
    assert status == 200 and json.loads(body)["collapsed"] is False
    assert ask(port, server.context, "POST", path, CIFAR10_POINT, Origin=f"http://localhost:{port}")[0] == 403
    assert any(f"https://127.0.0.1:{port}" in line for line in server.lines)


def test_large_answers_arrive_whole_also_to_a_client_that_reads_slowly(server):
    path = "/api/v1/phase-diagram?classes=10&batch_size=512&loss_weights=200&temperatures=200"
    status, whole = ask(server.port, server.context, "GET", path)
    assert status == 200 and len(whole) > 200_000
    with open_tls(server.port, server.context) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{server.port}\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while piece := client.recv(16_384):
            received += piece
            time.sleep(0.01)
    assert received.split(b"\r\n\r\n", 1)[1] == whole


def test_requests_that_come_one_behind_the_other_are_answered_in_order_on_one_connection(server):
    with open_tls(server.port, server.context) as client:
        request = f"GET /healthz HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
        client.sendall((f"{request}\r\n" * 19 + f"{request}Connection: close\r\n\r\n").encode())
        assert read_to_end(client).count(b"HTTP/1.1 200 OK") == 20


def test_old_protocols_and_plain_http_are_told_off(server):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(OSError):
        open_tls(server.port, old)
    with socket.create_connection(("127.0.0.1", server.port), LIMIT_S) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = read_to_end(client)
    assert answer.startswith(b"HTTP/1.1 400 ") and answer.endswith(b"ssem serve speaks HTTPS here: say https:// to it")
    assert ask(server.port, server.context, "GET", "/healthz")[0] == 200


def test_handshakes_that_go_no_further_hold_up_nobody_and_end_at_the_deadline(server):
    started = time.monotonic()
    client_hello_begins = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
    stuck = [socket.create_connection(("127.0.0.1", server.port), LIMIT_S) for _ in range(300)]
    for number, client in enumerate(stuck):
        client.sendall(client_hello_begins if number % 2 else b"")
    for _ in range(20):
        before = time.monotonic()
        assert ask(server.port, server.context, "GET", "/healthz")[0] == 200
        assert time.monotonic() - before < HEADER_DEADLINE_S / 2
    for client in stuck:
        client.settimeout(2 * HEADER_DEADLINE_S)
        assert read_to_end(client) == b""
        client.close()
    assert time.monotonic() - started > HEADER_DEADLINE_S - 1


def test_garbage_after_the_handshake_ends_that_connection_only(server):
    client = open_tls(server.port, server.context)
    raw = socket.socket(fileno=os.dup(client.fileno()))
    raw.settimeout(LIMIT_S)
    raw.sendall(b"\x17\x03\x03\x00\x20" + b"\xff" * 32)
    read_to_end(raw)
    raw.close()
    client.close()
    assert ask(server.port, server.context, "GET", "/healthz")[0] == 200


def test_sighup_brings_a_new_certificate_and_a_broken_one_changes_nothing(tmp_path):
    first, second = make_certificate(tmp_path, "a"), make_certificate(tmp_path, "b")
    used = tmp_path / "used.pem", tmp_path / "used.key"
    for source, target in zip(first, used, strict=True):
        shutil.copy(source, target)
    old, new = (ssl.create_default_context(cafile=str(certificate)) for certificate, _ in (first, second))
    with ServedByTls(*used) as server:
        request = f"GET /healthz HTTP/1.1\r\nHost: localhost:{server.port}\r\n\r\n".encode()
        earlier = open_tls(server.port, old)
        for source, target in zip(second, used, strict=True):
            shutil.copy(source, target)
        server.process.send_signal(signal.SIGHUP)
        wait_for(server, "certificate read anew")
        assert ask(server.port, new, "GET", "/healthz")[0] == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            ask(server.port, old, "GET", "/healthz")
        earlier.sendall(request)
        assert b"200 OK" in earlier.recv(4096)
        used[0].write_text("no certificate")
        server.process.send_signal(signal.SIGHUP)
        assert "used.pem" in wait_for(server, "the certificate stays as it is")
        assert ask(server.port, new, "GET", "/healthz")[0] == 200
        assert server.stop() == 0


def test_wrong_files_are_refused_with_the_flag_and_the_reason(pair, tmp_path):
    certificate, key = pair
    _, other_key = make_certificate(tmp_path, "other")
    shown = tmp_path / "shown.key"
    shutil.copy(key, shown)
    shown.chmod(0o644)
    for flags, words in [
        (["--tls-cert", str(certificate)], "--tls-cert and --tls-key go together"),
        (["--tls-cert", str(certificate), "--tls-key", str(tmp_path / "none")], "No such file"),
        (["--tls-cert", str(tmp_path / "none"), "--tls-key", str(key)], f"--tls-cert {tmp_path / 'none'}"),
        (["--tls-cert", str(certificate), "--tls-key", str(other_key)], "key values mismatch"),
        (["--tls-cert", str(certificate), "--tls-key", str(shown)], "chmod o-rwx"),
        (["--tls-cert", str(key), "--tls-key", str(key)], "--tls-cert"),
    ]:
        done = subprocess.run(
            [BINARY, "serve", "--port", "0", "--storage", "memory:", *flags],
            capture_output=True, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        assert done.returncode == 2 and words in done.stderr, (flags, done)


def test_doctor_knows_a_pair_that_can_be_served(pair, tmp_path):
    command = [os.environ["SSEM_BINARY"], "doctor", "--json", "--storage", "memory:", "--data-dir", str(tmp_path / "data"), "--port", "0"]
    done = subprocess.run([*command, "--tls-cert", str(pair[0]), "--tls-key", str(pair[1])], capture_output=True, text=True)
    (finding,) = [each for each in json.loads(done.stdout)["findings"] if each["name"] == "certificate"]
    assert finding["health"] == "ok" and finding["text"] == f"{pair[0]} and its key can be served"


def test_optuna_works_through_https(server, pair, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(storage=RestStorage(f"https://localhost:{server.port}"))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=5)
    assert [trial.state.name for trial in study.trials] == ["COMPLETE"] * 5


def test_a_stop_lets_an_answer_in_progress_finish(pair):
    with ServedByTls(*pair) as server, open_tls(server.port, server.context) as client:
        body = json.dumps({"requests": [{"classes": 120, "instances_per_class": 20, "dimension": 13}]}).encode()
        client.sendall(
            f"POST /api/v1/recommendations HTTP/1.1\r\nHost: localhost:{server.port}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )
        time.sleep(0.1)
        server.process.terminate()
        assert b"HTTP/1.1 200 OK" in read_to_end(client)
        assert server.process.wait(LIMIT_S) == 0
