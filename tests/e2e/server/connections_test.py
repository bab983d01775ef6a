"""Many connections, slow ones and hostile ones: none costs the others their answers, none smuggles a request."""
import http.client
import json
import socket
import threading
import time

import pytest
from http_wire import TIMEOUT_S, ask, assert_error, connect, get_bytes, parse, read_to_end, send_raw
from served import Served

BUSY_CLIENTS = 200
SECONDS = 4
LONGEST_WAIT_S = 1


def head(port, *lines):
    return b"\r\n".join([*lines, b"Host: 127.0.0.1:%d" % port, b"", b""])


def post(port, *headers):
    return head(port, b"POST /api/v1/evaluations HTTP/1.1", b"Content-Type: application/json", *headers)


def answers_in(received):
    return received.count(b"HTTP/1.1 ")


def healthz_seconds(port):
    started = time.monotonic()
    assert ask(port, "GET", "/healthz").status == 200
    return time.monotonic() - started


SMUGGLED = b"DELETE /api/v1/studies/1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.mark.parametrize("coding", [b"xchunked", b"gzip, chunked", b"chunked, identity", b"identity", b"%63hunked"])
def test_an_unknown_transfer_coding_is_a_501_and_ends_the_connection(server, coding):
    request = head(server.port, b"GET /healthz HTTP/1.1", b"Transfer-Encoding: " + coding)
    request += b"0" * (4096 - len(request)) + SMUGGLED
    received = raw(server.port, request)
    assert answers_in(received) == 1
    assert_error(parse(received), 501, "invalid_argument")
    assert parse(received).headers["connection"] == "close"


def raw(port, request):
    """Everything that comes back; the sending side stays open, so an end is the server's."""
    with connect(port) as sock:
        sock.sendall(request)
        return read_to_end(sock)


@pytest.mark.parametrize(
    "headers",
    [
        [b"Content-Length: %32"],
        [b"Content-Length: +2"],
        [b"Content-Length: 2", b"Content-Length: 2"],
        [b"Content-Length: 2", b"Transfer-Encoding: chunked"],
        [b"Content-Length: 0", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding : chunked"],
        [b"X: 1\n2: 3"],
        [b"X: 1", b" folded: 2"],
    ],
    ids=repr,
)
def test_a_length_that_two_readers_could_take_differently_is_a_400_and_ends_the_connection(server, headers):
    received = raw(server.port, post(server.port, *headers) + b"{}" + SMUGGLED)
    assert answers_in(received) == 1
    assert_error(parse(received), 400, "invalid_argument")
    assert parse(received).error["message"] == "malformed HTTP request"
    assert parse(received).headers["connection"] == "close"


@pytest.mark.parametrize("size", [b"+2", b"0x2", b" 2", b"2 ", b"-2", b""])
def test_a_chunk_size_is_hexadecimal_digits(server, size):
    received = raw(server.port, post(server.port, b"Transfer-Encoding: chunked") + size + b"\r\n{}\r\n0\r\n\r\n")
    assert answers_in(received) == 1 and parse(received).status == 400
    assert parse(received).error["message"] == "malformed HTTP request"


def test_a_body_that_nobody_asked_for_is_no_request(server):
    with connect(server.port) as sock:
        request = head(server.port, b"GET /healthz HTTP/1.1", b"Content-Length: %d" % len(SMUGGLED)) + SMUGGLED
        sock.sendall(request + get_bytes(b"/healthz", server.port))
        received = read_to_end(sock)
    assert answers_in(received) == 2 and received.count(b'{"status":"ok"}') == 2


def test_a_method_that_nobody_knows_is_a_501(server):
    answer = send_raw(server.port, get_bytes(b"/healthz", server.port).replace(b"GET", b"FETCH"))
    assert_error(answer, 501, "invalid_argument")


def test_query_is_a_method_that_no_path_answers(server):
    answer = send_raw(server.port, get_bytes(b"/healthz", server.port).replace(b"GET", b"QUERY"))
    assert_error(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert any(' method="QUERY" ' in line and "status=405" in line for line in server.lines)


def test_requests_sent_at_once_are_answered_in_their_order(server):
    count = 1000
    requests = b"".join(
        head(server.port, b"GET /healthz HTTP/1.1", b"X-Request-Id: number-%d" % i) for i in range(count)
    )
    with connect(server.port) as sock:
        sender = threading.Thread(target=sock.sendall, args=(requests + get_bytes(b"/healthz", server.port),))
        sender.start()
        received = read_to_end(sock)
        sender.join()
    names = [line.split(b": ")[1] for line in received.split(b"\r\n") if line.lower().startswith(b"x-request-id: number")]
    assert names == [b"number-%d" % i for i in range(count)]


def test_more_polite_clients_than_threads_all_get_their_answers():
    waits, wrong = [], []
    start = time.monotonic()

    def polite(port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        while time.monotonic() - start < SECONDS:
            asked = time.monotonic()
            try:
                connection.request("GET", "/healthz")
                if (status := connection.getresponse().read()) != b'{"status":"ok"}':
                    wrong.append(status)
            except OSError as error:
                wrong.append(repr(error))
            waits.append(time.monotonic() - asked)
            time.sleep(1)
        connection.close()

    with Served("--threads", "4") as running:
        clients = [threading.Thread(target=polite, args=(running.port,)) for _ in range(BUSY_CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    assert wrong == [] and len(waits) >= BUSY_CLIENTS * (SECONDS - 1)
    assert max(waits) < LONGEST_WAIT_S


@pytest.mark.parametrize("sent", ["nothing", "half a head", "half a body", "half a chunk"])
def test_slow_clients_cost_the_others_nothing(sent):
    with Served("--threads", "4") as running:
        bytes_sent = {
            "nothing": b"",
            "half a head": b"GET /healthz HT",
            "half a body": post(running.port, b"Content-Length: 100") + b"{",
            "half a chunk": post(running.port, b"Transfer-Encoding: chunked") + b"5\r\n{",
        }[sent]
        slow = [connect(running.port) for _ in range(300)]
        for sock in slow:
            sock.sendall(bytes_sent)
        assert max(healthz_seconds(running.port) for _ in range(5)) < LONGEST_WAIT_S
        for sock in slow:
            sock.close()


def test_clients_that_do_not_read_cost_the_others_nothing_and_are_answered_to_a_bound():
    body = json.dumps({"class_counts": [1 + i % 50 for i in range(100_000)], "dimension": 13}).encode()
    statuses = []
    with Served("--threads", "4") as running:
        size = len(ask(running.port, "POST", "/api/v1/recommendations", json.loads(body)).body)
        assert size > 10_000_000  # more than the kernel takes for a client
        request = post(running.port, b"Content-Length: %d" % len(body)).replace(b"evaluations", b"recommendations") + body
        slow = []
        for _ in range(20):
            sock = socket.socket()
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.connect(("127.0.0.1", running.port))
            sock.sendall(request)
            slow.append(sock)
            assert healthz_seconds(running.port) < LONGEST_WAIT_S
        for sock in slow:
            statuses.append(sock.recv(12)[-3:])
            if statuses[-1] == b"503":
                assert b"\r\nContent-Security-Policy: " in sock.recv(2048)
        withheld = [line for line in running.lines if "clients leave too many large answers unread" in line]
        assert len(withheld) == statuses.count(b"503") and all(" status=503 " in line for line in withheld)
        for sock in slow:
            assert healthz_seconds(running.port) < LONGEST_WAIT_S
            sock.close()
    assert set(statuses) == {b"200", b"503"}  # 256 MiB are held for all of them
    assert statuses.count(b"200") * size <= 256 * 1024 * 1024


def test_the_connection_that_is_idle_for_longest_makes_room():
    with Served("--max-connections", "20") as running:
        sockets = [connect(running.port) for _ in range(30)]
        assert ask(running.port, "GET", "/healthz").status == 200
        for sock in sockets[:10]:
            assert sock.recv(1) == b""
        sockets[-1].sendall(get_bytes(b"/healthz", running.port))
        assert parse(read_to_end(sockets[-1])).status == 200
        for sock in sockets:
            sock.close()


def test_idle_connections_do_not_wake_the_server():
    with Served() as running:
        idle = [connect(running.port) for _ in range(200)]
        for sock in idle:
            sock.sendall(head(running.port, b"GET /healthz HTTP/1.1"))
            assert sock.recv(1000)
        before = cpu_ticks(running.process.pid)
        time.sleep(1.5)
        assert cpu_ticks(running.process.pid) - before <= 3  # hundredths of a second; polling took a quarter of one
        for sock in idle:
            sock.close()


def cpu_ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


SECOND_OF_COMPUTING = "/api/v1/recommendations?classes=120&instances_per_class=20&dimension=13"


def test_heavy_requests_wait_for_each_other_and_nothing_else_for_them():
    answers = []
    with Served("--threads", "8") as running:
        clients = [
            threading.Thread(target=lambda: answers.append(ask(running.port, "GET", SECOND_OF_COMPUTING)))
            for _ in range(16)
        ]
        for client in clients:
            client.start()
        assert max(healthz_seconds(running.port) for _ in range(10)) < LONGEST_WAIT_S
        for client in clients:
            client.join()
    assert {answer.status for answer in answers} <= {200, 503}
    refused = [answer for answer in answers if answer.status == 503]
    assert 0 < len(refused) < len(clients)  # four may wait, for two seconds
    for answer in refused:
        assert_error(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "1"


def test_a_batch_s_answer_has_a_bound():
    item = {"class_counts": [1 + i % 50 for i in range(200_000)], "dimension": 13}
    with Served() as running:
        results = ask(running.port, "POST", "/api/v1/recommendations", {"requests": [item] * 6}).json["results"]
    kept = ["error" not in result for result in results]
    assert kept == [True, True, False, False, False, False]  # of 34 MB each; 64 MiB end it
    assert results[-1]["error"]["message"].startswith("this answer is full")


def test_a_stop_lets_what_is_being_answered_finish_and_refuses_the_rest():
    with Served() as running:
        got = []
        client = threading.Thread(target=lambda: got.append(ask(running.port, "GET", SECOND_OF_COMPUTING)))
        idle = connect(running.port)
        client.start()
        while b"requests_in_flight 2" not in ask(running.port, "GET", "/metrics").body:
            time.sleep(0.005)
        running.process.terminate()
        assert idle.recv(1) == b""
        client.join()
        assert running.process.wait(TIMEOUT_S) == 0
        assert got[0].status == 200 and "error" not in got[0].json
        idle.close()
