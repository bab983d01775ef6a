"""The header Idempotency-Key on the routes that change something: one grammar, one meaning."""
import concurrent.futures
import sqlite3
import threading

import pytest
from http_wire import ask
from served import Served
from stand_in_trainer import stand_in
from validating import POINT, VALIDATIONS, get, start, wait_for, wait_until

STUDIES = "/api/v1/studies"
STUDY = {"study_name": "s", "problem": {"classes": 4, "batch_size": 60, "dimension": 16}}
JOURNAL = "/api/v1/journals/j"


@pytest.fixture
def serve(tmp_path):
    """serve(): a server whose trainer measures at once; the next one finds the same files."""
    running = []

    def one(script="finish()", *flags):
        server = Served("--storage", f"sqlite:///{tmp_path / 'ssem.db'}", "--data-dir", str(tmp_path / "data"), *flags,
                        environment=stand_in(tmp_path, script))
        running.append(server.start())
        return server

    yield one
    for server in running:
        server.kill()


def is_replayed(answer):
    return answer.headers.get("idempotent-replayed") == "true"


def studies(server):
    return ask(server.port, "GET", STUDIES).json["studies"]


# Every kind of route: of the studies, of Optuna's storage, of journals, of the dashboard, of runs and of validations.
CHANGES = [
    ("POST", STUDIES, {"study_name": "new"}, {}),
    ("POST", f"{STUDIES}/1/ask", {}, {}),
    ("POST", f"{STUDIES}/1/enqueue", {"params": {}}, {}),
    ("POST", f"{STUDIES}/1/run", {"trials": 1}, {}),
    ("DELETE", f"{STUDIES}/1/run", None, {}),
    ("POST", f"{STUDIES}/1/trials/1/validate", {}, {}),
    ("DELETE", f"{STUDIES}/1", None, {}),
    ("POST", "/api/v1/trials/1/report", {"step": 1, "value": 0.5}, {}),
    ("POST", "/api/v1/trials/1/heartbeat", {}, {}),
    ("POST", "/api/v1/trials/1/tell", {"values": [0.5]}, {}),
    ("POST", "/api/v1/storage/studies", {"study_name": "stored", "directions": ["minimize"]}, {}),
    ("PUT", "/api/v1/storage/trials/1/user-attrs", {"key": "k", "value_json": "1"}, {}),
    ("POST", JOURNAL, '{"op":2}\n', {"Content_Type": "application/x-ndjson"}),
    ("DELETE", JOURNAL, None, {}),
    ("POST", "/api/studies", {"study_name": "shown", "directions": ["minimize"]}, {}),
    ("POST", "/api/studies/1/rename", {"study_name": "renamed"}, {}),
    ("PUT", "/api/studies/1/note", {"version": 1, "body": "b"}, {}),
    ("POST", "/api/trials/1/user-attrs", {"user_attrs": {"a": 1}}, {}),
    ("DELETE", "/api/studies/1", None, {}),
    ("POST", VALIDATIONS, POINT, {}),
]
NAMES = [f"{method} {path}" for method, path, _, _ in CHANGES]


@pytest.fixture
def prepared(serve):
    """A server with study 1, its running trial 1 and the journal j of one line."""
    server = serve()
    assert ask(server.port, "POST", STUDIES, STUDY).json["study_id"] == 1
    assert ask(server.port, "POST", f"{STUDIES}/1/ask", {}).json["trial_id"] == 1
    assert ask(server.port, "POST", JOURNAL, '{"op":1}\n', Content_Type="application/x-ndjson").status == 200
    return server


@pytest.mark.parametrize("method, path, body, headers", CHANGES, ids=NAMES)
def test_a_request_that_is_sent_again_is_answered_as_before_and_says_so(prepared, method, path, body, headers):
    first, again = (ask(prepared.port, method, path, body, Idempotency_Key="1", **headers) for _ in range(2))
    assert first.status < 300, first.body
    assert (again.status, again.body) == (first.status, first.body)
    assert is_replayed(again) and not is_replayed(first)
    assert again.headers.get("location") == first.headers.get("location")


@pytest.mark.parametrize("method, path, body, headers", CHANGES, ids=NAMES)
def test_a_key_of_another_request_is_refused_on_every_route(prepared, method, path, body, headers):
    assert ask(prepared.port, "POST", f"{STUDIES}/1/enqueue", {"params": {"temperature": 0.5}}, Idempotency_Key="1").status == 201
    seen = lambda: [ask(prepared.port, "GET", of).body for of in (STUDIES, f"{STUDIES}/1/trials", JOURNAL, VALIDATIONS)]
    before = seen()
    refused = ask(prepared.port, method, path, body, Idempotency_Key="1", **headers)
    assert (refused.status, refused.error["code"]) == (422, "idempotency_key_reused"), refused.body
    assert seen() == before


@pytest.mark.parametrize("method, path, body, headers", CHANGES, ids=NAMES)
def test_a_malformed_key_is_refused_with_the_rule_on_every_route(prepared, method, path, body, headers):
    refused = ask(prepared.port, method, path, body, Idempotency_Key="a b", **headers)
    assert (refused.status, refused.error["code"]) == (400, "invalid_argument")
    assert "1 to 255 visible ASCII characters" in refused.error["message"]


@pytest.mark.parametrize(
    "key, status",
    [("x", 201), ("~" * 255, 201), ("session/-7", 201), ('"quoted"', 201), ("", 400), ("x" * 256, 400), ("a b", 400),
     ("a\tb", 400), ("\u00e9", 400), ("%0a", 400), ("a\x7fb", 400)],
)  # fmt: skip
def test_a_key_is_1_to_255_visible_characters(prepared, key, status):
    assert ask(prepared.port, "POST", STUDIES, {"study_name": "keyed"}, Idempotency_Key=key).status == status
    assert len(studies(prepared)) == (2 if status == 201 else 1)


def test_another_validation_with_the_same_key_is_never_answered_with_the_first_one(serve):
    server = serve("time.sleep(60)")
    first = ask(server.port, "POST", VALIDATIONS, POINT, Idempotency_Key="1")
    other = {**POINT, "problem": {"classes": 100, "instances_per_class": 2, "dimension": 16}}
    refused = ask(server.port, "POST", VALIDATIONS, other, Idempotency_Key="1")
    assert (refused.status, refused.error["code"]) == (422, "idempotency_key_reused")
    assert [job["id"] for job in ask(server.port, "GET", VALIDATIONS).json["validations"]] == [first.json["id"]]


def test_the_answer_to_a_deletion_is_not_the_answer_to_a_tell(prepared):
    assert ask(prepared.port, "DELETE", JOURNAL, Idempotency_Key="1").status == 200
    assert ask(prepared.port, "POST", "/api/v1/trials/1/tell", {"values": [1]}, Idempotency_Key="1").status == 422
    assert ask(prepared.port, "GET", "/api/v1/trials/1").json["state"] == "RUNNING"


def test_refusals_are_not_kept(prepared):
    path = "/api/v1/storage/studies"
    body = {"study_name": "s", "directions": ["minimize"]}
    assert ask(prepared.port, "POST", path, body, Idempotency_Key="1").status == 409
    assert ask(prepared.port, "DELETE", f"{STUDIES}/1").status == 200
    assert ask(prepared.port, "POST", path, body, Idempotency_Key="1").status == 201


def test_answers_outlive_a_kill(serve):
    server = serve()
    made = ask(server.port, "POST", STUDIES, STUDY, Idempotency_Key="1")
    validation = ask(server.port, "POST", VALIDATIONS, POINT, Idempotency_Key="2")
    wait_for(server, validation.json["id"])
    removed = start(server)
    wait_for(server, removed)
    assert ask(server.port, "DELETE", f"{VALIDATIONS}/{removed}?remove=true", Idempotency_Key="3").status == 200
    server.kill()
    again = serve()
    replayed = ask(again.port, "POST", STUDIES, STUDY, Idempotency_Key="1")
    assert is_replayed(replayed) and replayed.body == made.body
    replayed = ask(again.port, "POST", VALIDATIONS, POINT, Idempotency_Key="2")
    assert is_replayed(replayed) and replayed.body == validation.body
    assert is_replayed(ask(again.port, "DELETE", f"{VALIDATIONS}/{removed}?remove=true", Idempotency_Key="3"))
    assert ask(again.port, "POST", VALIDATIONS, {**POINT, "seed": 2}, Idempotency_Key="2").status == 422
    assert ask(again.port, "POST", STUDIES, {"study_name": "t"}, Idempotency_Key="2").status == 422
    assert len(studies(again)) == 1 and len(ask(again.port, "GET", VALIDATIONS).json["validations"]) == 1


def test_a_validation_whose_answer_was_not_kept_is_found_again(serve, tmp_path):
    server = serve()
    validation = ask(server.port, "POST", VALIDATIONS, POINT, Idempotency_Key="1").json["id"]
    wait_for(server, validation)
    server.kill()
    with sqlite3.connect(tmp_path / "ssem.db") as database:  # as if killed between the job and its answer
        assert database.execute("DELETE FROM ssem_idempotency_records").rowcount == 1
    database.close()
    again = serve()
    assert ask(again.port, "POST", VALIDATIONS, POINT, Idempotency_Key="1").json["id"] == validation


def test_neither_keys_nor_the_api_key_are_in_the_file(serve, tmp_path):
    server = serve("finish()", "--api-key", "a-key-that-is-long")
    answer = ask(server.port, "POST", STUDIES, STUDY, Idempotency_Key="my-own-key", X_API_Key="a-key-that-is-long")
    assert answer.status == 201
    assert server.stop() == 0
    content = (tmp_path / "ssem.db").read_bytes()
    assert b"my-own-key" not in content and b"a-key-that-is-long" not in content


def test_the_keys_of_two_clients_do_not_meet(serve):
    first = serve("finish()", "--api-key", "key-of-the-first")
    made = ask(first.port, "POST", STUDIES, {"study_name": "a"}, Idempotency_Key="1", X_API_Key="key-of-the-first")
    assert made.status == 201
    assert first.stop() == 0
    second = serve("finish()", "--api-key", "key-of-the-second")
    other = ask(second.port, "POST", STUDIES, {"study_name": "b"}, Idempotency_Key="1", X_API_Key="key-of-the-second")
    assert other.status == 201 and other.json["study_name"] == "b"


@pytest.mark.parametrize("path, body", [(f"{STUDIES}/1/ask", {}), (f"{STUDIES}/1/ask", {"validate": True}),
                                        (VALIDATIONS, POINT), (f"{STUDIES}/1/run", {"trials": 2})])
def test_of_the_same_key_at_once_one_is_done_and_all_are_answered_alike(serve, path, body):
    server = serve()
    ask(server.port, "POST", STUDIES, STUDY)
    gate = threading.Barrier(8)

    def post(_):
        gate.wait()
        return ask(server.port, "POST", path, body, Idempotency_Key="at-once")

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(8)))
    assert len({(answer.status, answer.body) for answer in answers}) == 1 and answers[0].status < 300
    assert sum(is_replayed(answer) for answer in answers) == 7


def test_a_validation_that_cannot_begin_leaves_no_answer_behind(serve, tmp_path):
    server = serve()
    ask(server.port, "POST", STUDIES, STUDY)
    trainer = tmp_path / "ssem-train"
    trainer.rename(tmp_path / "away")
    path, body = f"{STUDIES}/1/ask", {"validate": True}
    refused = ask(server.port, "POST", path, body, Idempotency_Key="1")
    assert refused.status == 503
    (tmp_path / "away").rename(trainer)
    asked = ask(server.port, "POST", path, body, Idempotency_Key="1")
    assert asked.status == 200 and not is_replayed(asked)
    assert get(server, asked.json["validation_id"])
    states = [trial["state"] for trial in ask(server.port, "GET", f"{STUDIES}/1/trials").json["trials"]]
    assert states[0] == "FAIL" and len(states) == 2


def test_what_the_storage_refuses_is_told_in_the_log_and_its_path_only_there(serve, tmp_path):
    server = serve()
    other = sqlite3.connect(tmp_path / "ssem.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = ask(server.port, "POST", STUDIES, STUDY)
    other.execute("ROLLBACK")
    other.close()
    assert refused.status == 503
    assert refused.error["message"] == "the storage cannot be used now: another program has locked it"
    assert str(tmp_path).encode() not in refused.body
    lines = wait_until(lambda: [line for line in server.lines if "status=503" in line])
    assert len(lines) == 1 and f'reason="storage {tmp_path}/ssem.db: another program has locked it"' in lines[0]
