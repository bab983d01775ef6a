"""`ssem serve` as clients see it: advice, errors, headers, access, metrics, log."""
import json
import re

import pytest
from http_wire import CIFAR10, CIFAR10_POINT, ask, assert_error, get_bytes, send_raw
from prometheus_client.parser import text_string_to_metric_families
from served import Served

KEY = "a-key-for-the-tests"


def test_a_posted_recommendation_and_its_query_form_are_the_same_answer(server):
    posted = ask(server.port, "POST", "/api/v1/recommendations", CIFAR10)
    queried = ask(server.port, "GET", "/api/v1/recommendations?classes=10&batch_size=512&dimension=128")
    assert posted.status == queried.status == 200 and posted.body == queried.body
    assert posted.json["feasible"] is True and posted.headers["content-type"] == "application/json"


def test_evaluating_the_recommended_point_gives_the_recommendation_s_numbers(server):
    advice = ask(server.port, "POST", "/api/v1/recommendations", CIFAR10).json
    point = {name: advice[name] for name in ("loss_weight", "temperature")}
    evaluation = ask(server.port, "POST", "/api/v1/evaluations", {**CIFAR10, **point}).json
    assert advice.pop("assumed")[-1]["field"] == "target_within_class_variance"  # the advice's own
    evaluation.pop("assumed")
    assert evaluation == {name: advice[name] for name in evaluation}


def test_a_query_decodes_percent_escapes_and_a_list(server):
    answer = ask(server.port, "GET", "/api/v1/evaluations?class%5Fcounts=50,20%2C10&loss_weight=0.5&temperature=1e-1")
    assert answer.status == 200 and answer.json["problem"]["class_counts"] == [50, 20, 10]


def test_ten_thousand_evaluations_fit_one_request_and_keep_their_order(server):
    requests = [{**CIFAR10_POINT, "temperature": 0.01 + i * 1e-5} for i in range(10_000)]
    requests[77] = {"classes": 1}
    answer = ask(server.port, "POST", "/api/v1/evaluations", {"requests": requests})
    results = answer.json["results"]
    assert answer.status == 200 and len(results) == 10_000
    assert results[77]["error"]["code"] == "invalid_argument"
    assert {field["path"] for field in results[77]["error"]["fields"]} >= {"/classes", "/temperature"}
    assert [r["temperature"] for i, r in enumerate(results) if i != 77] == [
        r["temperature"] for i, r in enumerate(requests) if i != 77
    ]


def test_many_recommendations_at_once_and_none_at_all(server):
    answer = ask(server.port, "POST", "/api/v1/recommendations", {"requests": [CIFAR10, CIFAR10]})
    assert [result["feasible"] for result in answer.json["results"]] == [True, True]
    assert ask(server.port, "POST", "/api/v1/recommendations", {"requests": []}).json == {"results": []}


@pytest.mark.parametrize(
    "body, paths",
    [
        ({"requests": [CIFAR10_POINT] * 10_001}, ["/requests"]),
        ({"requests": {}}, ["/requests"]),
        ({"requests": [], "classes": 10, "a/b": 1}, ["/classes", "/a~1b"]),
    ],
)
def test_a_wrong_batch_names_every_fault(server, body, paths):
    answer = ask(server.port, "POST", "/api/v1/evaluations", body)
    assert_error(answer, 400, "invalid_argument")
    assert [field["path"] for field in answer.error["fields"]] == paths


def test_the_phase_diagram_has_the_shape_that_was_asked_for(server):
    answer = ask(server.port, "GET", "/api/v1/phase-diagram?classes=10&batch_size=512&loss_weights=64&temperatures=96")
    rows = answer.json["within_class_variance"]
    assert answer.status == 200 and len(rows) == 64 and {len(row) for row in rows} == {96}
    assert len(answer.json["boundary"]) == 96


def test_all_faults_of_a_body_are_named_at_once(server):
    body = {"classes": True, "batch_size": 1.5, "temprature": 1, "loss_weight": 2, "temperature": 0}
    answer = ask(server.port, "POST", "/api/v1/evaluations", body)
    assert_error(answer, 400, "invalid_argument")
    assert {field["path"] for field in answer.error["fields"]} == {
        "/classes",
        "/batch_size",
        "/temprature",
        "/loss_weight",
        "/temperature",
    }


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"classes":10,"classes":10}', b'{"classes":1e999}', b'{"classes":10} {}', b"\xff"]
    + [b"[" * 400_000, b'{"a":' * 100 + b"1" + b"}" * 100],
)
def test_a_malformed_body_is_a_400(server, body):
    answer = ask(server.port, "POST", "/api/v1/evaluations", body, Content_Type="application/json")
    assert_error(answer, 400, "invalid_argument")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a_post_that_is_not_json_is_a_415(server, content_type):
    answer = ask(server.port, "POST", "/api/v1/evaluations", b"x" * 10_000, Content_Type=content_type)
    assert_error(answer, 415, "invalid_argument")


@pytest.mark.parametrize("content_type", ["application/json;charset=UTF-8", "Application/JSON ; charset=\"utf-8\""])
def test_json_may_name_its_charset(server, content_type):
    answer = ask(server.port, "POST", "/api/v1/evaluations", json.dumps(CIFAR10_POINT), Content_Type=content_type)
    assert answer.status == 200


def test_a_body_of_the_limit_is_read_and_one_byte_more_is_a_413(server):
    limit = 8 * 1024 * 1024
    fits = ask(server.port, "POST", "/api/v1/evaluations", b" " * limit, Content_Type="application/json")
    assert_error(fits, 400, "invalid_argument")
    too_large = ask(server.port, "POST", "/api/v1/evaluations", b" " * (limit + 1), Content_Type="application/json")
    assert_error(too_large, 413, "invalid_argument")


def test_a_wrong_method_is_a_405_that_names_the_right_ones(server):
    answer = ask(server.port, "DELETE", "/api/v1/evaluations")
    assert_error(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST, GET, HEAD, OPTIONS"
    for method in ("PUT", "PATCH", "TRACE"):
        assert ask(server.port, method, "/healthz").headers["allow"] == "GET, HEAD, OPTIONS"


def test_options_tells_the_methods_and_head_is_a_get_without_its_body(server):
    options = ask(server.port, "OPTIONS", "/api/v1/recommendations")
    assert options.status == 204 and options.headers["allow"] == "POST, GET, HEAD, OPTIONS"
    head, get = ask(server.port, "HEAD", "/openapi.json"), ask(server.port, "GET", "/openapi.json")
    assert head.status == 200 and head.body == b"" and head.headers["content-length"] == str(len(get.body))


@pytest.mark.parametrize("path", ["/nothing", "/api/v1", "/api/v1/evaluations/", "/api/v1/evaluations/7", "//healthz"])
def test_an_unknown_path_is_a_404(server, path):
    assert_error(ask(server.port, "GET", path), 404, "not_found")


def test_a_sane_request_id_comes_back_and_another_is_replaced(server):
    assert ask(server.port, "GET", "/healthz", X_Request_Id="my-id.7_A").headers["x-request-id"] == "my-id.7_A"
    for hostile in ("with space", "x" * 65, 'quo"te', "ünder"):
        given = ask(server.port, "GET", "/healthz", X_Request_Id=hostile.encode("utf-8")).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{16}", given)
    assert_error(ask(server.port, "GET", "/nothing", X_Request_Id="seen"), 404, "not_found")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/", "/api/v1/evaluations", "/no"])
def test_a_foreign_host_is_a_403_on_every_route(server, path):
    for host in ("evil.example", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.evil.example:{server.port}", ""):
        assert_error(ask(server.port, "GET", path, Host=host), 403, "forbidden")


def test_the_bound_names_are_accepted_in_any_case(server):
    for host in ("127.0.0.1", "localhost", "LocalHost", "[::1]"):
        assert ask(server.port, "GET", "/healthz", Host=f"{host}:{server.port}").status == 200


def test_a_foreign_origin_is_a_403_and_the_own_one_is_not(server):
    for origin in ("http://evil.example", "null", f"https://127.0.0.1:{server.port}", f"http://127.0.0.1:{server.port}.x"):
        assert_error(ask(server.port, "GET", "/healthz", Origin=origin), 403, "forbidden")
        assert_error(ask(server.port, "POST", "/api/v1/evaluations", CIFAR10_POINT, Origin=origin), 403, "forbidden")
    own = ask(server.port, "POST", "/api/v1/evaluations", CIFAR10_POINT, Origin=f"http://127.0.0.1:{server.port}")
    assert own.status == 200 and "access-control-allow-origin" not in own.headers


def test_listed_hosts_and_origins_are_accepted_and_told_to_browsers():
    with Served("--allowed-host", "lab.example,other.example:99", "--allowed-origin", "https://lab.example") as running:
        for host in ("lab.example", f"lab.example:{running.port}", "other.example:99"):
            assert ask(running.port, "GET", "/healthz", Host=host).status == 200
        assert ask(running.port, "GET", "/healthz", Host="other.example").status == 403
        preflight = ask(running.port, "OPTIONS", "/api/v1/evaluations", Origin="https://lab.example")
        assert preflight.status == 204
        assert preflight.headers["access-control-allow-origin"] == "https://lab.example"
        assert "access-control-allow-credentials" not in preflight.headers
        assert ask(running.port, "GET", "/healthz", Origin="https://lab.example.evil").status == 403


def test_with_a_key_the_api_needs_it_and_health_and_page_do_not():
    with Served(environment={"SSEM_API_KEY": KEY}) as running:
        for path in ("/api/v1/evaluations", "/metrics"):
            answer = ask(running.port, "GET", path)
            assert_error(answer, 401, "unauthorized")
            assert answer.headers["www-authenticate"] == "Bearer"
        for wrong in (KEY[:-1], KEY + "x", "", KEY.upper()):
            assert ask(running.port, "GET", "/metrics", X_API_Key=wrong).status == 401
            assert ask(running.port, "GET", "/metrics", Authorization=f"Bearer {wrong}").status == 401
        assert ask(running.port, "GET", "/metrics", X_API_Key=KEY).status == 200
        assert ask(running.port, "GET", "/metrics", Authorization=f"bearer {KEY}").status == 200
        for path in ("/healthz", "/readyz", "/openapi.json", "/"):
            assert ask(running.port, "GET", path).status == 200
        assert not any(KEY in line for line in running.lines)


def test_the_page_is_revalidated_and_locked_down(server):
    page = ask(server.port, "GET", "/")
    assert page.status == 200 and page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-cache" and page.headers["referrer-policy"] == "no-referrer"
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    for tag in (page.headers["etag"], "W/" + page.headers["etag"], '"other", ' + page.headers["etag"], "*"):
        unchanged = ask(server.port, "GET", "/", If_None_Match=tag)
        assert unchanged.status == 304 and unchanged.body == b"" and unchanged.headers["etag"] == page.headers["etag"]
    assert ask(server.port, "GET", "/", If_None_Match='"other"').status == 200
    for path in re.findall(rb'(?:src|href)="([^":]+)"', page.body):
        assert ask(server.port, "GET", "/" + path.decode().lstrip("./")).status == 200


def test_no_type_is_guessed_from_content(server):
    for path in ("/", "/healthz", "/metrics", "/nothing"):
        assert ask(server.port, "GET", path).headers["x-content-type-options"] == "nosniff"


def test_the_metrics_count_exactly_what_was_asked():
    with Served() as running:
        for _ in range(3):
            ask(running.port, "POST", "/api/v1/evaluations", CIFAR10_POINT)
        ask(running.port, "POST", "/api/v1/evaluations", {})
        ask(running.port, "GET", "/nothing")
        text = ask(running.port, "GET", "/metrics").body.decode()
        families = {family.name: family for family in text_string_to_metric_families(text)}
        counts = {
            tuple(sample.labels[name] for name in ("method", "route", "status")): sample.value
            for sample in families["ssem_http_requests"].samples
        }
        assert counts["POST", "/api/v1/evaluations", "200"] == 3
        assert counts["POST", "/api/v1/evaluations", "400"] == 1
        assert counts["any", "none", "404"] == 1
        histogram = [
            sample
            for sample in families["ssem_http_request_duration_seconds"].samples
            if sample.labels["route"] == "/api/v1/evaluations"
        ]
        buckets = [sample.value for sample in histogram if sample.name.endswith("_bucket")]
        assert buckets == sorted(buckets) and buckets[-1] == 4
        assert [sample.value for sample in histogram if sample.name.endswith("_count")] == [4]
        assert families["ssem_http_requests_in_flight"].samples[0].value == 1
        assert families["process_start_time_seconds"].type == "gauge"
        assert "version" in families["ssem_build_info"].samples[0].labels


@pytest.mark.parametrize("log_format", ["json", "logfmt"])
def test_each_request_is_one_line_of_the_log_and_hostile_bytes_are_escaped(log_format):
    with Served("--log-format", log_format) as running:
        send_raw(running.port, get_bytes(b'/a%0Ab"\\\xc2\x9b\xff', running.port, b"X-Request-Id: hostile\r\n"))
        assert ask(running.port, "GET", "/healthz", X_Request_Id="second").status == 200
        assert running.stop() == 0
    lines = [line for line in running.lines if "hostile" in line]
    assert len(lines) == 1 and all(" " <= character <= "~" for character in lines[0])
    if log_format == "json":
        records = [json.loads(line) for line in running.lines if line.startswith("{")]
        record = next(record for record in records if record.get("request_id") == "hostile")
        assert (record["level"], record["method"], record["status"]) == ("info", "GET", 400)
        assert record["path"] == '/a%0Ab"\\\xc2\x9b\xff' and record["duration_ms"] >= 0
    else:
        expected = r' msg="request" request_id="hostile" client="127.0.0.1" method="GET" path="/a%0Ab\"\\\u00c2\u009b\u00ff" status=400 duration_ms='
        assert expected in lines[0]


def test_a_higher_log_level_keeps_requests_out_of_the_log():
    with Served("--log-level", "warn") as running:
        assert ask(running.port, "GET", "/healthz").status == 200
        assert running.stop() == 0
    assert running.lines == [f"ssem listening on {running.url}"]


@pytest.mark.parametrize("library", ["supcontrast", "pytorch_metric_learning", "pytorch"])
def test_a_simclr_term_that_somebody_mixes_into_supcon_counts_at_its_weight(server, library):
    settings = {"library": library, "library_temperature": 0.1}
    mixed = ask(server.port, "POST", "/api/v1/recommendations", {**CIFAR10, **settings, "library_loss_weight": 0.6}).json["you"]
    point = {**CIFAR10, "convention": "anchor_excluded", "loss_weight": 0.6, "temperature": 0.1}
    told = ask(server.port, "POST", "/api/v1/evaluations", point).json
    assert mixed["problem"]["convention"] == "anchor_excluded" and mixed["loss_weight"] == 0.6
    assert mixed["within_class_variance"] == told["within_class_variance"] > 0
    plain = ask(server.port, "POST", "/api/v1/recommendations", {**CIFAR10, **settings}).json["you"]
    assert plain["problem"]["convention"] == "supcon" and plain["collapsed"]


def test_a_library_without_a_place_for_a_simclr_term_refuses_one(server):
    for library, method in (("solo_learn", {}), ("lightly", {}), ("supcontrast", {"library_method": "simclr"})):
        told = ask(server.port, "POST", "/api/v1/recommendations", {**CIFAR10, "library": library, **method, "library_loss_weight": 0.6})
        assert told.status == 400 and [field["path"] for field in told.error["fields"]] == ["/library_loss_weight"]


def test_a_library_s_setting_that_is_wrong_is_not_called_missing_too(server):
    body = {**CIFAR10, "library": "ssem_supcl_cifar", "library_temperature": 1e9, "library_loss_weight": "half"}
    fields = ask(server.port, "POST", "/api/v1/recommendations", body).error["fields"]
    assert sorted(field["path"] for field in fields) == ["/library_loss_weight", "/library_temperature"]
    assert not any("required" in field["message"] for field in fields)
