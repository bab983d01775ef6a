"""api/deploy: what is handed to systemd, Prometheus and Grafana says nothing that the server does not know."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from command_line import ssem
from http_wire import ask

DEPLOY = pathlib.Path(os.environ["SSEM_SOURCE_DIR"]) / "api" / "deploy"
METRIC = re.compile(r"\b(?:ssem|process)_[a-z_]+\b")
MOST_EXPOSED = 2.0  # of 10, by systemd-analyze security; a plain unit has 9.6


def metrics_in(text):
    """Names of metrics; the parts of a histogram are all called by its name."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in METRIC.findall(text)}


@pytest.fixture(scope="module")
def known(server):
    ask(server.port, "GET", "/healthz")
    return metrics_in("\n".join(re.findall(r"^# TYPE (\S+)", ask(server.port, "GET", "/metrics").body.decode(), re.M)))


def test_every_metric_of_the_alert_rules_exists(known):
    expressions = re.findall(r"^ +expr: (.+)$", (DEPLOY / "alerts.yml").read_text(), re.M)
    assert len(expressions) >= 7
    used = metrics_in("\n".join(expressions))
    assert used and used <= known, used - known


def test_every_alert_says_what_to_do():
    rules = (DEPLOY / "alerts.yml").read_text().split("- alert: ")[1:]
    for rule in rules:
        for field in ("expr:", "severity:", "summary:", "what_to_do:"):
            assert field in rule, rule


def test_every_metric_of_the_dashboard_exists_and_no_panel_lies_on_another(known):
    dashboard = json.loads((DEPLOY / "grafana_dashboard.json").read_text())
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    used = metrics_in("\n".join(expressions))
    assert used and used <= known, used - known
    assert all(text.count("(") == text.count(")") for text in expressions)
    cells = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in dashboard["panels"]
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24


def test_the_variables_of_the_unit_are_settings_of_the_server():
    text = (DEPLOY / "ssem.service").read_text()
    names = re.findall(r"\b(SSEM_[A-Z_]+)=", text.replace("SSEM_NAME=VALUE", ""))
    assert set(names) >= {"SSEM_STORAGE", "SSEM_DATA_DIR", "SSEM_API_KEY_FILE"}
    help_text = ssem("serve", "--help").stdout.decode()
    for name in names:
        assert f"[{name}]" in help_text, name


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze: apt-get install systemd")
def test_the_unit_is_hardened():
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(DEPLOY / "ssem.service")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    score = float(re.search(r"exposure level for ssem.service: ([\d.]+)", done.stdout).group(1))
    assert score <= MOST_EXPOSED
