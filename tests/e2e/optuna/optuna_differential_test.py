"""RestStorage beside Optuna's InMemoryStorage and RDBStorage: the same random operations have the same results and exceptions.

SSEM_DIFFERENTIAL_OPERATIONS makes it longer (100000 take ten minutes), SSEM_DIFFERENTIAL_SEED starts elsewhere.
"""
import collections
import os
import random

import optuna
import pytest
from listed_differences import DIFFERENCES, same
from optuna_served import serve
from random_operations import RandomOperations

from ssem_optuna import RestStorage

OPERATIONS = int(os.environ.get("SSEM_DIFFERENTIAL_OPERATIONS", "3000"))
SEED = int(os.environ.get("SSEM_DIFFERENTIAL_SEED", "1"))
SEEDS = 3
BETWEEN_LOOKS = 20  # operations, until a study is compared as a whole


def listed(operation):
    return next((difference for difference in DIFFERENCES if difference.holds(operation, *operation.outcomes)), None)


def are_alike(operation):
    ours, memory, database = operation.outcomes
    return same(ours, memory) and same(ours, database)


def differs_in(operations, study):
    """The first thing kept of a study that is not the same everywhere."""
    return next((look for look in operations.whole_study(study) if not are_alike(look)), None)


def told(operation, *before):
    outcomes = [f"  {name}: {outcome}" for name, outcome in zip(("ours", "InMemory", "RDB"), operation.outcomes, strict=True)]
    return "\n".join([str(operation), *outcomes, *(f"after {other}: {[str(o) for o in other.outcomes]}" for other in before)])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(SEED, SEED + SEEDS))
def test_random_operations_have_the_results_and_exceptions_of_optuna_s_own_storages(seed):
    found, refused, made = collections.Counter(), collections.Counter(), 0
    with serve() as server:
        storages = [RestStorage(server.url), optuna.storages.InMemoryStorage(), optuna.storages.RDBStorage("sqlite:///:memory:")]
        operations = RandomOperations(random.Random(seed), storages)
        recent = collections.deque(maxlen=BETWEEN_LOOKS)
        while made < OPERATIONS // SEEDS:
            operation = operations.next()
            made += 1
            recent.append(operation)
            if operation.outcomes[0].refused:
                refused[operation.outcomes[0].refused.__name__] += 1
            difference = listed(operation)
            if not are_alike(operation):
                assert difference is not None, told(operation)
                found[difference.why] += 1
            if operation.study in operations.studies and (difference is not None or made % BETWEEN_LOOKS == 0):
                apart = differs_in(operations, operation.study)
                if apart is not None:  # from here on they could not be compared
                    assert difference is not None, told(apart, *recent)
                    operations.delete_study(operation.study)
        for study in operations.studies:
            apart = differs_in(operations, study)
            assert apart is None, told(apart, *recent)
        assert server.stop() == 0
    print(f"seed {seed}: {made} operations, refused {dict(refused)}, listed differences {dict(found)}")
    assert {"KeyError", "ValueError", "UpdateFinishedTrialError", "DuplicatedStudyError"} <= set(refused)
