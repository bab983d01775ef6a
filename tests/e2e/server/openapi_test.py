"""The OpenAPI document and the running server, each held against the other."""
import os
import re
import subprocess

import pytest
from described import Description
from http_wire import CIFAR10, CIFAR10_POINT, ask
from openapi_spec_validator import validate
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
    {"classes": 10, "batch_size": 64, "dimension": 32, "convention": "cross_view", "queue_size": 4096},
    {"classes": 10, "batch_size": 64, "cross_entropy_weight": 0.5, "cross_entropy_head": "shared"},
    IMBALANCED,
]


@pytest.fixture(scope="module")
def description(server):
    return Description(server)


@pytest.fixture(scope="module")
def document(description):
    return description.document


def routes_of_the_server():
    printed = subprocess.run(
        [os.environ["SSEM_BINARY"], "serve", "--print-routes"], capture_output=True, text=True, timeout=10, check=True
    )
    return [tuple(line.split()[:2]) for line in printed.stdout.splitlines()]


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1.")
    validate(document)


def test_the_document_is_made_of_the_files_of_its_folder_and_always_the_same(server, document, tmp_path):
    bundle = os.path.join(os.environ["SSEM_SOURCE_DIR"], "api/http/openapi/bundle.mjs")
    made = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in made:
        command = ["node", bundle, document["info"]["version"], str(file), f"{file}.d"]
        subprocess.run(command, check=True, timeout=60)
    assert made[0].read_bytes() == made[1].read_bytes() == ask(server.port, "GET", "/openapi.json").body
    read = (tmp_path / "one.json.d").read_text()
    assert "/openapi/openapi.yaml" in read and "/openapi/schemas/errors.yaml" in read


def test_the_document_has_the_version_of_the_program(document):
    printed = subprocess.run([os.environ["SSEM_BINARY"], "--version"], capture_output=True, text=True, timeout=10, check=True)
    assert document["info"]["version"] in printed.stdout.split()


def test_every_route_is_documented_and_every_documented_route_exists(document):
    documented = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    page_file = re.compile(r"/[^/]+\.(html|js|css|svg|png|ico|woff2)")

    def template(path):
        """Files of the page are one path; what may have slashes has no dots there, which OpenAPI does not know."""
        return "/{page_file}" if page_file.fullmatch(path) and path != "/favicon.ico" else path.replace("...}", "}")

    assert {(method, template(path)) for method, path in routes_of_the_server()} == documented


def test_path_templates_name_their_parameters(document, description):
    """What generators need: every name in braces is a parameter of the path, and there is no other."""
    for path, item in document["paths"].items():
        names = re.findall(r"\{([^}]*)\}", path)
        assert all(re.fullmatch(r"[a-z_]+", name) for name in names), path
        for operation in item.values():
            parameters = [description.resolve(parameter) for parameter in operation["parameters"]]
            assert [each["name"] for each in parameters if each["in"] == "path"] == names, path
            assert all(each["required"] for each in parameters if each["in"] == "path"), path


def schemas_within(node):
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from schemas_within(value)
    elif isinstance(node, list):
        for value in node:
            yield from schemas_within(value)


def test_generators_find_types_everywhere(document):
    """A list says of what, and no property has a default beside it: openapi-typescript would call it required."""
    for schema in schemas_within(document):
        if schema.get("type") == "array":
            assert "items" in schema, schema
        properties = schema.get("properties", {})
        if isinstance(properties, dict):
            assert not [name for name, each in properties.items() if "default" in each], schema.get("description")


def test_operation_ids_are_unique_and_everything_is_described(document):
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", operation["operationId"]) for operation in operations)
    assert all(operation["summary"] for operation in operations)
    for name, schema in document["components"]["schemas"].items():
        assert schema.get("description"), name
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: "-".join(map(str, problem.values()))[:40])
def test_answers_match_their_schemas(server, document, description, problem):
    point = {**problem, "loss_weight": 0.5, "temperature": 0.1}
    paths = {"/api/v1/evaluations": point, "/api/v1/recommendations": problem}
    for path, body in paths.items():
        for request in (body, {"requests": [body, {"classes": 1}]}):
            answer = ask(server.port, "POST", path, request)
            assert answer.status == 200
            description.check_answer("POST", path, answer)
            schema = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
            if request is body:
                description.check(request, schema)
        answer = ask(server.port, "GET", path + "?" + query_of(body))
        assert answer.status == 200
        description.check_answer("GET", path, answer)
    answer = ask(server.port, "GET", "/api/v1/phase-diagram?loss_weights=3&temperatures=4&" + query_of(problem))
    assert answer.status == 200
    description.check_answer("GET", "/api/v1/phase-diagram", answer)


UNLABELLED = [
    {"labels": False, "batch_size": 256},
    {"labels": False, "preset": "cifar10", "temperature": 0.5},
    {"labels": False, "batch_size": 64, "convention": "cross_view", "queue_size": 4096, "classes": 1000, "base_temperature": 0.25},
    {"labels": False, "batch_size": 12, "dimension": 16, "dataset_images": 12, "convention": "dcl", "views": 3},
]


@pytest.mark.parametrize("request_body", UNLABELLED, ids=range(len(UNLABELLED)))
def test_answers_without_labels_match_their_schema_one_or_many(server, description, request_body):
    at = {"temperature": 0.2, **request_body}
    for path, body in {"/api/v1/evaluations": at, "/api/v1/recommendations": request_body}.items():
        told = description.call("POST", path, body).json
        assert told["temperature_advised"] == ("temperature" not in body)
        assert told["loss_value"] == told["loss_ladder"]["optimum"] < told["loss_ladder"]["all_equal"]
        many = description.call("POST", path, {"requests": [body, {"labels": False}]}).json
        assert many["results"][0] == told and "error" in many["results"][1]
        answer = ask(server.port, "GET", path + "?" + query_of({**body, "labels": "false"}))
        assert answer.status == 200 and answer.json == told
        description.check_answer("GET", path, answer)


@pytest.mark.parametrize("schedule", ["linear:0.5:0.1:1000", "cosine:1:0.1:200:1000", "learned:0.07:0.01", "0:0.5,100:0.1,400:0.2"])
def test_answers_over_a_schedule_match_their_schema_one_or_many(server, description, schedule):
    body = {"classes": 10, "batch_size": 100, "dimension": 64, "loss_weight": 0.3, "temperature_schedule": schedule}
    told = description.call("POST", "/api/v1/evaluations", body).json
    assert told["points"][0]["temperature"] == told["temperature_schedule"]["from"]
    many = description.call("POST", "/api/v1/evaluations", {"requests": [body, {**body, "temperature": 0.1}]}).json
    assert many["results"][0] == told and "error" in many["results"][1]
    answer = ask(server.port, "GET", "/api/v1/evaluations?" + query_of(body))
    assert answer.status == 200 and answer.json == told
    description.check_answer("GET", "/api/v1/evaluations", answer)


@pytest.mark.parametrize("levels", ["100:1,20:0.5", "100=1,20=0.4,1=0.1", [{"classes": 8, "weight": 1}, {"classes": 4, "weight": 0}, {"classes": 2, "weight": 3}]])
@pytest.mark.parametrize("convention", ["anchor_excluded", "supcon"])
def test_answers_with_levels_match_their_schema_one_or_many(server, description, levels, convention):
    for path, extra in [("/api/v1/evaluations", {"loss_weight": 0.3, "temperature": 0.1}), ("/api/v1/recommendations", {})]:
        body = {"batch_size": 200, "sampling": "balanced", "dimension": 64, "convention": convention, "label_levels": levels, **extra}
        told = description.call("POST", path, body).json
        assert [level["classes"] for level in told["label_levels"]] == ([8, 4, 2] if isinstance(levels, list) else [100, 20, 1][: levels.count(",") + 1])
        many = description.call("POST", path, {"requests": [body, {**body, "label_levels": "5"}]}).json
        assert many["results"][0] == told and many["results"][1]["error"]["fields"][0]["path"] == "/label_levels"
        if isinstance(levels, list):
            continue
        answer = ask(server.port, "GET", path + "?" + query_of(body))
        assert answer.status == 200 and answer.json == told
        description.check_answer("GET", path, answer)


def test_labels_that_are_there_change_nothing_and_a_temperature_is_needed_where_one_is_judged(server):
    plain = ask(server.port, "POST", "/api/v1/evaluations", CIFAR10_POINT)
    assert ask(server.port, "POST", "/api/v1/evaluations", {**CIFAR10_POINT, "labels": True}).json == plain.json
    bare = ask(server.port, "POST", "/api/v1/evaluations", {"labels": False, "batch_size": 256})
    assert bare.status == 400 and [fault["path"] for fault in bare.error["fields"]] == ["/temperature"]


LOGGED = [
    {"classes": 10, "batch_size": 256, "temperature": 0.1, "base_temperature": 0.07, "loss_value": 8.909},
    {"loss_value": 5.5597, "temperature": 0.1},
    {"batch_size": 64, "loss_value": "nan"},
    {"classes": 10, "batch_size": 256, "library": {"name": "supcontrast"}, "loss_value": 7.03},
    {"class_counts": [300, 20, 10], "batch_size": 64, "loss_weight": 0.5, "curve": [[0, 5.1], [10, 4.2], [20, "inf"]]},
    {"preset": "cifar100", "temperature": 0.1, "curve": [[step, 4 + 3 / (1 + step)] for step in range(100)]},
]


@pytest.mark.parametrize("request_body", LOGGED, ids=range(len(LOGGED)))
def test_explanations_match_their_schema_one_or_many(description, request_body):
    call = description.call("POST", "/api/v1/explanations", request_body)
    many = description.call("POST", "/api/v1/explanations", {"requests": [request_body, {"loss_value": 3.3}]})
    assert many.json["results"][0] == call.json
    assert "error" in many.json["results"][1]


def query_of(fields):
    texts = {name: ",".join(map(str, value)) if isinstance(value, list) else value for name, value in fields.items()}
    return "&".join(f"{name}={value}" for name, value in texts.items())


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json", "/"])
def test_the_server_s_own_routes_answer_as_documented(server, description, path):
    answer = ask(server.port, "GET", path)
    assert answer.status == 200
    description.check_answer("GET", path, answer)


def test_a_file_of_the_page_answers_as_documented(server, description):
    names = [path for _, path in routes_of_the_server() if path.endswith(".js")]
    assert names
    answer = ask(server.port, "GET", names[0])
    description.check_answer("GET", "/{page_file}", answer)
    unchanged = ask(server.port, "GET", names[0], If_None_Match=answer.headers["etag"])
    assert unchanged.status == 304
    description.check_answer("GET", "/{page_file}", unchanged)


def test_every_documented_refusal_that_a_client_can_cause_happens(server, document, description):
    for path, item in document["paths"].items():
        concrete = path.replace("{page_file}", "index.html")
        for method, operation in item.items():
            seen = {}
            content_type = next(iter(operation.get("requestBody", {"content": {"application/json": {}}})["content"]))
            for answer in provoke(server.port, method.upper(), concrete, content_type):
                description.check_answer(method, path, answer)
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


def test_a_missing_key_is_refused_exactly_where_the_document_says(document, description):
    with Served("--api-key", "a-key-for-the-tests") as running:
        for path, item in document["paths"].items():
            for method, operation in item.items():
                answer = ask(running.port, method.upper(), path.replace("{page_file}", "index.html"))
                assert (answer.status == 401) == ("401" in operation["responses"]), path
                assert ("401" in operation["responses"]) == (operation.get("security") != []), path
                description.check_answer(method, path, answer)


@pytest.mark.parametrize(
    "method, path", [("POST", "/api/v1/evaluations"), ("POST", "/api/v1/recommendations"), ("GET", "/api/v1/phase-diagram")]
)
def test_the_server_accepts_every_documented_field_and_no_other(server, document, description, method, path):
    """An accepted name is never reported as unknown; every other name is."""
    operation = document["paths"][path][method.lower()]
    if method == "POST":
        schema = description.resolve(operation["requestBody"]["content"]["application/json"]["schema"]["oneOf"][0])
        fields = set(schema["properties"])
    else:
        parameters = map(description.resolve, operation["parameters"])
        fields = {parameter["name"] for parameter in parameters if parameter["in"] == "query"}
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
def test_query_parameters_are_the_fields_of_the_body(document, description, path):
    body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"][0]
    parameters = {
        parameter["name"]: description.resolve(parameter["schema"])
        for parameter in map(description.resolve, document["paths"][path]["get"]["parameters"])
        if parameter["in"] == "query"
    }
    fields = {
        name: description.resolve(schema) for name, schema in description.resolve(body)["properties"].items()
    }
    by_name = description.resolve(fields.pop("library")["oneOf"][0])  # a query has no objects
    assert parameters.pop("library")["enum"] == by_name["enum"]
    fields["label_levels"] = description.resolve(fields["label_levels"]["oneOf"][0])  # nor lists of them
    assert without_descriptions(parameters) == without_descriptions(fields)


def without_descriptions(schemas):
    return {name: {key: value for key, value in schema.items() if key != "description"} for name, schema in schemas.items()}


@pytest.mark.parametrize("field", ["classes", "batch_size", "dimension", "views", "temperature", "loss_weight"])
def test_documented_ranges_are_the_server_s(server, document, description, field):
    schema = description.resolve(document["components"]["schemas"]["EvaluationRequest"]["properties"][field])
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


def test_the_plain_cifar_10_answer_is_in_the_shape_of_the_document(server, description):
    answer = ask(server.port, "POST", "/api/v1/recommendations", CIFAR10)
    description.check(answer.json, description.named("Recommendation"))
