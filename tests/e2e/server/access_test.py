"""Who may do what: API keys with roles, their file and its reloading, limits, addresses, and what other pages get."""
import os
import pty
import re
import signal
import subprocess
import threading

import optuna
import pytest
from http_wire import CIFAR10_POINT, ask, assert_error
from served import Served

from ssem_optuna import RestStorage

STUDY = {"study_name": "s", "directions": ["minimize"]}


def new_key(name, role):
    """The key and its line, as ssem prints them."""
    command = [os.environ["SSEM_BINARY"], "key", "new", "--name", name, "--role", role]
    return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.splitlines()


def wait_for(server, text):
    pause = threading.Event()
    for _ in range(200):
        found = [line for line in server.lines if text in line]
        if found:
            return found[0]
        pause.wait(0.05)
    raise AssertionError(f"no line with {text}: {server.lines}")


@pytest.fixture(scope="module")
def keys():
    return {role: new_key(f"the-{role}", role) for role in ("read", "advise", "tune", "admin")}


@pytest.fixture
def key_file(keys, tmp_path):
    path = tmp_path / "keys.txt"
    path.write_text("# ours\n\n" + "\n".join(line for _, line in keys.values()) + "\n")
    path.chmod(0o600)
    return path


def test_each_role_does_what_it_is_for_and_what_the_ones_before_it_do(keys, key_file):
    calls = {
        "read": ("GET", "/api/v1/studies", None),
        "advise": ("POST", "/api/v1/evaluations", CIFAR10_POINT),
        "tune": ("POST", "/api/v1/storage/studies", STUDY),
        "admin": ("DELETE", "/api/v1/storage/studies/1", None),
    }
    roles = list(calls)
    with Served("--api-key-file", str(key_file)) as server:
        for needed in roles:
            method, path, body = calls[needed]
            assert_error(ask(server.port, method, path, body), 401, "unauthorized")
            for role in roles[: roles.index(needed)]:
                refused = ask(server.port, method, path, body, X_API_Key=keys[role][0])
                assert_error(refused, 403, "forbidden")
                assert f"role {needed}; the-{role} has {role}" in refused.error["message"]
            for role in roles[roles.index(needed):][:1]:
                assert ask(server.port, method, path, body, X_API_Key=keys[role][0]).status in (200, 201)
        assert ask(server.port, "GET", "/metrics", X_API_Key=keys["admin"][0]).status == 200
        assert ask(server.port, "GET", "/api/v1/export/optuna.sqlite", X_API_Key=keys["tune"][0]).status == 403
        assert server.stop() == 0
        server.reader.join(5)
        named = [line for line in server.lines if "key=\"the-tune\"" in line]
        assert named and all('client="127.0.0.1"' in line for line in named)
        assert not any(key in line for line in server.lines for key, _ in keys.values())


def test_sighup_has_the_file_read_anew_and_a_broken_one_changes_nothing(keys, key_file):
    with Served("--api-key-file", str(key_file)) as server:
        later, line = new_key("later", "admin")
        assert ask(server.port, "GET", "/metrics", X_API_Key=later).status == 401
        key_file.write_text(line + "\n")
        server.process.send_signal(signal.SIGHUP)
        assert 'count="1"' in wait_for(server, "API keys read anew")
        assert ask(server.port, "GET", "/metrics", X_API_Key=later).status == 200
        assert ask(server.port, "GET", "/metrics", X_API_Key=keys["admin"][0]).status == 401
        key_file.write_text("later root sha256:0\n")
        server.process.send_signal(signal.SIGHUP)
        assert "line 1: the role must be" in wait_for(server, "the API keys stay as they are")
        assert ask(server.port, "GET", "/metrics", X_API_Key=later).status == 200
        assert server.stop() == 0


def test_without_a_file_sighup_is_a_line_in_the_log():
    with Served() as server:
        server.process.send_signal(signal.SIGHUP)
        wait_for(server, "nothing to read anew")
        assert ask(server.port, "GET", "/healthz").status == 200
        assert server.stop() == 0


def test_the_end_of_the_terminal_it_was_started_from_ends_it_in_order():
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(os.environ["SSEM_BINARY"], ["ssem", "serve", "--port", "0", "--storage", "memory:"])
    printed = b""
    while b"listening on" not in printed:
        printed += os.read(terminal, 4096)
    os.close(terminal)  # the kernel sends SIGHUP
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_a_key_file_opens_other_addresses_and_bad_ones_are_refused(key_file, tmp_path):
    def refused(*flags, **environment):
        command = [os.environ["SSEM_BINARY"], "serve", "--port", "0", "--storage", "memory:", *flags]
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=10, env={**os.environ, **environment}, check=False
        )
        assert result.returncode in (1, 2), result
        return result.stderr

    with Served("--host", "127.0.0.1", "--api-key-file", str(key_file)) as server:
        assert ask(server.port, "GET", "/metrics").status == 401
    assert "give one of them" in refused("--api-key-file", str(key_file), SSEM_API_KEY="a-key-of-16-letters")
    assert "No such file" in refused("--api-key-file", str(tmp_path / "none"))
    key_file.chmod(0o666)
    assert "chmod go-w" in refused("--api-key-file", str(key_file))
    assert "--trusted-proxy must be" in refused("--trusted-proxy", "proxy.example")


def test_a_key_on_the_command_line_is_warned_of_and_one_in_the_environment_is_not():
    with Served("--api-key", "seen-by-everyone-here") as server:
        assert "every user of this machine can see" in wait_for(server, "every user of this machine")
    with Served(environment={"SSEM_API_KEY": "seen-by-nobody-here"}) as server:
        assert ask(server.port, "GET", "/healthz").status == 200
        assert not any("every user of this machine" in line for line in server.lines)


def test_wrong_keys_are_slowed_down(keys, key_file):
    with Served("--api-key-file", str(key_file)) as server:
        answers = [ask(server.port, "GET", "/metrics", X_API_Key=f"wrong-{i}") for i in range(30)]
        statuses = [answer.status for answer in answers]
        assert statuses[:10] == [401] * 10 and set(statuses[10:]) == {429}
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 6
        assert_error(answers[-1], 429, "rate_limited")
        assert ask(server.port, "GET", "/healthz").status == 200


def test_a_rate_limit_is_per_address_and_a_proxy_is_believed_only_where_it_is_trusted():
    with Served("--rate-limit", "2", "--trusted-proxy", "127.0.0.0/8") as server:

        def statuses(address):
            path = "/api/v1/studies"
            return [ask(server.port, "GET", path, X_Forwarded_For=address).status for _ in range(12)]

        first = statuses("203.0.113.9, 192.0.2.1")
        assert first[:4] == [200] * 4 and 429 in first
        assert statuses("192.0.2.2")[0] == 200
        server.stop()
        server.reader.join(5)
        assert any('client="192.0.2.1"' in line for line in server.lines)
        assert not any("203.0.113.9" in line for line in server.lines)
    with Served() as server:
        ask(server.port, "GET", "/api/v1/studies", X_Forwarded_For="192.0.2.1")
        server.stop()
        server.reader.join(5)
        assert not any("192.0.2.1" in line for line in server.lines)


def test_a_worker_waits_where_its_rate_is_limited():
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with Served("--rate-limit", "10") as server:
        study = optuna.create_study(storage=RestStorage(server.url))
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=10)
        assert [trial.state.name for trial in study.trials] == ["COMPLETE"] * 10
        assert any("status=429" in line for line in server.lines)


def test_every_kind_of_answer_forbids_other_pages_its_use_and_has_a_date(server):
    number = ask(server.port, "POST", "/api/v1/storage/studies", STUDY).json["study_id"]
    for method, path, status in [
        ("GET", "/", 200), ("GET", "/healthz", 200), ("GET", "/metrics", 200), ("GET", "/nothing", 404),
        ("GET", f"/csv/{number}", 200), ("GET", "/api/v1/export/optuna.sqlite", 501), ("OPTIONS", "/metrics", 204),
        ("DELETE", "/healthz", 405), ("GET", "/app.js/%FF", 400),
    ]:  # fmt: skip
        answer = ask(server.port, method, path)
        assert answer.status == status or path.endswith(".sqlite"), (path, answer.status)
        assert answer.headers["cross-origin-resource-policy"] == "same-origin", path
        assert answer.headers["referrer-policy"] == "no-referrer", path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'none'" in answer.headers["content-security-policy"], path
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", answer.headers["date"]), path
        assert "access-control-allow-origin" not in answer.headers


def test_a_foreign_page_s_no_cors_get_costs_nothing_and_a_followed_link_works(server):
    dear = "/api/v1/recommendations?classes=120&instances_per_class=20&dimension=13"
    embedded = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"}
    for path in (dear, "/api/v1/export/optuna.sqlite", "/metrics"):
        assert_error(ask(server.port, "GET", path, **embedded), 403, "forbidden")
    framed = {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"}
    assert ask(server.port, "GET", "/metrics", **framed).status == 403
    followed = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert ask(server.port, "GET", "/metrics", **followed).status == 200
    own = {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Mode": "cors"}
    assert ask(server.port, "GET", "/metrics", **own).status == 200
    assert ask(server.port, "GET", "/", **embedded).status == 200
