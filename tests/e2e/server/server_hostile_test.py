"""Bytes no client should send: each gets a clean refusal, and the server goes on."""
import socket
import threading
import time

import pytest
from http_wire import (
    CIFAR10_POINT,
    TIMEOUT_S,
    ask,
    assert_error,
    connect,
    get_bytes,
    parse,
    read_to_end,
    send_raw,
)
from served import Served


@pytest.fixture(autouse=True)
def survives(server):
    yield
    assert ask(server.port, "GET", "/healthz").json == {"status": "ok"}


@pytest.mark.parametrize("path", [b"/%FF", b"/\xff", b"/%00", b"/a%", b"/%zz", b"/%C0%AF", b"/%ED%A0%80", b"/%F5%80"])
def test_a_path_that_is_no_utf8_is_a_400(server, path):
    assert_error(send_raw(server.port, get_bytes(path, server.port)), 400, "invalid_argument")


@pytest.mark.parametrize(
    "path", [b"/../etc/passwd", b"/..%2F..%2Fetc%2Fpasswd", b"/./healthz", b"/%2e%2e/healthz", b"*", b"healthz", b"/" * 300]
    + [b"/%252e", b"//", b"/api%2Fv1%2Fevaluations", b"/app.js/..", b"/appXjs", b"/\\..\\"]
)
def test_a_path_that_leads_nowhere_is_a_404(server, path):
    assert_error(send_raw(server.port, get_bytes(path, server.port)), 404, "not_found")


@pytest.mark.parametrize("query", [b"classes=%FF", b"%FF=1", b"classes=%0", b"classes=%00", b"=1", b"classes=\xc3\x28"])
def test_a_query_that_is_no_utf8_is_a_400(server, query):
    answer = send_raw(server.port, get_bytes(b"/api/v1/evaluations?" + query, server.port))
    assert_error(answer, 400, "invalid_argument")


def test_repeated_and_unknown_query_fields_are_named(server):
    repeated = ask(server.port, "GET", "/api/v1/evaluations?classes=10&classes=10")
    assert_error(repeated, 400, "invalid_argument")
    assert repeated.error["fields"][0]["path"] == "/classes"
    unknown = ask(server.port, "GET", "/api/v1/evaluations?clases=10&batch_size=512&loss_weight=0.5&temperature=0.1")
    assert "/clases" in [field["path"] for field in unknown.error["fields"]]


def test_a_target_longer_than_the_limit_is_a_414(server):
    assert_error(send_raw(server.port, get_bytes(b"/" + b"a" * 9000, server.port)), 414, "invalid_argument")


@pytest.mark.parametrize("sent, status, logged", [
    (b"GET /%s HTTP/1.1\r\nHost: x\r\n\r\n" % (b"a" * 9000), 414, 'method="GET" path="/aaa'),
    (b"PUT /b?key=secret HTTP/1.1\r\nX: %s\r\n\r\n" % (b"a" * 40_000), 431, 'method="PUT" path="/b" '),
    (b"POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501, 'method="POST" path="/c" '),
    (b"POST /d HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, 'method="POST" path="/d" '),
    (b"POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413, 'method="POST" path="/e" '),
    (b"POST /f HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n", 400, 'method="POST" path="/f" '),
    (b"\x1b[2J\x00\xff\r\n\r\n", 400, 'path="" '),
], ids=["414", "431", "501", "400", "413", "chunk", "garbage"])
def test_what_is_refused_unread_is_logged_with_client_method_and_path(sent, status, logged):
    with Served() as fresh:
        assert send_raw(fresh.port, sent).status == status
        assert fresh.stop() == 0
        fresh.reader.join()
        lines = [line for line in fresh.lines if f" status={status} " in line]
    assert len(lines) == 1 and 'client="127.0.0.1"' in lines[0] and logged in lines[0], lines
    assert "secret" not in lines[0] and lines[0].isprintable()


@pytest.mark.parametrize("size", [32_768, 1_000_000])
def test_a_request_line_without_end_is_cut(server, size):
    answer = send_raw(server.port, b"GET /" + b"a" * size)
    assert answer is None or 400 <= answer.status < 500


@pytest.mark.parametrize(
    "headers",
    [b"X-Long: " + b"a" * 9000 + b"\r\n", b"".join(b"X-%d: 1\r\n" % i for i in range(200)), b"No colon\r\n"]
    + [b"X: a\x00b\r\n", b"Bad Name: 1\r\n", b": 1\r\n"],
)
def test_headers_that_are_too_long_too_many_or_malformed_are_a_400(server, headers):
    answer = send_raw(server.port, get_bytes(b"/healthz", server.port, headers))
    assert_error(answer, 400, "invalid_argument")


def test_headers_without_end_are_a_431(server):
    answer = send_raw(server.port, get_bytes(b"/healthz", server.port, b"X-Endless: " + b"a" * 3_000_000))
    assert_error(answer, 431, "invalid_argument")


@pytest.mark.parametrize(
    "line",
    [b"", b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"FOO / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"]
    + [b"GET /healthz HTTP/1.1\nHost: x\n\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", bytes(range(256)) * 16],
)
def test_what_is_no_request_gets_a_400_or_nothing(server, line):
    answer = send_raw(server.port, line)
    assert answer is None or (answer.status == 400 and answer.error["code"] == "invalid_argument")


@pytest.mark.parametrize("host", [b"", b"Host: 127.0.0.1:%d\r\nHost: evil.example\r\n"])
def test_no_host_or_two_are_a_400(server, host):
    host = host.replace(b"%d", b"%d" % server.port)
    answer = send_raw(server.port, b"GET /healthz HTTP/1.1\r\n" + host + b"Connection: close\r\n\r\n")
    assert_error(answer, 400, "invalid_argument")


def test_an_empty_host_is_a_403(server):
    answer = send_raw(server.port, b"GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n")
    assert_error(answer, 403, "forbidden")


def post_head(port, *headers):
    lines = [b"POST /api/v1/evaluations HTTP/1.1", b"Host: 127.0.0.1:%d" % port, b"Content-Type: application/json"]
    return b"\r\n".join([*lines, *headers, b"", b""])


def test_a_chunked_body_is_read_and_an_oversize_one_is_a_413(server):
    head = post_head(server.port, b"Transfer-Encoding: chunked", b"Connection: close")
    small = send_raw(server.port, head + b"2\r\n{}\r\n0\r\n\r\n")
    assert_error(small, 400, "invalid_argument")
    chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
    assert_error(send_raw(server.port, head + chunk * 9 + b"0\r\n\r\n"), 413, "invalid_argument")


@pytest.mark.parametrize(
    "headers, body",
    [
        ([b"Content-Length: 5", b"Transfer-Encoding: chunked"], b"0\r\n\r\n"),
        ([b"Content-Length: 5", b"Content-Length: 6"], b"{}"),
        ([b"Content-Length: -1"], b"{}"),
        ([b"Content-Length: 99999999999999999999999"], b"{}"),
        ([b"Content-Length: many"], b"{}"),
        ([b"Transfer-Encoding: chunked"], b"zz\r\n{}\r\n0\r\n\r\n"),
        ([b"Transfer-Encoding: chunked"], b"ffffffffffffffff\r\n{}"),
        ([b"Content-Length: 2", b"Content-Encoding: gzip"], b"{}"),
        ([b"Content-Length: 100"], b"{}"),
    ],
)
def test_a_body_that_contradicts_its_headers_is_refused(server, headers, body):
    answer = send_raw(server.port, post_head(server.port, *headers) + body)
    assert answer is None or answer.status in (400, 413, 415)
    assert answer is None or answer.error["code"] == "invalid_argument"


def test_two_thousand_ranges_of_a_file_are_not_sent(server):
    ranges = b"Range: bytes=" + b",".join(b"0-" for _ in range(2000)) + b"\r\n"
    answer = send_raw(server.port, get_bytes(b"/app.js", server.port, ranges))
    size = len(ask(server.port, "GET", "/app.js").body)
    assert answer.status == 200 and len(answer.body) == size
    few = send_raw(server.port, get_bytes(b"/app.js", server.port, b"Range: bytes=0-1,3-4\r\n"))
    assert few.status == 200 and len(few.body) == size


def test_expect_100_continue_is_honoured(server):
    with connect(server.port) as sock:
        sock.sendall(post_head(server.port, b"Content-Length: 2", b"Expect: 100-continue", b"Connection: close"))
        assert sock.recv(1000).startswith(b"HTTP/1.1 100")
        sock.sendall(b"{}")
        assert parse(read_to_end(sock)).status == 400


def test_a_websocket_handshake_is_an_ordinary_answer(server):
    upgrade = b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    request = get_bytes(b"/nothing", server.port, upgrade).replace(b"Connection: close", b"Connection: Upgrade")
    assert_error(send_raw(server.port, request), 404, "not_found")


def test_a_trickled_header_is_cut_after_its_deadline(server):
    started = time.monotonic()
    with connect(server.port) as sock:
        sock.settimeout(TIMEOUT_S)
        try:
            for byte in get_bytes(b"/healthz", server.port, b"X: " + b"a" * 100 + b"\r\n"):
                sock.sendall(bytes([byte]))
                time.sleep(0.2)
                assert time.monotonic() - started < 9
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert time.monotonic() - started > 4


def test_clients_that_leave_half_way_do_no_harm(server):
    for _ in range(200):
        with connect(server.port) as sock:
            sock.sendall(post_head(server.port, b"Content-Length: 1000") + b"{")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def test_idle_connections_do_not_keep_others_waiting(server):
    idle = [connect(server.port) for _ in range(50)]
    try:
        started = time.monotonic()
        assert ask(server.port, "POST", "/api/v1/evaluations", CIFAR10_POINT).status == 200
        assert time.monotonic() - started < 1
    finally:
        for sock in idle:
            sock.close()


def test_a_full_queue_is_a_503_that_says_when_to_come_back():
    with Served("--threads", "1", "--max-queued-connections", "1") as running:
        sockets = [connect(running.port) for _ in range(150)]
        for sock in sockets:
            sock.settimeout(TIMEOUT_S)
            sock.sendall(get_bytes(b"/healthz", running.port)[:-2])  # the last line is missing
        time.sleep(0.5)
        for sock in sockets:
            try:
                sock.sendall(b"\r\n")
            except (BrokenPipeError, ConnectionResetError):
                pass  # turned away already
        answers = [parse(read_to_end(sock)) for sock in sockets]
        refused = [answer for answer in answers if answer is not None and answer.status == 503]
        assert refused and {answer.status for answer in answers if answer is not None} <= {200, 503}
        for answer in refused:
            assert_error(answer, 503, "unavailable")
            assert answer.headers["retry-after"] == "1"
        for sock in sockets:
            sock.close()
        end = time.monotonic() + TIMEOUT_S
        while (metrics := ask(running.port, "GET", "/metrics")).status != 200:  # the queue may still be full
            assert time.monotonic() < end
            time.sleep(0.05)
        counted = [line for line in metrics.body.decode().splitlines() if line.startswith("ssem_http_connections_refused_total")]
        assert int(counted[0].split()[1]) >= len(refused)
        assert running.stop() == 0


def test_hostile_and_honest_clients_at_once_leave_the_honest_ones_unharmed(server):
    wrong = []

    def honest():
        for _ in range(50):
            answer = ask(server.port, "POST", "/api/v1/evaluations", CIFAR10_POINT)
            if answer.status != 200:
                wrong.append(answer.status)

    def hostile():
        for _ in range(50):
            send_raw(server.port, b"\x00" * 100)
            send_raw(server.port, post_head(server.port, b"Content-Length: 10") + b"{")

    threads = [threading.Thread(target=target) for target in [honest, hostile] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
