"""Requests and raw bytes to a server under test, and what comes back."""
import http.client
import json
import socket

TIMEOUT_S = 10
CIFAR10 = {"classes": 10, "batch_size": 512, "dimension": 128}
CIFAR10_POINT = {**CIFAR10, "loss_weight": 0.5, "temperature": 0.1}


class Answer:
    """Status, headers (lower-case names) and body of one response."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


def ask(port, method, path, body=None, **headers):
    """One request on a connection of its own. A dict or list becomes a JSON body; header names take _ for -."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
        names.setdefault("Content-Type", "application/json")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request(method, path, body=body, headers=names)
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def connect(port):
    return socket.create_connection(("127.0.0.1", port), TIMEOUT_S)


def read_to_end(sock):
    """Everything until the server closes; a reset counts as an end."""
    received = b""
    try:
        while chunk := sock.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


def parse(received):
    """The first response of raw bytes; None when there is none."""
    if b"\r\n\r\n" not in received:
        return None
    head, body = received.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    headers = {line.split(": ", 1)[0].lower(): line.split(": ", 1)[1] for line in lines[1:]}
    return Answer(int(lines[0].split()[1]), headers, body[: int(headers.get("content-length", len(body)))])


def send_raw(port, data):
    """The answer to these bytes; the sending side is then shut, so the server need not wait for more."""
    with connect(port) as sock:
        try:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError, OSError):
            pass
        return parse(read_to_end(sock))


def get_bytes(path, port, extra=b""):
    """A GET as bytes, with a Host that the server accepts."""
    return b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n" % port + extra + b"\r\n"


def assert_error(answer, status, code):
    """The contract's shape, complete, and nothing else."""
    assert answer is not None, "no answer"
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/json"
    body = answer.json
    assert set(body) == {"error", "reason"}
    assert set(body["error"]) == {"code", "message", "fields", "request_id"}
    assert body["error"]["code"] == code and body["reason"] == body["error"]["message"] != ""
    assert body["error"]["request_id"] == answer.headers["x-request-id"]
    assert all(set(field) == {"path", "message"} for field in body["error"]["fields"])
