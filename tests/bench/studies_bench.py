"""Studies on the server against Optuna's RDBStorage on SQLite, in one run: the same work at equal durability.

    python studies_bench.py SSEM_BINARY [--trials N]

Durability: the server fsyncs each commit; RDBStorage's connections get PRAGMA synchronous = FULL. Files lie in one folder,
so on one disk. Every line has its target; a ratio above 1 means that the server is faster.
"""
import argparse
import concurrent.futures
import http.client
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "api" / "python"))

import optuna
import sqlalchemy

from ssem_optuna import RestStorage

optuna.logging.set_verbosity(optuna.logging.ERROR)
REPORTS = 10
SPACE = {
    "x": {"type": "float", "low": -5, "high": 5},
    "n": {"type": "int", "low": 1, "high": 64, "log": True},
    "kind": {"type": "categorical", "choices": ["a", "b", "c"]},
}


class Server:
    def __init__(self, binary, storage):
        command = [binary, "serve", "--port", "0", "--storage", storage, "--log-level", "off"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.port = int(re.search(r":(\d+)$", self.process.stdout.readline().strip()).group(1))
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.process.terminate()
        self.process.wait(15)


class Client:
    """Keep-alive HTTP without anything around it."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        for attempt in range(2):
            try:
                self.connection.request(method, path, data, {"Content-Type": "application/json"} if data else {})
                answer = self.connection.getresponse()
                content = answer.read()
                break
            except (http.client.HTTPException, ConnectionError):
                self.connection.close()  # the server ends a connection after some requests
                if attempt or method != "GET" and "ask" in path:
                    continue
        assert answer.status < 300, content
        return json.loads(content)


def rdb(path):
    storage = optuna.storages.RDBStorage(f"sqlite:///{path}")
    sqlalchemy.event.listen(
        storage.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = FULL")
    )
    storage.engine.dispose()
    return storage


def objective(trial):
    trial.suggest_float("x", -5, 5)
    trial.suggest_int("n", 1, 64, log=True)
    trial.suggest_categorical("kind", ["a", "b", "c"])
    for step in range(REPORTS):
        trial.report(step, step)
    return 1.0


def optuna_ms(storage, trials):
    study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=0))
    started = time.perf_counter()
    study.optimize(objective, n_trials=trials)
    return (time.perf_counter() - started) / trials * 1000


def http_trials(port, study_id, count, client_id):
    client = Client(port)
    for _ in range(count):
        trial = client.call("POST", f"/api/v1/studies/{study_id}/ask", {"client_id": client_id})
        path = f"/api/v1/trials/{trial['trial_id']}"
        for step in range(REPORTS):
            client.call("POST", path + "/report", {"step": step, "value": step})
        client.call("POST", path + "/tell", {"values": [1.0]})


def http_ms(port, clients, trials, **study):
    body = {"search_space": SPACE, "pruner": {"kind": "none"}, **study}
    study_id = Client(port).call("POST", "/api/v1/studies", body)["study_id"]
    started = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        for done in [pool.submit(http_trials, port, study_id, trials // clients, str(k)) for k in range(clients)]:
            done.result()
    elapsed = time.perf_counter() - started
    count = Client(port).call("GET", f"/api/v1/studies/{study_id}")["trials"]["COMPLETE"]
    assert count == trials // clients * clients, count
    return elapsed / count * 1000


def median_ms(call, repeats):
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)[repeats // 2]


def suggestion_ms(port):
    """The 301st ask of a study, as a client sees it."""
    client = Client(port)
    problem = {"classes": 10, "batch_size": 512, "dimension": 128}
    study_id = client.call("POST", "/api/v1/studies", {"problem": problem})["study_id"]
    for _ in range(300):
        trial = client.call("POST", f"/api/v1/studies/{study_id}/ask", {})
        client.call("POST", f"/api/v1/trials/{trial['trial_id']}/tell", {"values": [abs(trial["params"]["temperature"] - 0.1)]})
    return median_ms(lambda: client.call("POST", f"/api/v1/studies/{study_id}/ask", {}), 21)


def tpe_ms():
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1) + trial.suggest_float("y", 0.01, 1, log=True), n_trials=300)

    def ask():
        trial = study.ask()
        trial.suggest_float("x", 0, 1)
        trial.suggest_float("y", 0.01, 1, log=True)

    return median_ms(ask, 21)


def fill(storage, trials):
    study = optuna.create_study(storage=storage, study_name="long")
    template = optuna.trial.create_trial(
        params={"x": 0.5, "n": 3, "kind": "a"},
        distributions={
            "x": optuna.distributions.FloatDistribution(-5, 5),
            "n": optuna.distributions.IntDistribution(1, 64, log=True),
            "kind": optuna.distributions.CategoricalDistribution(["a", "b", "c"]),
        },
        intermediate_values={step: float(step) for step in range(REPORTS)},
        value=1.0,
    )
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: storage.create_new_trial(study._study_id, template), range(trials)))
    return study._study_id


def line(what, ours_ms, theirs_ms, target):
    ratio = theirs_ms / ours_ms
    met = "met" if ratio >= target else "MISSED"
    print(f"{what:<58} {ours_ms:9.2f} ms {theirs_ms:9.2f} ms  {ratio:6.1f}x  target {target}x {met}", flush=True)


def limit(what, ours_ms, most_ms):
    print(f"{what:<58} {ours_ms:9.2f} ms{'':22}  target {most_ms} ms {'met' if ours_ms <= most_ms else 'MISSED'}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--trials", type=int, default=1000)
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="studies_bench_", dir="."))
    file = folder.resolve() / "ours.db"
    server = Server(arguments.binary, f"sqlite:///{file}")
    try:
        print(f"Optuna {optuna.__version__}; {arguments.trials} trials of 3 parameters and {REPORTS} reports")
        theirs = optuna_ms(rdb(folder / "theirs.db"), max(arguments.trials // 10, 20))
        line("a trial, Optuna on RestStorage", optuna_ms(RestStorage(server.url), arguments.trials // 4), theirs, 1)
        line("a trial, ask/report/tell, 1 client", http_ms(server.port, 1, arguments.trials, sampler="random"), theirs, 4)
        line("a trial, ask/report/tell, 16 clients", http_ms(server.port, 16, arguments.trials, sampler="random"), theirs, 10)
        line("the same with the Gaussian process, 16 clients", http_ms(server.port, 16, arguments.trials), theirs, 10)
        print(f"(TPE in memory suggests two parameters after 300 trials in {tpe_ms():.2f} ms)")
        limit("a suggestion after 300 trials, ask to answer", suggestion_ms(server.port), 5)
        client = Client(server.port)
        limit("GET /healthz, connection kept", median_ms(lambda: client.call("GET", "/healthz"), 301), 1)
        long = RestStorage(server.url)
        study_id = fill(long, 10_000)
        copied = folder / "copy.db"
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("GET", "/api/v1/export/optuna.sqlite")
        copied.write_bytes(connection.getresponse().read())
        their_storage = optuna.storages.get_storage(rdb(copied))  # with the cache that studies put before it
        their_storage.get_all_trials(study_id, deepcopy=False)
        fresh_ms = median_ms(lambda: RestStorage(server.url).get_all_trials(study_id, deepcopy=False), 3)
        theirs_ms = median_ms(lambda: rdb(copied).get_all_trials(study_id, deepcopy=False), 3)
        line("get_all_trials, 10,000 trials, first time", fresh_ms, theirs_ms, 3)
        long.get_all_trials(study_id, deepcopy=False)
        long.create_new_trial(study_id)
        line(
            "get_all_trials, 10,000 trials, one of them new",
            median_ms(lambda: long.get_all_trials(study_id, deepcopy=False), 11),
            median_ms(lambda: their_storage.get_all_trials(study_id, deepcopy=False), 3),
            3,
        )
    finally:
        server.stop()
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


if __name__ == "__main__":
    main()
