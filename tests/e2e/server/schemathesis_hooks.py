"""What schemathesis has to be told of this API; named to it by SCHEMATHESIS_HOOKS."""

import itertools
import json

import schemathesis

numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    """Each request has a key of its own, as the description wants it: the same one would rightly be refused (422)."""
    if case.headers and "Idempotency-Key" in case.headers:
        key = case.headers["Idempotency-Key"]
        if isinstance(key, str) and 1 <= len(key) <= 200 and all("!" <= letter <= "~" for letter in key):
            case.headers["Idempotency-Key"] = f"{key}-{next(numbers)}"


@schemathesis.serializer("application/x-ndjson")
def lines_of_json(context, value):
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.serializer("application/octet-stream")
def bytes_as_they_are(context, value):
    return value if isinstance(value, bytes) else str(value).encode()
