"""Idle and active keep-alive connections and event streams at once: connections_load.py BINARY

Prints, one line each, how long requests waited and what the server holds before and after. A stand-in trainer keeps a
validation running; every active connection asks for one thing a second.
"""
import argparse
import asyncio
import json
import pathlib
import subprocess
import sys
import tempfile
import time

PATHS = {
    "advice": "/api/v1/evaluations?classes=10&batch_size=512&dimension=128&loss_weight=0.5&temperature=0.1",
    "list": "/api/v1/storage/studies",
}
PROBLEM = {"problem": {"classes": 4, "instances_per_class": 5, "dimension": 16}, "loss_weight": 0.5, "temperature": 0.1}
TRAINER = """#!{python}
import json, os, time
def tell(**event):
    os.write(1, (json.dumps(event) + "\\n").encode())
tell(event="started", time_s=0.0, device="cpu", total_steps=100000)
for step in range(100000):
    time.sleep(1)
    tell(event="progress", time_s=float(step), step=step, total_steps=100000, loss=1.0, within_class_variance=0.1,
         between_class_variance=0.4, view_alignment=0.5, learning_rate=0.1, images_per_s=100.0, eta_s=1.0)
"""


def head(port, method, path, *lines):
    return "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *lines, "", ""]).encode()


async def answer(reader):
    """The status and body of one answer with a length."""
    top = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(top.split("content-length: ")[1].split("\r\n")[0])
    return int(top.split(" ")[1]), await reader.readexactly(length)


RAMP_S = 5  # idle connections and streams are there before the first wait is taken


class Load:
    def __init__(self, port, paths, end):
        self.port, self.paths, self.end = port, paths, end
        self.waits = {name: [] for name in paths}
        self.faults, self.stream_bytes, self.streams_open = [], 0, 0

    async def connect(self):
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def active(self, name, offset):
        await asyncio.sleep(RAMP_S + offset)
        request = head(self.port, "GET", self.paths[name])
        reader = writer = None
        while (asked := time.monotonic()) < self.end:
            try:
                if writer is None:
                    reader, writer = await self.connect()
                writer.write(request)
                status, _ = await asyncio.wait_for(answer(reader), max(0.0, self.end - asked))
                if status != 200:
                    self.faults.append(status)
            except asyncio.TimeoutError:
                self.faults.append("no answer at the end")
            except (OSError, asyncio.IncompleteReadError) as error:
                self.faults.append(repr(error))
                writer = None
            self.waits[name].append(time.monotonic() - asked)
            await asyncio.sleep(max(0.0, asked + 1 - time.monotonic()))

    async def idle(self):
        """One request, then nothing: what a browser tab keeps open; taken up again where the server closes it."""
        while (left := self.end - time.monotonic()) > 0:
            try:
                reader, writer = await self.connect()
                writer.write(head(self.port, "GET", "/healthz"))
                status, _ = await asyncio.wait_for(answer(reader), left)
                if status != 200:
                    self.faults.append(status)
                await asyncio.wait_for(reader.read(1), max(0.0, self.end - time.monotonic()))
                writer.close()
            except asyncio.TimeoutError:
                return
            except (OSError, asyncio.IncompleteReadError) as error:
                self.faults.append(repr(error))
                await asyncio.sleep(1)

    async def stream(self, path):
        try:
            reader, writer = await self.connect()
            writer.write(head(self.port, "GET", path))
            top = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), self.end - time.monotonic())
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError) as error:
            self.faults.append(repr(error))
            return
        if b" 200 " not in top:
            self.faults.append(top[:30])
            return
        self.streams_open += 1
        while (left := self.end - time.monotonic()) > 0:
            try:
                piece = await asyncio.wait_for(reader.read(65536), left)
            except asyncio.TimeoutError:
                break
            if not piece:
                self.faults.append("a stream ended")
                return
            self.stream_bytes += len(piece)
        writer.close()


def status_of(process, name):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))


def cpu_seconds(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def quantile(values, q):
    return sorted(values)[min(len(values) - 1, int(q * len(values)))]


async def post(port, path, body):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    text = json.dumps(body)
    lines = ("Content-Type: application/json", f"Content-Length: {len(text)}")
    writer.write(head(port, "POST", path, *lines) + text.encode())
    status, received = await answer(reader)
    writer.close()
    assert status < 300, received
    return json.loads(received)


async def run(arguments, process, port):
    streams = []
    if process is not None:
        made = await post(port, "/api/v1/validations", PROBLEM)
        streams = [f"/api/v1/validations/{made['id']}/events"] * arguments.streams
    paths = PATHS if arguments.path is None else {"asked": arguments.path}
    load = Load(port, paths, time.monotonic() + RAMP_S + arguments.seconds)
    before = status_of(process, "VmRSS") if process else 0
    used = cpu_seconds(process) if process else 0.0
    names = list(paths)
    await asyncio.gather(
        *(load.idle() for _ in range(arguments.idle if process else 0)),
        *(load.active(names[i % len(names)], i / max(1, arguments.active)) for i in range(arguments.active)),
        *(load.stream(path) for path in streams),
    )
    for name, waits in load.waits.items():
        p50, p99 = quantile(waits, 0.5) * 1000, quantile(waits, 0.99) * 1000
        print(f"{name}: {len(waits)} requests, p50 {p50:.2f} ms, p99 {p99:.1f} ms, longest {max(waits) * 1000:.0f} ms")
    print(f"faults: {len(load.faults)} {sorted(set(map(str, load.faults)))[:5]}; streams open: {load.streams_open}, {load.stream_bytes} bytes")
    if process is not None:
        print(f"RSS: {before} KiB before, {status_of(process, 'VmRSS')} after; threads {status_of(process, 'Threads')}; "
              f"CPU {cpu_seconds(process) - used:.1f} s in {arguments.seconds:g} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", nargs="?", help="ssem; without it --port says what to ask, and only requests are sent")
    parser.add_argument("--port", type=int)
    parser.add_argument("--path", help="asked by every active connection instead of advice and a list")
    parser.add_argument("--idle", type=int, default=1000)
    parser.add_argument("--active", type=int, default=500)
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    if arguments.binary is None:
        asyncio.run(run(arguments, None, arguments.port))
        return
    with tempfile.TemporaryDirectory() as folder:
        trainer = pathlib.Path(folder) / "ssem-train"
        trainer.write_text(TRAINER.format(python=sys.executable))
        trainer.chmod(0o755)
        command = [arguments.binary, "serve", "--port", "0", "--storage", "memory:", "--log-level", "off"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"SSEM_TRAIN": str(trainer)})
        try:
            port = int(process.stdout.readline().rsplit(":", 1)[1])
            asyncio.run(run(arguments, process, port))
        finally:
            process.terminate()
            process.wait(20)


if __name__ == "__main__":
    main()
