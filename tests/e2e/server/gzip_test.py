"""Bodies packed with gzip, in both directions; what is packed to burst is refused."""
import gzip
import json
import zlib

import optuna
import pytest
from http_wire import ask
from served import Served

import ssem_optuna._connection
from ssem_optuna import RestStorage, SsemClient

POINT = {"classes": 10, "batch_size": 512, "dimension": 128, "loss_weight": 0.5, "temperature": 0.1}
MOST = 200_000
EVALUATIONS = "/api/v1/evaluations"


@pytest.fixture(scope="module")
def server():
    with Served("--max-body-bytes", str(MOST)) as running:
        yield running
        assert running.stop() == 0


def send(server, body, coding="gzip", path=EVALUATIONS, **headers):
    return ask(server.port, "POST", path, body, Content_Type="application/json", Content_Encoding=coding, **headers)


def test_a_packed_request_is_answered_as_the_plain_one(server):
    plain = ask(server.port, "POST", EVALUATIONS, POINT)
    for coding in ("gzip", "GZIP", "identity"):
        body = json.dumps(POINT).encode()
        answer = send(server, body if coding == "identity" else gzip.compress(body), coding)
        assert answer.status == 200 and answer.json == plain.json


def test_answers_are_packed_for_those_who_take_it_and_for_no_others(server):
    requests = {"requests": [POINT] * 10}
    plain = ask(server.port, "POST", EVALUATIONS, requests)
    assert "content-encoding" not in plain.headers and "accept-encoding" in plain.headers["vary"].lower()
    for accepted in ("gzip", "br, gzip", "deflate, GZIP;q=0.5", "gzip;q=1.0, *;q=0"):
        packed = ask(server.port, "POST", EVALUATIONS, requests, Accept_Encoding=accepted)
        assert packed.headers["content-encoding"] == "gzip" and int(packed.headers["content-length"]) == len(packed.body)
        assert len(packed.body) < len(plain.body) / 5
        assert json.loads(gzip.decompress(packed.body)) == plain.json
    for accepted in ("", "identity", "br", "gzip;q=0", "gzip; q=0.000, br", "xgzip"):
        assert "content-encoding" not in ask(server.port, "POST", EVALUATIONS, requests, Accept_Encoding=accepted).headers
    short = ask(server.port, "GET", "/readyz", Accept_Encoding="gzip")
    assert "content-encoding" not in short.headers
    document = ask(server.port, "GET", "/openapi.json", Accept_Encoding="gzip")
    assert json.loads(gzip.decompress(document.body))["openapi"] == "3.1.0"


@pytest.mark.parametrize("excess", [1, 50_000_000])
def test_what_becomes_too_large_is_refused_without_being_unpacked_further(server, excess):
    body = gzip.compress(b'{"x":"' + b"a" * (MOST - 8 + excess) + b'"}', 9)
    assert len(body) < MOST
    answer = send(server, body)
    assert answer.status == 413 and "larger" in answer.json["reason"]
    fits = gzip.compress(b'{"x":"' + b"a" * (MOST - 8) + b'"}')
    assert send(server, fits).status == 400  # an unknown field


WHOLE = gzip.compress(json.dumps(POINT).encode())
BROKEN = {
    "cut": WHOLE[:-9], "no trailer": WHOLE[:-8], "wrong sum": WHOLE[:-8] + bytes(8), "no gzip": b"{}", "zlib": zlib.compress(b"{}"),
    "something behind it": WHOLE + b"x", "two": WHOLE + WHOLE, "head alone": WHOLE[:10],
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_stream_is_refused(server, name):
    answer = send(server, BROKEN[name])
    assert answer.status == 400 and "gzip" in answer.json["reason"]


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "compress", "x"])
def test_other_codings_are_not_read(server, coding):
    assert send(server, WHOLE, coding).status == 415


def test_a_repeated_request_is_the_same_packed_or_not(server):
    body = {"study_name": "packed"}
    first = ask(server.port, "POST", "/api/v1/studies", body, Idempotency_Key="k1")
    again = send(server, gzip.compress(json.dumps(body).encode()), path="/api/v1/studies", Idempotency_Key="k1")
    assert first.status == again.status == 201 and again.json == first.json
    assert again.headers["idempotent-replayed"] == "true"


@pytest.mark.filterwarnings("ignore")
def test_the_python_package_packs_for_other_machines_only(server, monkeypatch):
    assert not SsemClient(server.url)._connection._packs
    monkeypatch.setattr(ssem_optuna._connection, "_is_this_machine", lambda host: False)
    storage = RestStorage(server.url)
    assert storage._connection._packs
    study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=1))
    study.set_user_attr("long", "word " * 30_000)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=30)
    again = optuna.load_study(study_name=study.study_name, storage=RestStorage(server.url))
    assert [trial.params for trial in again.trials] == [trial.params for trial in study.trials]
    assert again.user_attrs == {"long": "word " * 30_000}
    with pytest.raises(ValueError, match="larger"):
        study.set_user_attr("too long", "word " * 60_000)
