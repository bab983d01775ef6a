"""The package installs from its folder, its examples run, its types and its OptunaHub folder follow the rules."""
import ast
import http.server
import os
import pathlib
import re
import socket
import subprocess
import sys
import threading

import pytest
from optuna_served import serve

from ssem_optuna import RestStorage, ServerError, ServerUnavailableError, SsemClient

PYTHON = pathlib.Path(os.environ["SSEM_SOURCE_DIR"]) / "api/python"
HUB = PYTHON / "optunahub/samplers/ssem"


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running
        assert running.stop() == 0


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package as pip installs it from a copy of the folder, without fetching anything."""
    target = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source") / "python"
    subprocess.run(["cp", "-r", PYTHON, source], check=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--no-build-isolation", "--no-index", "--target", target, source], check=True, timeout=120)
    return target


def run(installed, *command):
    environment = {**os.environ, "PYTHONPATH": f"{installed}:{os.environ.get('PYTHONPATH', '')}"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_pip_installs_it_with_its_types_and_nothing_else(installed):
    assert (installed / "ssem_optuna/py.typed").exists()
    assert sorted(path.name for path in installed.iterdir() if not path.name.startswith("ssem_optuna")) == []
    names = run(installed, sys.executable, "-c", "import ssem_optuna; print(ssem_optuna.__file__, *ssem_optuna.__all__)")
    assert str(installed) in names and "SsemSampler" in names


def test_the_installed_package_says_its_version_and_carries_its_licence(installed):
    said = "import ssem_optuna, importlib.metadata as m; print(ssem_optuna.__version__, m.version('ssem-optuna'))"
    package, metadata = run(installed, sys.executable, "-c", said).split()
    assert package == metadata
    assert re.search(rf"^project\(ssem VERSION {re.escape(package)} ", (PYTHON.parents[1] / "CMakeLists.txt").read_text(), re.MULTILINE)
    licences = list(installed.glob("ssem_optuna-*.dist-info/licenses/LICENSE"))
    assert len(licences) == 1 and licences[0].read_text() == (PYTHON.parents[1] / "LICENSE").read_text()


def test_optuna_with_the_sampler_finds_the_best_pair(installed, server):
    said = run(installed, sys.executable, PYTHON / "examples/optuna_study.py", server.url)
    assert float(re.search(r"best of 20 trials: ([\d.]+)", said).group(1)) > 0.98


def test_two_processes_share_one_study(installed, server):
    assert "20 trials, numbered 0 to 19" in run(installed, sys.executable, PYTHON / "examples/two_processes.py", server.url)


def test_bash_and_curl_tune(installed, server):
    lines = run(installed, "bash", PYTHON / "examples/curl_tuner.sh", server.url).splitlines()
    assert len(lines) == 9
    values = [float(line.split()[-1]) for line in lines[:8]]
    assert float(lines[8].removeprefix("best: ")) == max(values)


def test_plain_python_asks_reports_and_tells(installed, server):
    said = run(installed, sys.executable, PYTHON / "examples/plain_ask_tell.py", server.url)
    pruned, best = re.search(r"(\d+) of 25 trials pruned; best value ([\d.]+)", said).groups()
    assert 0 < int(pruned) < 25 and float(best) < 0.5


def test_the_optunahub_example_runs(installed, server):
    params = ast.literal_eval(run(installed, sys.executable, HUB / "example.py", server.url).strip().splitlines()[-1])
    assert abs(params["loss_weight"] - 0.2) < 0.15 and abs(params["temperature"] - 0.1) < 0.1


def test_the_optunahub_folder_follows_the_registry_s_rules(installed):
    """The front matter and sections that optunahub-registry checks."""
    _, header, body = (HUB / "README.md").read_text().split("---\n", 2)
    fields = dict(line.split(": ", 1) for line in header.strip().splitlines())
    assert set(fields) == {"author", "title", "description", "tags", "optuna_versions", "license"}
    assert fields["license"] == "MIT License"
    assert "sampler" in fields["tags"].strip("[]").split(", ")
    assert re.fullmatch(r"\[\d+\.\d+\.\d+(, \d+\.\d+\.\d+)*\]", fields["optuna_versions"])
    assert re.findall(r"^## (.*)$", body, re.M) == ["Abstract", "APIs", "Installation", "Example", "Others"]
    assert not re.search(r"<[a-z]+[ >]", body)
    assert (HUB / "LICENSE").read_text().startswith("MIT License")
    assert run(installed, sys.executable, "-c", f"import runpy; print(runpy.run_path(r'{HUB}/__init__.py')['__all__'])").strip() == "['SsemSampler']"


def test_every_public_name_has_a_docstring():
    for path in sorted((PYTHON / "ssem_optuna").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                name = getattr(node, "name", path.name)
                inherited = path.name == "_storage.py" and isinstance(node, ast.FunctionDef)
                assert name.startswith("_") or inherited or ast.get_docstring(node), f"{path.name}: {name}"


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """What answers at a wrong address: pages."""

    def do_GET(self):
        page = b"<!DOCTYPE html><title>a router</title>"
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_POST = do_PUT = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def elsewhere():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_who_answers_with_pages_is_named_as_no_server_of_ours(elsewhere):
    client = SsemClient(elsewhere)
    for call in (client.studies, lambda: client.study_named("missing"), lambda: client.ask(1)):
        with pytest.raises(ServerError, match=f"{elsewhere} is no ssem serve.*DOCTYPE"):
            call()


def test_secrets_and_keys_that_cannot_be_sent_are_refused_without_being_repeated():
    with pytest.raises(ValueError) as refused:
        RestStorage("http://me:hunter2@127.0.0.1:8080")
    assert "hunter2" not in str(refused.value) and "api_key" in str(refused.value)
    for key in ("kéy", "a\nb"):
        with pytest.raises(ValueError, match="printable ASCII"):
            SsemClient("http://127.0.0.1:8080", api_key=key)


@pytest.mark.parametrize("length", [3000, 100_000])
def test_a_long_name_is_found(server, length):
    name = "ü" * length
    made = SsemClient(server.url).create_study(name)
    assert RestStorage(server.url).get_study_id_from_name(name) == made["study_id"]
    assert SsemClient(server.url).study_named(name)["study_id"] == made["study_id"]
    with pytest.raises(KeyError):
        RestStorage(server.url).get_study_id_from_name(name + "x")


def test_repeated_requests_are_logged(caplog):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(ServerUnavailableError):
            SsemClient(url, retry_s=0.4).studies()
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("ssem_optuna")]
    assert len(logged) == 1 and url in logged[0] and "trying again for 0.4 s" in logged[0]
