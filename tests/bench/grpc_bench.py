"""GrpcStorageProxy on `ssem serve --grpc-port` beside Optuna's own gRPC server, in one run: the same work at equal durability.

    python grpc_bench.py SSEM_BINARY [--trials N]

A trial is made, gets 3 parameters and 10 reports, and is told. Optuna's server stands before its RDBStorage on SQLite whose
connections get PRAGMA synchronous = FULL; ours fsyncs each commit. Files lie in one folder, so on one disk. Clients are the
stock proxy's, each a process of its own. A ratio above 1 means that ours is faster.
"""
import argparse
import concurrent.futures
import multiprocessing
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings

import optuna
import sqlalchemy

warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
REPORTS = 10
TARGET = 4
SPACE = {"x": optuna.distributions.FloatDistribution(-5, 5), "n": optuna.distributions.IntDistribution(1, 64, log=True),
         "kind": optuna.distributions.CategoricalDistribution(["a", "b", "c"])}


def serve_optuna(path, port):
    storage = optuna.storages.RDBStorage(f"sqlite:///{path}", engine_kwargs={"connect_args": {"timeout": 60}})
    sqlalchemy.event.listen(storage.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = FULL"))
    storage.engine.dispose()
    optuna.storages.run_grpc_proxy_server(storage, host="127.0.0.1", port=port)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def work(port, study_id, trials):
    storage = optuna.storages.GrpcStorageProxy(host="127.0.0.1", port=port)
    for _ in range(trials):
        trial = storage.create_new_trial(study_id)
        for name, distribution in SPACE.items():
            storage.set_trial_param(trial, name, 1.0, distribution)
        for step in range(REPORTS):
            storage.set_trial_intermediate_value(trial, step, 0.5)
        storage.set_trial_state_values(trial, optuna.trial.TrialState.COMPLETE, [1.0])


def trial_ms(port, clients, trials):
    storage = optuna.storages.GrpcStorageProxy(host="127.0.0.1", port=port)
    storage.wait_server_ready(timeout=60)
    study_id = storage.create_new_study([optuna.study.StudyDirection.MINIMIZE])
    with concurrent.futures.ProcessPoolExecutor(clients, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(work, [port] * clients, [study_id] * clients, [1] * clients))  # everybody has begun
        started = time.perf_counter()
        list(pool.map(work, [port] * clients, [study_id] * clients, [trials // clients] * clients))
        elapsed = time.perf_counter() - started
    assert len(storage.get_all_trials(study_id)) == clients + trials // clients * clients
    return elapsed / (trials // clients * clients) * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--trials", type=int, default=320)
    arguments = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="grpc_bench_", dir=".")).resolve()
    command = [arguments.binary, "serve", "--port", "0", "--grpc-port", "0", "--storage", f"sqlite:///{folder / 'ours.db'}", "--log-level", "off"]
    ours = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    ours.stdout.readline()
    port = int(re.search(r"(\d+)$", ours.stdout.readline().strip())[1])
    their_port = free_port()
    theirs = multiprocessing.Process(target=serve_optuna, args=(folder / "theirs.db", their_port))
    theirs.start()
    try:
        print(f"Optuna {optuna.__version__}; {arguments.trials} trials of 3 parameters and {REPORTS} reports")
        for clients in (1, 4, 16):
            our_ms, their_ms = trial_ms(port, clients, arguments.trials), trial_ms(their_port, clients, arguments.trials)
            ratio = their_ms / our_ms
            print(f"a trial, {clients:2} clients {our_ms:8.2f} ms {their_ms:8.2f} ms {ratio:6.1f}x  target {TARGET}x "
                  f"{'met' if ratio >= TARGET else 'MISSED'}", flush=True)
    finally:
        theirs.terminate()
        ours.terminate()
        theirs.join(20)
        ours.wait(20)
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
