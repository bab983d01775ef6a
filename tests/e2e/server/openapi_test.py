"""The OpenAPI document and the running server, each held against the other."""
import os
import re
import subprocess

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from http_wire import CIFAR10, CIFAR10_POINT, ask
from served import Served

IMBALANCED = {"class_counts": [5000, 500, 50], "batch_size": 256, "dimension": 64}
PROBLEMS = [
    {"classes": 10, "batch_size": 512},
    {"classes": 100, "instances_per_class": 4, "dimension": 128, "views": 4, "convention": "anchor_included"},
    {"classes": 100, "batch_size": 256, "dimension": 99, "dataset_instances_per_class": 500, "sampling": "random"},
    {"classes": 30, "batch_size": 60, "dimension": 8, "convention": "dcl", "classes_per_batch": 20},
    {"classes": 10, "batch_size": 512, "convention": "supcon_in", "reduction": "pair_mean"},
    {"classes": 10, "batch_size": 512, "convention": "supcon", "sampling": "random"},
    {"classes": 2, "instances_per_class": 1, "dimension": 1},
    IMBALANCED,
]


@pytest.fixture(scope="module")
def document(server):
    return ask(server.port, "GET", "/openapi.json").json


@pytest.fixture(scope="module")
def check(document):
    """check(instance, schema): the schema may refer to the document's components."""

    def validate_instance(instance, schema):
        validator = Draft202012Validator({**schema, "components": document["components"]})
        errors = list(validator.iter_errors(instance))
        assert not errors, [(list(error.absolute_path), error.message) for error in errors[:3]]

    return validate_instance


def resolve(document, node):
    while "$ref" in node:
        target = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        node = target
    return node


def check_documented(document, check, method, path, answer):
    """The answer's status, type, headers and body are those of the document."""
    responses = document["paths"][path][method.lower()]["responses"]
    response = resolve(document, responses.get(str(answer.status), responses["default"]))
    for name, header in response.get("headers", {}).items():
        assert name.lower() in answer.headers or not resolve(document, header).get("required", False)
        if name.lower() in answer.headers:
            check(answer.headers[name.lower()], resolve(document, header)["schema"])
    if answer.status == 304:
        return
    content = response["content"]
    assert answer.headers["content-type"] in content or "*/*" in content
    if answer.headers["content-type"] == "application/json":
        check(answer.json, content["application/json"]["schema"])


def routes_of_the_server():
    printed = subprocess.run(
        [os.environ["SSEM_BINARY"], "serve", "--print-routes"], capture_output=True, text=True, timeout=10, check=True
    )
    return [tuple(line.split()) for line in printed.stdout.splitlines()]


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1.")
    validate(document)


def test_every_route_is_documented_and_every_documented_route_exists(document):
    documented = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    page_file = re.compile(r"/[^/]+\.(html|js|css|svg|png|ico|woff2)")
    routes = {
        (method, "/{page_file}" if page_file.fullmatch(path) and path != "/favicon.ico" else path) for method, path in routes_of_the_server()
    }
    assert routes == documented


def test_operation_ids_are_unique_and_everything_is_described(document):
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(operation["summary"] for operation in operations)
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("description"), name
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: "-".join(map(str, problem.values()))[:40])
def test_answers_match_their_schemas(server, document, check, problem):
    point = {**problem, "loss_weight": 0.5, "temperature": 0.1}
    paths = {"/api/v1/evaluations": point, "/api/v1/recommendations": problem}
    for path, body in paths.items():
        for request in (body, {"requests": [body, {"classes": 1}]}):
            answer = ask(server.port, "POST", path, request)
            assert answer.status == 200
            check_documented(document, check, "POST", path, answer)
            schema = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
            if request is body:
                check(request, schema)
        answer = ask(server.port, "GET", path + "?" + query_of(body))
        assert answer.status == 200
        check_documented(document, check, "GET", path, answer)
    answer = ask(server.port, "GET", "/api/v1/phase-diagram?loss_weights=3&temperatures=4&" + query_of(problem))
    assert answer.status == 200
    check_documented(document, check, "GET", "/api/v1/phase-diagram", answer)


def query_of(fields):
    texts = {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in fields.items()}
    return "&".join(f"{name}={value}" for name, value in texts.items())


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/"])
def test_the_server_s_own_routes_answer_as_documented(server, document, check, path):
    answer = ask(server.port, "GET", path)
    assert answer.status == 200
    check_documented(document, check, "GET", path, answer)


def test_a_file_of_the_page_answers_as_documented(server, document, check):
    names = [path for _, path in routes_of_the_server() if path.endswith(".js")]
    assert names
    answer = ask(server.port, "GET", names[0])
    check_documented(document, check, "GET", "/{page_file}", answer)
    unchanged = ask(server.port, "GET", names[0], If_None_Match=answer.headers["etag"])
    assert unchanged.status == 304
    check_documented(document, check, "GET", "/{page_file}", unchanged)


def test_every_documented_refusal_that_a_client_can_cause_happens(server, document, check):
    for path, item in document["paths"].items():
        concrete = path.replace("{page_file}", "index.html")
        for method, operation in item.items():
            seen = {}
            content_type = next(iter(operation.get("requestBody", {"content": {"application/json": {}}})["content"]))
            for answer in provoke(server.port, method.upper(), concrete, content_type):
                check_documented(document, check, method, path, answer)
                seen[str(answer.status)] = answer
            provocable = {status for status in operation["responses"] if status in ("400", "403", "413", "415")}
            assert provocable <= set(seen), (path, method)


def provoke(port, method, path, content_type):
    yield ask(port, method, path, Host="evil.example")
    yield ask(port, "DELETE", path)
    if path.startswith(("/api/", "/csv/", "/artifacts/")):
        if method in ("POST", "PUT"):
            yield ask(port, method, path, body=b'{"surely_unknown": 1}', Content_Type=content_type)
        else:
            yield ask(port, method, path + "?x=%FF")
    if method in ("POST", "PUT"):
        yield ask(port, method, path, body=b"{}", Content_Type="text/plain")
        yield ask(port, method, path, body=b" " * (8 * 1024 * 1024 + 1), Content_Type=content_type)


def test_a_missing_key_is_refused_exactly_where_the_document_says(document, check):
    with Served("--api-key", "a-key-for-the-tests") as running:
        for path, item in document["paths"].items():
            for method, operation in item.items():
                answer = ask(running.port, method.upper(), path.replace("{page_file}", "index.html"))
                assert (answer.status == 401) == ("401" in operation["responses"]), path
                assert ("401" in operation["responses"]) == (operation.get("security") != []), path
                check_documented(document, check, method, path, answer)


@pytest.mark.parametrize(
    "method, path", [("POST", "/api/v1/evaluations"), ("POST", "/api/v1/recommendations"), ("GET", "/api/v1/phase-diagram")]
)
def test_the_server_accepts_every_documented_field_and_no_other(server, document, method, path):
    """An accepted name is never reported as unknown; every other name is."""
    operation = document["paths"][path][method.lower()]
    if method == "POST":
        schema = resolve(document, operation["requestBody"]["content"]["application/json"]["schema"]["oneOf"][0])
        fields = set(schema["properties"])
    else:
        fields = {parameter["name"] for parameter in operation["parameters"] if parameter.get("in") == "query"}
    everything = {**dict.fromkeys(fields, "x"), "surely_unknown": "x"}
    if method == "POST":
        answer = ask(server.port, method, path, everything)
    else:
        answer = ask(server.port, method, path + "?" + query_of(everything))
    faults = {fault["path"].removeprefix("/"): fault["message"] for fault in answer.error["fields"]}
    assert "no known field" in faults.pop("surely_unknown")
    assert not [message for message in faults.values() if "no known field" in message]
    assert fields - {"max_loss_weight", "max_temperature"} <= set(faults)


@pytest.mark.parametrize("path", ["/api/v1/evaluations", "/api/v1/recommendations"])
def test_query_parameters_are_the_fields_of_the_body(document, path):
    body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"][0]
    parameters = {
        parameter["name"]: parameter["schema"]
        for parameter in document["paths"][path]["get"]["parameters"]
        if parameter.get("in") == "query"
    }
    fields = {
        name: {key: value for key, value in schema.items() if key != "description"}
        for name, schema in resolve(document, body)["properties"].items()
    }
    assert parameters == fields


@pytest.mark.parametrize("field", ["classes", "batch_size", "dimension", "views", "temperature", "loss_weight"])
def test_documented_ranges_are_the_server_s(server, document, field):
    schema = document["components"]["schemas"]["EvaluationRequest"]["properties"][field]
    base = CIFAR10_POINT
    step = 1 if schema["type"] == "integer" else schema["maximum"] * 1e-6
    beyond = [schema["minimum"] - step, schema["maximum"] + step]
    for value in beyond:
        answer = ask(server.port, "POST", "/api/v1/evaluations", {**base, field: value})
        assert answer.status == 400 and f"/{field}" in [fault["path"] for fault in answer.error["fields"]], value
    for value in (schema["minimum"], schema["maximum"]):
        fits = {**base, field: value}
        if field == "batch_size":
            fits = {**fits, "classes": 2 if value == 2 else 1_000_000}
        if field == "classes":
            fits = {**fits, "batch_size": value}
        assert ask(server.port, "POST", "/api/v1/evaluations", fits).status == 200, (field, value)


def test_the_plain_cifar_10_answer_is_in_the_shape_of_the_document(server, document, check):
    check(ask(server.port, "POST", "/api/v1/recommendations", CIFAR10).json, {"$ref": "#/components/schemas/Recommendation"})
