"""cmake --install gives a tree that runs from where it was put."""

import hashlib
import json
import os
import pathlib
import re
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


# Names of shared libraries, as the programs need them, to parts of the bill of materials; the system's own have none.
LIBRARY_OF = {"libsqlite3": "sqlite", "libssl": "openssl", "libcrypto": "openssl", "libtorch_cpu": "libtorch", "libtorch": "libtorch",
              "libc10": "libtorch", "libz": "zlib"}  # fmt: skip
OF_THE_SYSTEM = {"libc", "libm", "libstdc++", "libgcc_s", "ld-linux-x86-64", "ld-linux-aarch64", "libgomp", "libpthread", "libdl"}


def test_the_bill_of_materials_names_every_library_and_has_the_checksums_of_what_is_installed(tmp_path):
    subprocess.run(["cmake", "--install", str(BINARY.parent), "--prefix", str(tmp_path)], check=True, capture_output=True)
    document = json.loads((tmp_path / "share/ssem/ssem.spdx.json").read_text())
    assert document["spdxVersion"] == "SPDX-2.3" and document["SPDXID"] == "SPDXRef-DOCUMENT"
    packages = {package["name"]: package for package in document["packages"]}
    linked = {(each["spdxElementId"], each["relatedSpdxElement"]) for each in document["relationships"]}
    for program in ("ssem", "ssem-train"):
        file = tmp_path / "bin" / program
        assert packages[program]["checksums"][0]["checksumValue"] == hashlib.sha256(file.read_bytes()).hexdigest()
        shown = subprocess.run(["readelf", "-d", file], check=True, capture_output=True, text=True).stdout
        needed = {re.sub(r"[-.]\d[\d.]*$|\.so.*$", "", name) for name in re.findall(r"NEEDED.*\[(.+)\]", shown)}
        for library in needed - OF_THE_SYSTEM:
            assert (f"SPDXRef-{program}", f"SPDXRef-{LIBRARY_OF[library]}") in linked, library
    for name in ("cpp-httplib", "nlohmann-json", "cli11", "eigen", "sqlite", "uplot", "fflate", "libtorch"):
        assert re.match(r"\d+\.\d+", packages[name]["versionInfo"]), name
        assert packages[name]["licenseConcluded"] != "NOASSERTION"


def test_what_an_operator_needs_is_installed(tmp_path):
    subprocess.run(["cmake", "--install", str(BINARY.parent), "--prefix", str(tmp_path)], check=True, capture_output=True)
    deploy = tmp_path / "share/ssem/deploy"
    assert sorted(file.name for file in deploy.iterdir()) == ["alerts.yml", "grafana_dashboard.json", "ssem.service"]
