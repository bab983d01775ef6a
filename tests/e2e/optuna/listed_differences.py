"""Where Optuna's own storages differ from each other, and which of them RestStorage follows."""
import math
from dataclasses import dataclass

from optuna.trial import TrialState

LARGEST_ID = 2**63 - 1


@dataclass
class Difference:
    """`holds` says of an operation and what RestStorage, InMemoryStorage and RDBStorage gave whether it is this one."""

    follows: str
    why: str
    holds: object


def same(left, right):
    return left.refused == right.refused and left.answer == right.answer


def refusals(ours, memory, database):
    return [outcome.refused and outcome.refused.__name__ for outcome in (ours, memory, database)]


def template_of(operation):
    return operation.arguments[1] if operation.name == "create_new_trial" else None


def values_of(operation):
    if operation.name == "set_trial_state_values":
        return operation.arguments[2]
    return template_of(operation).values if template_of(operation) else None


def numbers_of(operation):
    template = template_of(operation)
    steps = list(template.intermediate_values) if template else []
    given = [operation.arguments[1]] if operation.name == "set_trial_intermediate_value" else []
    return [*steps, *given]


def has_no_number(operation, *outcomes):
    values = values_of(operation)
    return bool(values) and any(map(math.isnan, values)) and refusals(*outcomes) == ["ValueError", None, None]


def is_beyond_64_bits(operation, *outcomes):
    names = [argument for argument in operation.arguments[1:2] if operation.name.endswith("trial_number")]
    ids = [*(operation.arguments[0] if operation.arguments and isinstance(operation.arguments[0], tuple) else ()), *names]
    return any(not -LARGEST_ID - 1 <= number <= LARGEST_ID for number in ids) and refusals(*outcomes) == ["KeyError", "KeyError", "OverflowError"]


def is_a_step_beyond_64_bits(operation, *outcomes):
    beyond = any(not -LARGEST_ID - 1 <= step <= LARGEST_ID for step in numbers_of(operation))
    return beyond and refusals(*outcomes) == ["ValueError", None, "OverflowError"]


def does_not_fit(operation, *outcomes):
    return operation.name in ("set_trial_param", "create_new_trial") and refusals(*outcomes) == ["ValueError", None, "ValueError"]


def keeps_no_python(operation, *outcomes):
    return refusals(*outcomes) == ["TypeError", None, "TypeError"] and ("attr" in operation.name or template_of(operation) is not None)


def ends_without_its_values(operation, ours, memory, database):
    values = values_of(operation)
    odd = values is None or len(values) != operation.study.objectives or operation.study.is_odd
    return (
        operation.name in ("set_trial_state_values", "create_new_trial") and odd and same(ours, database)
        and memory.refused in (AssertionError, RuntimeError, IndexError)
    )  # fmt: skip


def is_best_of_odd_ones(operation, ours, memory, database):
    return operation.name == "get_best_trial" and operation.study.is_odd and is_as_good(ours, database)


def is_best_of_equals(operation, ours, memory, database):
    return operation.name == "get_best_trial" and is_as_good(ours, database) and is_as_good(ours, memory)


def is_as_good(left, right):
    if left.refused or right.refused:
        return left.refused == right.refused
    state, values = 1, 2
    return left.answer[state] == right.answer[state] == "COMPLETE" and left.answer[values][0] == right.answer[values][0]


def is_best_of_many_objectives(operation, ours, memory, database):
    return operation.name == "get_best_trial" and operation.study.objectives > 1 and [ours.refused, database.refused] == [RuntimeError] * 2


def is_a_param_out_of_its_range(operation, ours, memory, database):
    return operation.name == "get_trial_param" and same(ours, database) and memory.refused is ValueError


def counts_from_the_end(operation, *outcomes):
    return (
        operation.name == "get_trial_id_from_study_id_trial_number" and operation.arguments[1] < 0
        and refusals(*outcomes) in (["KeyError", "AssertionError", "KeyError"], ["KeyError", "IndexError", "KeyError"])
    )  # fmt: skip


def has_an_empty_list_of_values(operation, *outcomes):
    return values_of(operation) == [] and refusals(*outcomes)[::2] in (
        [None, "IndexError"], [None, None], ["ValueError", "IndexError"]
    )  # fmt: skip


def sets_a_param_again(operation, *outcomes):
    return operation.name == "set_trial_param" and operation.is_again and refusals(*outcomes) == [None, None, None]


def is_refused_to_begin_with_values(operation, *outcomes):
    return operation.name == "set_trial_state_values" and operation.arguments[1] == TrialState.RUNNING and bool(values_of(operation))


def gives_fewer_values(operation, *outcomes):
    return operation.name == "set_trial_state_values" and values_of(operation) is not None and refusals(*outcomes) == [None, None, None]


def waits_again(operation, ours, memory, database):
    states = operation.arguments[-1:] if operation.name in ("get_n_trials", "get_all_trials") else ()
    return states == ((TrialState.WAITING,),) and same(ours, database)


def has_a_key_that_is_no_text(operation, *outcomes):
    return "{1: 2}" in repr(operation.arguments) and refusals(*outcomes) == [None, None, None]


def has_half_a_character(operation, *outcomes):
    as_refused = (["ValueError", None, "UnicodeEncodeError"], ["UnicodeEncodeError", "KeyError", "UnicodeEncodeError"])
    return "\\ud800" in repr(operation.arguments) and refusals(*outcomes) in as_refused


def has_two_faults(operation, ours, memory, database):
    """A finished or unknown trial is given what could not be kept either, or two things that cannot be kept."""
    text = repr(operation.arguments)
    unkept = sum(sign in text for sign in ("\\ud800", "{3, 4}", str(LARGEST_ID + 1), "[nan", "values=[]"))
    both = ours.refused in (ValueError, TypeError) and database.refused is not None
    return both and (memory.refused is not None or unkept > 1 or (unkept == 1 and template_of(operation) is not None))


DIFFERENCES = [
    Difference("neither", "an objective value nan: RDBStorage takes a trial that it can never read again", has_no_number),
    Difference("InMemoryStorage", "an id beyond 64 bits is one that does not exist", is_beyond_64_bits),
    Difference("RDBStorage", "a step beyond 64 bits is refused; here as ValueError", is_a_step_beyond_64_bits),
    Difference("RDBStorage", "a parameter that does not fit an earlier trial's distribution, or its own, is refused", does_not_fit),
    Difference("RDBStorage", "an attribute that JSON does not know is refused", keeps_no_python),
    Difference("RDBStorage", "COMPLETE with other values than objectives is taken; InMemoryStorage fails in its cache", ends_without_its_values),
    Difference("RDBStorage", "the best among trials with other values than objectives", is_best_of_odd_ones),
    Difference("either", "which one of equally good trials is the best is nowhere said", is_best_of_equals),
    Difference("RDBStorage", "there is no best trial for several objectives, even before any is complete", is_best_of_many_objectives),
    Difference("RDBStorage", "a parameter's number is given as it was set, also outside of its range", is_a_param_out_of_its_range),
    Difference("RDBStorage", "a negative trial number is one that does not exist", counts_from_the_end),
    Difference("InMemoryStorage", "a template with an empty list of values is taken, as one without", has_an_empty_list_of_values),
    Difference("InMemoryStorage", "a parameter that is set again is replaced; RDBStorage keeps the first without a word", sets_a_param_again),
    Difference("InMemoryStorage", "a trial that was not begun (False) keeps its values as they were", is_refused_to_begin_with_values),
    Difference("InMemoryStorage", "values replace those of before, also when they are fewer", gives_fewer_values),
    Difference("RDBStorage", "keys of dictionaries become texts, as JSON has them", has_a_key_that_is_no_text),
    Difference("RDBStorage", "a begun trial that waits again is among the waiting ones; InMemoryStorage looks behind it", waits_again),
    Difference("either", "which of two faults is told is nowhere said", has_two_faults),
    Difference("RDBStorage", "half a surrogate pair in a name is refused; UnicodeEncodeError is a ValueError", has_half_a_character),
]  # fmt: skip
