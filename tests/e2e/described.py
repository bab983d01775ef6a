"""Requests and answers held against the API's description, which the server itself answers with."""
from http_wire import ask
from jsonschema import Draft202012Validator


class Description:
    """The OpenAPI document of a running server."""

    def __init__(self, server):
        self.server = server
        self.document = ask(server.port, "GET", "/openapi.json").json

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node

    def faults(self, instance, schema):
        """What of the instance breaks the schema, which may refer to the document's components."""
        validator = Draft202012Validator({**schema, "components": self.document["components"]})
        return [(list(error.absolute_path), error.message) for error in validator.iter_errors(instance)]

    def check(self, instance, schema):
        faults = self.faults(instance, schema)
        assert not faults, faults[:3]

    def named(self, name):
        return {"$ref": f"#/components/schemas/{name}"}

    def check_answer(self, method, path, answer):
        """The answer's status, type, headers and body are those of the document."""
        responses = self.document["paths"][path][method.lower()]["responses"]
        response = self.resolve(responses.get(str(answer.status), responses["default"]))
        for name, header in response.get("headers", {}).items():
            assert name.lower() in answer.headers or not self.resolve(header).get("required", False)
            if name.lower() in answer.headers:
                self.check(answer.headers[name.lower()], self.resolve(header)["schema"])
        if answer.status in (204, 304):
            assert "content" not in response
            return
        content = response["content"]
        assert answer.headers["content-type"] in content or "*/*" in content
        if answer.headers["content-type"] == "application/json":
            self.check(answer.json, content["application/json"]["schema"])

    def call(self, method, path, body=None, status=200, query="", **fields):
        """A request that the document allows, and its answer, checked. `path` is a template, `fields` fill it."""
        operation = self.document["paths"][path][method.lower()]
        headers = {}
        if body is not None:
            (content_type, content), = operation["requestBody"]["content"].items()
            headers["Content_Type"] = content_type
            self.check(body if content_type == "application/json" else "x", content["schema"])
        answer = ask(self.server.port, method, path.format(**fields) + query, body, **headers)
        assert answer.status == status, (method, path, answer.body)
        assert str(status) in operation["responses"], (method, path, status)
        self.check_answer(method, path, answer)
        return answer
