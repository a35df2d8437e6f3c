"""What nobody sees: each customer's traits and their state month by month, from which everything visible follows.

The chance to leave in month m depends on the state three months earlier. So at any month end the true chance to leave
in the next 90 days is known exactly, and usage, tickets and answers of the last three months carry it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Months between a state and its effect on leaving.
LAG = 3
#: Months beyond the window for which chances are known.
AHEAD = 5

VOLUNTARY = 0.0080  # chance a month at the median state, for a monthly plan
NON_PAYMENT = 0.0030
AT_ONCE = 0.0010
PAUSE = 0.0012
#: How many months' worth of the chance fall due at the end of a longer term.
TERM_FACTOR = {1: 1.0, 3: 2.4, 12: 6.5}


@dataclass
class Latents:
    """Arrays of a block: traits (customers,), states (customers, months from -LAG)."""

    fit: np.ndarray
    price: np.ndarray
    support: np.ndarray
    payment: np.ndarray
    responsive: np.ndarray
    size: np.ndarray
    engagement: np.ndarray
    friction: np.ndarray
    champion: np.ndarray  # bool
    champion_left: np.ndarray  # bool: left in this month
    hidden: np.ndarray  # bool: a reason to leave that leaves no trace
    leave: np.ndarray  # chance to leave by own decision, month m at [:, m]
    no_pay: np.ndarray  # chance to be cut off for non-payment, month m at [:, m]

    def chance(self, i: int, month: int, term: int) -> float:
        """True chance of customer i to leave at the end of a term (in months) that falls into that month."""
        h = float(self.leave[i, min(max(month, 0), self.leave.shape[1] - 1)])
        return 1.0 - (1.0 - h) ** TERM_FACTOR[term]

    def driver(self, i: int, month: int) -> str:
        """What weighed most when customer i left in that month."""
        parts = {
            "low engagement": -0.95 * self.state("engagement", i, month - LAG),
            "poor fit": -0.35 * float(self.fit[i]),
            "friction": 0.42 * self.state("friction", i, month - LAG),
            "champion left": 0.75 * (1.0 - self.state("champion", i, month - LAG)),
            "price": 0.30 * float(self.price[i]),
            "not visible": 1.7 * self.state("hidden", i, month - LAG),
        }
        return max(parts, key=parts.__getitem__)

    def state(self, name: str, i: int, month: int) -> float:
        """State of customer i in a month of the window (clamped to what was simulated)."""
        array = getattr(self, name)
        return float(array[i, min(max(month + LAG, 0), array.shape[1] - 1)])


def simulate_latents(rng: np.random.Generator, size: int, months: int, start_month: np.ndarray) -> Latents:
    """Traits and monthly states of `size` customers over LAG + months + AHEAD months."""
    columns = LAG + months + AHEAD
    fit, price, support, payment, responsive, scale = rng.standard_normal((6, size))
    mean = 0.55 * fit - 0.10 * support
    engagement = np.empty((size, columns))
    friction = np.empty((size, columns))
    champion = np.empty((size, columns), dtype=bool)
    champion_left = np.zeros((size, columns), dtype=bool)
    hidden = np.zeros((size, columns), dtype=bool)
    noise = rng.standard_normal((columns, 2, size))
    luck = rng.random((columns, 3, size))

    e = mean + 0.75 * noise[0, 0]
    f = 0.30 * support + 0.8 * noise[0, 1]
    here = luck[0, 0] > 0.06
    trouble = np.zeros(size, dtype=np.int64)
    for t in range(columns):
        if t:
            gone = here & (luck[t, 0] < 0.016)
            back = ~here & (luck[t, 0] < 0.28)
            here = (here & ~gone) | back
            champion_left[:, t] = gone
            spike = luck[t, 1] < 0.035
            f = 0.30 * support + 0.62 * (f - 0.30 * support) + 0.62 * noise[t, 1] + 1.5 * spike
            e = mean + 0.84 * (e - mean) + 0.40 * noise[t, 0] - 0.75 * gone - 0.12 * np.maximum(f, 0.0)
            e += 0.35 * back
            starts = luck[t, 2] < 0.005
            trouble = np.where(starts, 7, np.maximum(trouble - 1, 0))
        engagement[:, t], friction[:, t], champion[:, t], hidden[:, t] = e, f, here, trouble > 0

    risk = (
        -0.95 * engagement
        - 0.35 * fit[:, None]
        + 0.42 * friction
        + 0.75 * ~champion
        + 0.30 * price[:, None]
        + 1.7 * hidden
    )
    age = np.arange(months + AHEAD)[None, :] - start_month[:, None]
    young = np.where(age <= 5, 0.20, np.where(age > 18, -0.25, 0.0))
    leave = np.minimum(VOLUNTARY * np.exp(0.95 * risk[:, : months + AHEAD] + young), 0.45)
    no_pay = np.minimum(NON_PAYMENT * np.exp(-0.9 * payment - 0.35), 0.08)
    return Latents(
        fit,
        price,
        support,
        payment,
        responsive,
        scale,
        engagement,
        friction,
        champion,
        champion_left,
        hidden,
        leave,
        np.repeat(no_pay[:, None], months + AHEAD, axis=1),
    )
