"""A running `ssem serve` for the end-to-end tests."""
import os
import re
import subprocess
import threading
import urllib.error
import urllib.request

ADDRESS = re.compile(r"https?://127\.0\.0\.1:(\d+)")
START_LIMIT_S = 30
STOP_LIMIT_S = 15


class Served:
    """Starts the server on a free port (or on `port`) and waits until it is ready; a context manager.

    `environment` is added to this process's; `lines` is everything printed so far, the log included; once the server has
    ended, `reader.join()` waits for the last of them.
    """

    def __init__(self, *flags, port=0, environment=None):
        self.flags = flags
        self.port = port
        self.environment = environment or {}
        self.process = None
        self.reader = None
        self.lines = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        environment = {**os.environ, **self.environment}
        command = [os.environ["SSEM_BINARY"], "serve", "--port", str(self.port), *self.flags]
        if "--storage" not in self.flags and "SSEM_STORAGE" not in environment:
            command += ["--storage", "memory:"]  # tests that run at once must not meet in one file
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        announced = threading.Event()
        self.reader = threading.Thread(target=self._read, args=(self.process, announced), daemon=True)
        self.reader.start()
        if not announced.wait(START_LIMIT_S):
            self.kill()
            raise TimeoutError("the server printed no address")
        if self.port == 0:
            raise RuntimeError(f"the server ended at once with code {self.process.wait()}")
        self._wait_until_ready()
        return self

    def _read(self, process, announced):
        """Keeps the pipe empty, so that a chatty server never waits for us."""
        for line in process.stdout:
            self.lines.append(line.rstrip("\n"))
            match = ADDRESS.search(line)
            if match and not announced.is_set():
                self.port = int(match.group(1))
                announced.set()
        announced.set()

    def _wait_until_ready(self):
        pause = threading.Event()
        for _ in range(START_LIMIT_S * 20):
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError):
                pass
            pause.wait(0.05)
        self.kill()
        raise TimeoutError("the server never became ready")

    def kill(self):
        """Ends it without warning, as a crash would."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_LIMIT_S)

    def stop(self):
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(STOP_LIMIT_S)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()
