"""cmake --install gives a tree that runs from where it was put."""

import json
import os
import pathlib
import subprocess

BINARY = pathlib.Path(os.environ["SSEM_BINARY"])
PROBLEM = ["--classes", "4", "--instances-per-class", "10", "--dimension", "64"]


def test_an_installed_tree_advises_validates_and_brings_completions_and_licences(tmp_path):
    subprocess.run(["cmake", "--install", str(BINARY.parent), "--prefix", str(tmp_path)], check=True, capture_output=True)
    ssem = tmp_path / "bin/ssem"
    advice = subprocess.run([ssem, "recommend", "--json", *PROBLEM], check=True, capture_output=True, cwd="/")
    assert 0 < json.loads(advice.stdout)["loss_weight"] < 1
    environment = {name: value for name, value in os.environ.items() if name != "SSEM_TRAIN"}
    trained = subprocess.run([ssem, "validate", *PROBLEM, "--json"], check=True, capture_output=True, cwd="/", env=environment)
    assert json.loads(trained.stdout.splitlines()[-1])["report"]["verdict"] == "confirmed"
    for name in ("bash-completion/completions/ssem", "zsh/site-functions/_ssem", "fish/vendor_completions.d/ssem.fish"):
        assert "recommend" in (tmp_path / "share" / name).read_text()
    pages = subprocess.run([ssem, "man", "--list"], check=True, capture_output=True, text=True).stdout.split()
    assert "ssem" in pages and "ssem-recommend" in pages
    for page in pages:
        assert (tmp_path / f"share/man/man1/{page}.1").read_text().startswith(".TH ")
    documents = tmp_path / "share/doc/ssem"
    assert "MIT" in (documents / "LICENSE").read_text()
    for name in ("cpp-httplib", "uplot"):
        assert "Permission is hereby granted" in (documents / "licences" / f"{name}.txt").read_text()
