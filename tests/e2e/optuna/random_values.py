"""Random arguments of Optuna's storage methods, plain ones and, more rarely, those at the edges."""
import math
from datetime import datetime, timedelta

from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

EDGES = 0.08  # of the arguments
TEXTS = ["", " ", "ä", "日本語", "🦀" * 3, "a\nb\t\"\\'", "\0", "%2F/..?&#", "'; DROP TABLE studies; --", "x" * 3000, "a\u0301", "\u2028", "nan", "\ud800"]
NUMBERS = [0.0, -0.0, 1e308, -1e308, 5e-324, 1e-300, math.inf, -math.inf, 0.1 + 0.2, float(2**53 + 2)]
WHOLE = [0, -1, 2**31 - 1, 2**31, -(2**31), 2**53 + 1, 2**63 - 1, -(2**63), 2**63]
VALUES = [
    None, True, False, 0, -1, 2**63, -(2**70), 10**40, 1e308, math.inf, -math.inf, "", "\0", "\ud800", "ü" * 50, "x" * 3000, [], {}, {1: 2}, {3, 4},
    [1, [2, [3, {"a": None}]]], {"": {"b": [True, 1.5]}}, {"\u2028": "🦀"}, list(range(200)),
]  # fmt: skip
DISTRIBUTIONS = [
    FloatDistribution(0.0, 1.0), FloatDistribution(-1e300, 1e300), FloatDistribution(1e-9, 1.0, log=True), FloatDistribution(0.0, 1.0, step=0.25),
    IntDistribution(0, 10), IntDistribution(1, 1000, log=True), IntDistribution(-(2**53), 2**53), IntDistribution(0, 10, step=5),
    CategoricalDistribution(["a", "b", "ü"]), CategoricalDistribution([None, True, 1.5, "x"]), CategoricalDistribution([0, 1]),
]  # fmt: skip
NAMES = ["x", "y", "z", "a long name with ünicode", ""]


class RandomValues:
    """Everything is drawn from `source` (random.Random), so a seed gives the same arguments again."""

    def __init__(self, source):
        self.source = source

    def is_at_the_edge(self):
        return self.source.random() < EDGES

    def text(self):
        return self.source.choice(TEXTS) if self.is_at_the_edge() else f"name {self.source.randrange(12)}"

    def number(self, with_nan=False):
        if with_nan and self.is_at_the_edge():
            return math.nan
        return self.source.choice(NUMBERS) if self.is_at_the_edge() else round(self.source.uniform(-5, 5), 2)

    def step(self):
        return self.source.choice(WHOLE) if self.is_at_the_edge() else self.source.randrange(8)

    def attribute(self):
        return self.source.choice(VALUES) if self.source.random() < 0.4 else self.number()

    def directions(self):
        count = self.source.choice([1, 1, 1, 2, 3])
        return [self.source.choice([StudyDirection.MINIMIZE, StudyDirection.MAXIMIZE]) for _ in range(count)]

    def values(self, objectives):
        """Of a trial: as many as there are objectives, or, at the edge, none or others."""
        if self.is_at_the_edge():
            return self.source.choice([None, [], [math.nan] * objectives, [1.0] * (objectives + 1)])
        return [self.number() for _ in range(objectives)]

    def param(self, name=None):
        """Its name, a value as it is kept, its distribution: for one name mostly the same one."""
        name = self.source.choice(NAMES) if name is None else name
        place = NAMES.index(name) * 2 if not self.is_at_the_edge() else self.source.randrange(len(DISTRIBUTIONS))
        distribution = DISTRIBUTIONS[place]
        if isinstance(distribution, CategoricalDistribution):
            return name, float(self.source.randrange(len(distribution.choices))), distribution
        if self.is_at_the_edge():
            return name, self.source.choice([-1e9, 1e9, float(distribution.low), float(distribution.high)]), distribution
        if isinstance(distribution, IntDistribution):
            return name, float(self.source.randint(distribution.low, distribution.high)), distribution
        return name, self.source.uniform(max(distribution.low, -10), min(distribution.high, 10)), distribution

    def state(self):
        return self.source.choice(list(TrialState))

    def states(self):
        return self.source.choice([None, (TrialState.WAITING,), (TrialState.COMPLETE, TrialState.PRUNED), (TrialState.RUNNING,), ()])

    def template(self, objectives):
        state = self.state()
        begun = datetime(2026, 1, 1) + timedelta(microseconds=self.source.randrange(10**15))
        params = [self.param(name) for name in self.source.sample(NAMES, self.source.randrange(3))]
        attributes = lambda: {self.text(): self.attribute() for _ in range(self.source.randrange(3))}
        return FrozenTrial(
            number=-1, trial_id=-1, state=state, value=None,
            values=self.values(objectives) if state == TrialState.COMPLETE else None,
            datetime_start=None if state == TrialState.WAITING else begun,
            datetime_complete=begun + timedelta(seconds=1) if state.is_finished() else None,
            params={name: distribution.to_external_repr(value) for name, value, distribution in params},
            distributions={name: distribution for name, _, distribution in params},
            user_attrs=attributes(), system_attrs=attributes(),
            intermediate_values={self.step(): self.number(with_nan=True) for _ in range(self.source.randrange(3))},
        )  # fmt: skip
