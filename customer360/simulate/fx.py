"""Exchange rates into EUR: a fixed function of the date, the same for every seed, constant within a month."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

REPORTING = "EUR"
#: rate = level * (1 + swing * sin(...) + smaller swing)
CURRENCIES = {"USD": (0.915, 0.035, 0.0), "GBP": (1.172, 0.022, 1.3), "JPY": (0.00622, 0.055, 2.2)}
#: Digits after the point of each currency's smallest unit.
MINOR_DIGITS = {"eur": 2, "usd": 2, "gbp": 2, "jpy": 0}


@lru_cache(maxsize=4096)
def rate(currency: str, year: int, month: int) -> Decimal:
    """EUR for one unit of the currency in that month."""
    if currency.upper() == REPORTING:
        return Decimal(1)
    level, swing, phase = CURRENCIES[currency.upper()]
    n = year * 12 + month
    value = level * (1 + swing * math.sin(n / 5.3 + phase) + 0.35 * swing * math.sin(n * 1.9 + 2 * phase))
    return Decimal(f"{value:.6f}")


def exchange_rate_rows(first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, str, str, Decimal]]:
    """One row a day and currency: rate_date, from_currency, to_currency, rate."""
    day = first
    while day <= last:
        for currency in sorted(CURRENCIES):
            yield day, currency, REPORTING, rate(currency, day.year, day.month)
        day += dt.timedelta(days=1)
