"""Ask and tell without Optuna or any package, with pruning. Usage: plain_ask_tell.py URL"""
import json
import sys
import urllib.request


def call(url, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def main(url):
    study = call(url, "/api/v1/studies", {
        "directions": ["minimize"],
        "pruner": {"kind": "successive_halving", "min_resource": 1, "reduction_factor": 2},
        "search_space": {
            "learning_rate": {"type": "float", "low": 1e-4, "high": 1, "log": True},
            "width": {"type": "int", "low": 16, "high": 256, "log": True},
            "head": {"type": "categorical", "choices": ["linear", "mlp"]},
        },
    })
    pruned = 0
    for _ in range(25):
        trial = call(url, f"/api/v1/studies/{study['study_id']}/ask", {"client_id": "plain", "lease_s": 60})
        params, trial_id = trial["params"], trial["trial_id"]
        loss = 0.0
        for step in range(1, 9):
            loss = abs(params["learning_rate"] - 0.01) * 10 + (params["head"] == "linear") + 16 / params["width"] + 1 / step
            if call(url, f"/api/v1/trials/{trial_id}/report", {"step": step, "value": loss})["should_prune"]:
                call(url, f"/api/v1/trials/{trial_id}/tell", {"state": "PRUNED"})
                pruned += 1
                break
        else:
            call(url, f"/api/v1/trials/{trial_id}/tell", {"values": [loss]})
    best = call(url, f"/api/v1/studies/{study['study_id']}/best-trials")["trials"][0]
    print(f"{pruned} of 25 trials pruned; best value {best['values'][0]:.3f} at {best['params']}")


if __name__ == "__main__":
    main(sys.argv[1])
