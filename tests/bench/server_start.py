"""Start to ready, and resident memory, of `ssem serve`: server_start.py BINARY"""
import http.client
import json
import statistics
import subprocess
import sys
import time

STARTS = 20


def start(binary):
    """The process, its port, and the milliseconds from its start to the first 200 of /readyz."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [binary, "serve", "--port", "0", "--storage", "memory:"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    port = int(process.stdout.readline().rsplit(":", 1)[1])
    assert ask(port, "GET", "/readyz") == 200
    return process, port, (time.perf_counter() - begun) * 1000


def ask(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def resident_mb(process):
    with open(f"/proc/{process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def stop(process):
    process.terminate()
    assert process.wait(10) == 0


def main():
    binary = sys.argv[1]
    times = []
    for _ in range(STARTS):
        process, _, milliseconds = start(binary)
        times.append(milliseconds)
        stop(process)
    print(f"start to ready: median {statistics.median(times):.1f} ms, slowest {max(times):.1f} ms of {STARTS}")
    process, port, _ = start(binary)
    print(f"resident: {resident_mb(process):.1f} MB when ready")
    problem = {"classes": 10, "batch_size": 512, "dimension": 128}
    for _ in range(1000):
        assert ask(port, "POST", "/api/v1/recommendations", json.dumps(problem)) == 200
    print(f"resident: {resident_mb(process):.1f} MB after 1,000 recommendations")
    point = {**problem, "loss_weight": 0.5, "temperature": 0.1}
    begun = time.perf_counter()
    assert ask(port, "POST", "/api/v1/evaluations", json.dumps({"requests": [point] * 10_000})) == 200
    print(f"10,000 evaluations in one request: {(time.perf_counter() - begun) * 1000:.0f} ms")
    print(f"resident: {resident_mb(process):.1f} MB after them")
    for dimension, name in ((512, "exact"), (128, "with estimator E1")):
        begun = time.perf_counter()
        path = f"/api/v1/phase-diagram?classes=10&batch_size=512&dimension={dimension}&loss_weights=64&temperatures=96"
        assert ask(port, "GET", path) == 200
        print(f"phase diagram 64 x 96 {name}: {(time.perf_counter() - begun) * 1000:.1f} ms")
    stop(process)


main()
