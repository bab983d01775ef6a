"""What the server keeps is its user's alone, and what it starts gets no secrets of it."""
import hashlib
import os
import stat

from http_wire import ask
from served import Served
from stand_in_trainer import stand_in
from validating import POINT, VALIDATIONS, start, wait_for, wait_until

STUDY = {"study_name": "s", "directions": ["minimize"]}
DUMP = """
import os
with open("seen.txt", "w") as file:
    file.writelines(f"{name}={value}\\n" for name, value in os.environ.items())
    file.write(open("/proc/self/status").read())
"""


def modes_within(folder):
    """By path; of the folder itself too."""
    return {str(path): stat.S_IMODE(path.lstat().st_mode) for path in [folder, *folder.rglob("*")]}


def served_with(tmp_path, *flags, **environment):
    trainer = stand_in(tmp_path, DUMP + "finish()")
    storage, data = tmp_path / "ssem.db", tmp_path / "data"
    environment = {**trainer, **environment}
    return Served("--storage", f"sqlite:///{storage}", "--data-dir", str(data), *flags, environment=environment), data


def test_studies_and_jobs_are_nobody_else_s_and_files_of_before_keep_their_modes(tmp_path):
    before = os.umask(0o022)
    try:
        given = tmp_path / "given.db"
        with Served("--storage", f"sqlite:///{given}") as server:
            ask(server.port, "POST", "/api/v1/storage/studies", STUDY)
            assert server.stop() == 0
        given.chmod(0o640)
        with Served("--storage", f"sqlite:///{given}") as server:
            ask(server.port, "POST", "/api/v1/storage/studies", {**STUDY, "study_name": "t"})
            assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("given.db*")} == {0o640}
        served, data = served_with(tmp_path)
        with served as server:
            ask(server.port, "POST", "/api/v1/storage/studies", STUDY)
            job = start(server)
            assert wait_for(server, job)["state"] == "finished"
            assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("ssem.db*")} == {0o600}
            modes = modes_within(data)
            assert len(modes) > 5 and not any(mode & 0o077 for mode in modes.values()), modes
    finally:
        os.umask(before)


def seen_by_the_child(tmp_path, *flags):
    """Its environment and /proc/self/status."""
    environment = {"SSEM_API_KEY_FILE": str(tmp_path / "keys.txt"), "AWS_PROFILE": "a-secret", "SLURM_CLUSTER": "site"}
    key = "a-key-of-the-reader-only"
    line = f"r tune sha256:{hashlib.sha256(key.encode()).hexdigest()}"
    (tmp_path / "keys.txt").write_text(line)
    (tmp_path / "keys.txt").chmod(0o600)
    served, data = served_with(tmp_path, *flags, **environment)
    with served as server:
        job = ask(server.port, "POST", VALIDATIONS, POINT, X_API_Key=key).json["id"]
        wait_until(
            lambda: ask(server.port, "GET", f"{VALIDATIONS}/{job}", X_API_Key=key).json["state"] == "finished", 20
        )
        return next(data.rglob("seen.txt")).read_text()


def test_a_trainer_sees_no_secrets_and_gains_no_privileges(tmp_path):
    seen = seen_by_the_child(tmp_path)
    assert "SLURM_CLUSTER=site" in seen and "\nPATH=" in "\n" + seen and "SSEM_JOB=" in seen
    assert "SSEM_API_KEY" not in seen and "a-secret" not in seen
    assert "NoNewPrivs:\t1" in seen


def test_a_launcher_sees_no_secrets_and_may_be_a_set_user_id_program(tmp_path):
    seen = seen_by_the_child(tmp_path, "--launcher", "env")
    assert "SLURM_CLUSTER=site" in seen and "SSEM_API_KEY" not in seen and "a-secret" not in seen
    assert "NoNewPrivs:\t0" in seen
