"""Random numbers for code that decides one thing at a time: numpy streams, drawn in bulk, handed out one by one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def stream(seed: int, *key: int) -> np.random.Generator:
    """An independent generator for a (block, purpose): the same whatever else is drawn elsewhere."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy=seed, spawn_key=key)))


class Dice:
    """One at a time, fast, deterministic."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._uniform: list[float] = []
        self._gauss: list[float] = []

    def u(self) -> float:
        """Uniform in [0, 1)."""
        if not self._uniform:
            self._uniform = self._rng.random(4096).tolist()
        return self._uniform.pop()

    def chance(self, p: float) -> bool:
        """True with probability p."""
        return self.u() < p

    def normal(self) -> float:
        """Standard normal."""
        if not self._gauss:
            self._gauss = self._rng.standard_normal(4096).tolist()
        return self._gauss.pop()

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.u() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, all equally likely."""
        return items[int(self.u() * len(items))]

    def weighted(self, items: Sequence[T], cumulated: Sequence[float]) -> T:
        """One item; `cumulated` are the running sums of its weights, ending at 1."""
        x = self.u()
        for item, edge in zip(items, cumulated, strict=False):
            if x < edge:
                return item
        return items[-1]

    def exponential(self, mean: float) -> float:
        """Exponential with that mean."""
        return -mean * math.log(1.0 - self.u())

    def lognormal(self, median: float, sigma: float) -> float:
        """Lognormal with that median."""
        return median * math.exp(sigma * self.normal())

    def poisson(self, mean: float) -> int:
        """Small means only."""
        if mean <= 0.0:
            return 0
        limit, k, product = math.exp(-mean), 0, self.u()
        while product > limit:
            k += 1
            product *= self.u()
        return k


def running_sums(weights: Sequence[float]) -> list[float]:
    """Running sums of weights, scaled to end at 1."""
    total = sum(weights)
    out, acc = [], 0.0
    for w in weights:
        acc += w / total
        out.append(acc)
    return out


def logistic(x: float) -> float:
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + math.exp(-x))
