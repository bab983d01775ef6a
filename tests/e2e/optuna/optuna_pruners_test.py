"""Our pruners decide as Optuna's do: the same reports, the same answers."""
import random

import optuna
import pytest
from optuna_served import serve

from ssem_optuna import SsemClient

NAN, INF = float("nan"), float("inf")
PRUNERS = {
    "median": ({"kind": "median"}, lambda: optuna.pruners.MedianPruner()),
    "median-early": (
        {"kind": "median", "startup_trials": 0, "warmup_steps": 2, "interval_steps": 3, "min_trials": 2},
        lambda: optuna.pruners.MedianPruner(0, 2, 3, n_min_trials=2),
    ),
    "halving": ({"kind": "successive_halving"}, lambda: optuna.pruners.SuccessiveHalvingPruner()),
    "halving-early": (
        {"kind": "successive_halving", "min_resource": 1, "reduction_factor": 2},
        lambda: optuna.pruners.SuccessiveHalvingPruner(1, 2),
    ),
    "halving-bootstrap": (
        {
            "kind": "successive_halving", "min_resource": 2, "reduction_factor": 3,
            "min_early_stopping_rate": 1, "bootstrap_count": 4,
        },
        lambda: optuna.pruners.SuccessiveHalvingPruner(2, 3, 1, 4),
    ),
    "none": ({"kind": "none"}, lambda: optuna.pruners.NopPruner()),
}  # fmt: skip


@pytest.fixture(scope="module")
def server():
    with serve() as running:
        yield running


def curve(numbers, infinities):
    """Reports of one trial: steps that grow, values of every kind."""
    step, reports = numbers.choice([0, 1, 5]), []
    level = numbers.random()
    for _ in range(numbers.randint(0, 14)):
        value = level + numbers.gauss(0, 0.3)
        reports.append((step, numbers.choices([value, NAN, INF, -INF], [20, 1, infinities, infinities])[0]))
        step += numbers.choice([1, 1, 1, 2, 7])
    return reports


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("direction", ["minimize", "maximize"])
@pytest.mark.parametrize("name", PRUNERS)
def test_a_report_is_answered_as_optuna_s_pruner_would(server, name, direction):
    ours, theirs = PRUNERS[name]
    client = SsemClient(server.url)
    study = client.create_study(directions=[direction], pruner=ours, search_space={})
    reference = optuna.create_study(direction=direction, pruner=theirs())
    numbers = random.Random(name + direction)
    decisions = []
    for _ in range(60):
        trial, other = client.ask(study["study_id"])["trial_id"], reference.ask()
        pruned = False
        # Beside an infinity numpy's median is nan even where it is finite; ours is not.
        for step, value in curve(numbers, infinities=not name.startswith("median")):
            other.report(value, step)
            pruned = other.should_prune()
            decisions.append(pruned)
            assert client.report(trial, step, value) == pruned, (other.number, step, value)
            if pruned:
                break
        if pruned:
            client.tell(trial, state="PRUNED")
            reference.tell(other, state=optuna.trial.TrialState.PRUNED)
        else:
            client.tell(trial, 0.5)
            reference.tell(other, 0.5)
        theirs_now = reference.trials[-1]
        assert client.trial(trial)["state"] == theirs_now.state.name
    assert any(decisions) == (name != "none") and not all(decisions)
