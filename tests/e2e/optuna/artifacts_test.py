"""Artifacts: Optuna's own upload, listing and download through the server, and the dashboard's routes on the same files."""
import base64
import io
import json
import mimetypes
import os
import pathlib
import stat

import optuna
import pytest
from http_wire import ask
from optuna_served import serve
from served import Served

from ssem_optuna import RestArtifactStore, RestStorage, SsemClient

artifacts = pytest.importorskip("optuna.artifacts")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kept") / "artifacts"


@pytest.fixture(scope="module")
def server(folder):
    with Served("--storage", "memory:", "--artifact-dir", str(folder), "--log-level", "warn") as running:
        yield running
        assert running.stop() == 0


@pytest.fixture
def study(server):
    return optuna.create_study(storage=RestStorage(server.url))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "plot.png"
    path.write_bytes(bytes(range(256)) * 40)
    return path


def uri(data, kind="text/plain"):
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def uploaded(server, path, data, name):
    answer = ask(server.port, "POST", path, {"file": uri(data), "filename": name})
    assert answer.status == 201, answer.json
    return answer.json


def test_optuna_uploads_lists_and_downloads(server, study, file, folder, tmp_path):
    store = RestArtifactStore(server.url)
    trial = study.ask()
    ids = [artifacts.upload_artifact(artifact_store=store, file_path=str(file), study_or_trial=owner) for owner in (trial, study)]
    for owner, artifact_id in zip((trial, study), ids):
        meta = artifacts.get_all_artifact_meta(owner, storage=study._storage)
        assert [(each.artifact_id, each.filename, each.mimetype) for each in meta] == [(artifact_id, "plot.png", "image/png")]
        target = tmp_path / artifact_id
        artifacts.download_artifact(artifact_store=store, file_path=str(target), artifact_id=artifact_id)
        assert target.read_bytes() == file.read_bytes() == (folder / artifact_id).read_bytes()
        assert stat.S_IMODE(os.stat(folder / artifact_id).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700


def test_what_optuna_uploaded_the_dashboard_shows_and_what_the_dashboard_uploaded_optuna_reads(server, study, file):
    store = RestArtifactStore(server.url)
    trial = study.ask()
    first = artifacts.upload_artifact(artifact_store=store, file_path=str(file), study_or_trial=trial)
    second = uploaded(server, f"/api/artifacts/{study._study_id}/{trial._trial_id}", b"hi", "words.txt")
    assert [each["artifact_id"] for each in second["artifacts"]] == [first, second["artifact_id"]]
    shown = ask(server.port, "GET", f"/artifacts/{study._study_id}/{trial._trial_id}/{first}")
    assert shown.status == 200 and shown.body == file.read_bytes() and shown.headers["content-type"] == "image/png"
    assert "sandbox" in shown.headers["content-security-policy"]
    assert store.open_reader(second["artifact_id"]).read() == b"hi"
    detail = ask(server.port, "GET", f"/api/studies/{study._study_id}").json
    assert detail["trials"][0]["artifacts"] == second["artifacts"]
    assert ask(server.port, "GET", "/api/meta").json["artifact_is_available"] is True
    meta = artifacts.get_all_artifact_meta(trial, storage=study._storage)
    assert [each.filename for each in meta] == ["plot.png", "words.txt"]


NAMES = [
    "a.png", "b.JPG", "c.tar.gz", "d.tgz", "e", "f.csv", "g.json", "h.html", ".hidden", "i.txt.xz", "j.svg", "k.mp4", "l.unknown",
    "dir/m.pdf", "n.py", "o.webm", "p.svgz", "q.", "..r.txt", "s.gz",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_what_a_file_is_is_guessed_as_python_guesses_it(server, study, name):
    kind, encoding = mimetypes.MimeTypes(filenames=()).guess_type(name)
    answer = uploaded(server, f"/api/artifacts/{study._study_id}", b"", name)
    assert answer["artifacts"] == [
        {"artifact_id": answer["artifact_id"], "filename": name, "mimetype": kind or "application/octet-stream", "encoding": encoding}
    ]


def test_deleting_takes_file_and_listing_away_of_finished_trials_too(server, study, folder):
    trial = study.ask()
    base = f"/api/artifacts/{study._study_id}"
    of_trial = uploaded(server, f"{base}/{trial._trial_id}", b"1", "a.txt")["artifact_id"]
    of_study = uploaded(server, base, b"2", "b.txt")["artifact_id"]
    study.tell(trial, 1.0)
    late = ask(server.port, "POST", f"{base}/{trial._trial_id}", {"file": uri(b"3"), "filename": "c.txt"})
    assert late.status == 409 and len(list(folder.glob(of_trial))) == 1
    before = len(list(folder.iterdir()))
    assert ask(server.port, "DELETE", f"{base}/{trial._trial_id}/{of_trial}").status == 204
    assert ask(server.port, "DELETE", f"{base}/{of_study}").status == 204
    assert len(list(folder.iterdir())) == before - 2
    detail = ask(server.port, "GET", f"/api/studies/{study._study_id}").json
    assert detail["artifacts"] == [] and detail["trials"][0]["artifacts"] == []
    for path in (f"{base}/{of_study}", f"{base}/{trial._trial_id}/{of_trial}"):
        assert ask(server.port, "DELETE", path).status == 404


@pytest.mark.parametrize("how", ["storage", "studies", "dashboard"])
def test_a_study_s_files_go_with_it_and_nobody_else_s(server, folder, file, how):
    storage, store = RestStorage(server.url), RestArtifactStore(server.url)
    first, other = (optuna.create_study(storage=storage) for _ in range(2))

    def keep(owner):
        return artifacts.upload_artifact(artifact_store=store, file_path=str(file), study_or_trial=owner)

    trial, its = first.ask(), keep(first)
    of_trial, shared, foreign = keep(trial), keep(first), keep(other)
    optuna.copy_study(from_study_name=first.study_name, from_storage=storage, to_storage=storage, to_study_name=f"copy {how}")
    storage.set_study_system_attr(first._study_id, f"artifacts:{its}", "null")  # as deleted in one of the two
    copy = optuna.load_study(study_name=f"copy {how}", storage=storage)
    if how == "storage":
        optuna.delete_study(study_name=first.study_name, storage=storage)
    elif how == "studies":
        SsemClient(server.url).delete_study(first._study_id)
    else:
        assert ask(server.port, "DELETE", f"/api/studies/{first._study_id}").status == 204
    assert {each: (folder / each).exists() for each in (its, of_trial, shared, foreign)} == dict.fromkeys((its, of_trial, shared, foreign), True)
    optuna.delete_study(study_name=copy.study_name, storage=storage)
    assert not any((folder / each).exists() for each in (its, of_trial, shared))
    assert (folder / foreign).exists()


def test_the_dashboard_may_leave_the_files(server, study, folder):
    kept = uploaded(server, f"/api/artifacts/{study._study_id}", b"x", "a.txt")["artifact_id"]
    body = {"remove_associated_artifacts": False}
    assert ask(server.port, "DELETE", f"/api/studies/{study._study_id}", body).status == 204
    assert (folder / kept).exists()


def test_names_that_could_be_paths_are_refused(server, study, folder, tmp_path):
    store = RestArtifactStore(server.url)
    secret = folder.parent / "secret"
    secret.write_text("no")
    (folder / "link").symlink_to(secret)
    for name in ("../secret", "..", "a/b", "", "x" * 129, "a.b", "\0", "é"):
        for call in (lambda: store.open_reader(name), lambda: store.write(name, io.BytesIO(b"x")), lambda: store.remove(name)):
            with pytest.raises((ValueError, KeyError, artifacts.exceptions.ArtifactNotFound)):
                call()
    with pytest.raises(artifacts.exceptions.ArtifactNotFound):
        store.open_reader("link")
    with pytest.raises(artifacts.exceptions.ArtifactNotFound):
        store.remove("link")
    assert secret.read_text() == "no" and (folder / "link").is_symlink()
    # An attribute that names a file does not open it either.
    link = json.dumps({"artifact_id": "link", "filename": "f", "mimetype": "text/html"})
    study._storage.set_study_system_attr(study._study_id, "artifacts:link", link)
    assert ask(server.port, "GET", f"/artifacts/{study._study_id}/link").status == 404
    (folder / "link").unlink()


def test_what_cannot_be_written_is_said_without_the_server_s_paths(server, folder):
    (folder / "taken").mkdir()
    refused = ask(server.port, "PUT", "/api/v1/artifacts/taken", b"x", Content_Type="application/octet-stream")
    (folder / "taken").rmdir()
    assert refused.status == 503 and "the artifact cannot be written" in refused.json["error"]["message"]
    assert str(folder) not in refused.body.decode()
    assert not list(folder.glob("taken*"))


def test_a_type_that_is_none_does_not_reach_the_headers(server, study):
    made = uploaded(server, f"/api/artifacts/{study._study_id}", b"x", "a.txt")["artifact_id"]
    evil = json.dumps({"artifact_id": made, "filename": "f", "mimetype": "text/html\r\nX-Evil: 1", "encoding": None})
    study._storage.set_study_system_attr(study._study_id, f"artifacts:{made}", evil)
    answer = ask(server.port, "GET", f"/artifacts/{study._study_id}/{made}")
    assert answer.headers["content-type"] == "application/octet-stream" and "x-evil" not in answer.headers


@pytest.mark.parametrize("file", ["data:text/plain,hi", "hi", "data:;base64,a", "data:;base64,a*==", "data:;base64", 1, None])
def test_what_is_no_file_is_refused_by_its_field(server, study, folder, file):
    before = len(list(folder.iterdir()))
    answer = ask(server.port, "POST", f"/api/artifacts/{study._study_id}", {"file": file, "filename": "a"})
    assert answer.status == 400 and [fault["path"] for fault in answer.error["fields"]] == ["/file"]
    assert len(list(folder.iterdir())) == before


def test_uploads_to_what_is_not_there_leave_no_file(server, study, folder):
    trial = study.ask()
    other = optuna.create_study(storage=study._storage)
    before = len(list(folder.iterdir()))
    for path in ("/api/artifacts/999999", f"/api/artifacts/{study._study_id}/999999", f"/api/artifacts/{other._study_id}/{trial._trial_id}"):
        assert ask(server.port, "POST", path, {"file": uri(b"x"), "filename": "a"}).status == 404
    assert len(list(folder.iterdir())) == before


def test_there_is_an_end_to_the_room(tmp_path):
    flags = ("--storage", "memory:", "--artifact-dir", str(tmp_path / "a"), "--max-artifacts-mib", "1", "--max-body-bytes", "900000")
    with Served(*flags) as running:
        store = RestArtifactStore(running.url)
        store.write("first", io.BytesIO(b"x" * 800_000))
        with pytest.raises(ValueError, match="--max-artifacts-mib"):
            store.write("second", io.BytesIO(b"x" * 800_000))
        store.write("first", io.BytesIO(b"y" * 850_000))  # in its own place
        store.remove("first")
        store.write("second", io.BytesIO(b"x" * 800_000))
        with pytest.raises(ValueError, match="larger than this server accepts"):
            store.write("third", io.BytesIO(b"x" * 950_000))
        assert sorted(path.name for path in pathlib.Path(tmp_path / "a").iterdir()) == ["second"]


def test_what_a_killed_server_left_half_written_takes_no_room(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a/first.part.12345").write_bytes(bytes(2 << 20))
    with Served("--storage", "memory:", "--artifact-dir", str(tmp_path / "a"), "--max-artifacts-mib", "1") as running:
        store = RestArtifactStore(running.url)
        store.write("first", io.BytesIO(b"x" * 800_000))
        with pytest.raises(ValueError, match="--max-artifacts-mib"):
            store.write("second", io.BytesIO(b"x" * 800_000))


RANGES = {
    "bytes=0-": (0, 10_240), "bytes=0-0": (0, 1), "bytes=5-9": (5, 10), "Bytes=10000-99999999999999999999999": (10_000, 10_240),
    "bytes=-3": (10_237, 10_240), "bytes=-99999": (0, 10_240), "bytes=10239-": (10_239, 10_240),
}  # fmt: skip
IGNORED = ["bytes=5-2", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2,5-6", "lines=1-2", "bytes 1-2", "bytes=1-2x", "bytes=0x1-", "", "bytes=1", "bytes=--1"]
UNSATISFIABLE = ["bytes=10240-", "bytes=10240-10250", "bytes=99999999999999999999999-", "bytes=-0"]


@pytest.fixture
def address(server, study, file):
    return f"/artifacts/{study._study_id}/{uploaded(server, f'/api/artifacts/{study._study_id}', file.read_bytes(), 'plot.png')['artifact_id']}"


@pytest.mark.parametrize("asked", RANGES)
def test_a_part_of_a_file_is_sent_where_its_range_is_asked_for(server, address, file, asked):
    first, end = RANGES[asked]
    answer = ask(server.port, "GET", address, Range=asked)
    assert answer.status == 206 and answer.body == file.read_bytes()[first:end]
    assert answer.headers["content-range"] == f"bytes {first}-{end - 1}/10240" and answer.headers["accept-ranges"] == "bytes"
    by_id = ask(server.port, "GET", "/api/v1/artifacts/" + address.rpartition("/")[2], RANGE=asked)
    assert (by_id.status, by_id.body) == (206, answer.body)
    head = ask(server.port, "HEAD", address, Range=asked)
    assert head.status == 200 and head.headers["content-length"] == "10240"
    unsure = ask(server.port, "GET", address, Range=asked, If_Range='"x"')
    assert unsure.status == 200 and unsure.body == file.read_bytes()


@pytest.mark.parametrize("asked", IGNORED)
def test_a_range_that_is_none_is_ignored(server, address, file, asked):
    for path, expected in ((address, file.read_bytes()), ("/healthz", ask(server.port, "GET", "/healthz").body)):
        answer = ask(server.port, "GET", path, Range=asked)
        assert answer.status == 200 and answer.body == expected


@pytest.mark.parametrize("asked", UNSATISFIABLE)
def test_a_range_behind_the_file_s_end_is_416_with_the_file_s_size(server, address, asked):
    answer = ask(server.port, "GET", address, Range=asked)
    assert answer.status == 416 and answer.headers["content-range"] == "bytes */10240"
    assert answer.error["code"] == "invalid_argument" and "Range" in answer.error["message"]
    assert ask(server.port, "GET", "/openapi.json", Range=asked).status == 200  # which is not sent in parts


def test_without_a_folder_it_is_said_how_to_get_one():
    with serve() as running:
        assert ask(running.port, "GET", "/api/meta").json["artifact_is_available"] is False
        with pytest.raises(ValueError, match="--artifact-dir"):
            RestArtifactStore(running.url).write("x", io.BytesIO(b"x"))
        refused = ask(running.port, "POST", "/api/artifacts/1", {"file": uri(b"x"), "filename": "a"})
        assert refused.status == 400 and "--artifact-dir" in refused.json["reason"]


def test_a_folder_that_cannot_be_made_ends_the_start(tmp_path):
    (tmp_path / "file").write_text("")
    running = Served("--artifact-dir", str(tmp_path / "file" / "below"))
    with pytest.raises(RuntimeError, match="code 1"):
        running.start()
    running.reader.join(5)
    assert any("artifact folder" in line for line in running.lines)
