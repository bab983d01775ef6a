"""A tuner that asks and tells over plain HTTP."""
from http_wire import ask

PROBLEM = {"classes": 10, "batch_size": 512, "dimension": 128}
STUDIES = "/api/v1/studies"


class Tuner:
    """Calls that must succeed, and the others with their status."""

    def __init__(self, port, **study):
        self.port = port
        self.study_id = self.post(STUDIES, study)["study_id"] if study else None

    def post(self, path, body=None):
        answer = ask(self.port, "POST", path, {} if body is None else body)
        assert answer.status in (200, 201), answer.json
        return answer.json

    def get(self, path):
        answer = ask(self.port, "GET", path)
        assert answer.status == 200, answer.json
        return answer.json

    def ask(self, **body):
        return self.post(f"{STUDIES}/{self.study_id}/ask", body)

    def tell(self, trial, *values, **body):
        return self.post(f"/api/v1/trials/{trial['trial_id']}/tell", body or {"values": list(values)})

    def refused(self, path, body):
        answer = ask(self.port, "POST", path, body)
        assert answer.status >= 400
        assert answer.json["reason"] == answer.json["error"]["message"]
        return answer.status, answer.json["code"]

    def trial(self, trial_id):
        return self.get(f"/api/v1/trials/{trial_id}")
