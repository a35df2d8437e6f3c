"""Time, in whole seconds since 1970 (UTC): calendar months, working hours, delivery days."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60, 3600, 86400
#: Seconds after midnight UTC at which the loader delivers the changes of a day.
DELIVERY = 23 * HOUR + 59 * MINUTE + 30


def epoch(day: dt.date) -> int:
    """Midnight UTC at the start of a day."""
    return (day.toordinal() - 719163) * DAY


def date_of(t: int) -> dt.date:
    """The day (UTC) of an instant."""
    return dt.date.fromordinal(t // DAY + 719163)


def add_months(t: int, months: int, anchor_day: int | None = None) -> int:
    """Same time of day, `months` later, on the anchor day or the month's last day if it is shorter."""
    d = date_of(t)
    y, m = divmod(d.year * 12 + d.month - 1 + months, 12)
    day = min(anchor_day or d.day, _month_days(y, m + 1))
    return (_month_start(y, m + 1) + day - 1) * DAY + t % DAY


@lru_cache(maxsize=4096)
def _month_days(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


@lru_cache(maxsize=4096)
def _month_start(year: int, month: int) -> int:
    return dt.date(year, month, 1).toordinal() - 719163


class Months:
    """The simulated months: month i lasts from `start[i]` to `start[i + 1]`, exclusive."""

    def __init__(self, first: dt.date, count: int, extra: int = 0) -> None:
        self.first = first
        self.count = count
        self.start = [self.of(i) for i in range(count + extra + 1)]
        self.begin = self.start[0]
        self.end = self.start[count]

    def of(self, i: int) -> int:
        """Start of month i, which may lie outside the window."""
        y, m = divmod(self.first.year * 12 + self.first.month - 1 + i, 12)
        return _month_start(y, m + 1) * DAY

    def index(self, t: int) -> int:
        """The month in which an instant lies."""
        d = date_of(t)
        return (d.year - self.first.year) * 12 + d.month - self.first.month

    def last_day(self, i: int) -> dt.date:
        """The last day of month i."""
        return date_of(self.of(i + 1) - DAY)


@lru_cache(maxsize=200_000)
def _offset(zone: str, hour: int) -> int:
    moment = dt.datetime.fromtimestamp(hour * HOUR, dt.UTC)
    return int(moment.astimezone(ZoneInfo(zone)).utcoffset().total_seconds())  # type: ignore[union-attr]


def utc_offset(zone: str, t: int) -> int:
    """Seconds by which local time is ahead of UTC at the instant t."""
    return _offset(zone, t // HOUR)


def working_time(t: int, zone: str, spread: int = 0, opens: int = 9, closes: int = 17) -> int:
    """The first instant at or after t inside Mon-Fri, opens-closes local; `spread` seconds are added
    to the opening when t itself lies outside."""
    local = t + utc_offset(zone, t)
    day, second = divmod(local, DAY)
    weekday = (day + 3) % 7
    if weekday < 5 and opens * HOUR <= second < closes * HOUR:
        return t
    if weekday >= 5 or second >= closes * HOUR:
        day += 1
        while (day + 3) % 7 >= 5:
            day += 1
    local = day * DAY + opens * HOUR + spread % ((closes - opens) * HOUR)
    return local - utc_offset(zone, local)


def add_working_seconds(t: int, seconds: int, zone: str) -> int:
    """t plus a duration counted on a Mon-Fri 9-17 clock."""
    t = working_time(t, zone)
    while True:
        local = t + utc_offset(zone, t)
        left = 17 * HOUR - local % DAY
        if seconds < left:
            return t + seconds
        seconds -= left
        t = working_time(t + left, zone)


def delivered_at(day: int) -> int:
    """The instant at which the loader delivers the changes of a day (number)."""
    return day * DAY + DELIVERY
