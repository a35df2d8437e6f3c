"""Product usage computed a second time, from the raw rows and in plain Python, to compare the marts with.

Nothing here is shared with the SQL: it reads the raw files, decides by itself which rows count, and looks at every day
of every window. Who is who is given: it is tested elsewhere.

    usage = read_files(folder, ROOT, date(2026, 10, 31), who)       # or read_demo(ROOT, ...)
    months = customer_months(usage)                                 # (customer, month end) -> {column: value}
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import sqrt
from pathlib import Path
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

from oracle_revenue import ONE_DAY, UTC, as_flag, as_integer, as_text, as_time, read_table

ONE_HOUR = dt.timedelta(hours=1)
Row = dict[str, Any]
Days = dict[dt.date, dict[str, "Day"]]  # day -> user -> what the user did


@dataclass
class Who:
    """Whose a visitor's use is: the customer of the account, else that of the visitor; and the person."""

    customer_of_account: Mapping[str, str]
    customer_of_visitor: Mapping[str, str]
    person_of_visitor: Mapping[str, str]

    def customer(self, row: Row) -> str | None:
        """The customer of a raw row."""
        account = as_text(row.get("account_id"))
        return self.customer_of_account.get(account or "") or self.customer_of_visitor.get(row["visitor_id"])

    def user(self, row: Row) -> str:
        """The person of a raw row."""
        return self.person_of_visitor.get(row["visitor_id"], row["visitor_id"])


@dataclass
class Day:
    """A user's day (or hour, or session); minutes are nothing while none was measured."""

    events: int = 0
    minutes: int | None = None

    def add(self, events: int, minutes: int | None) -> None:
        """More use."""
        self.events += events
        if minutes is not None:
            self.minutes = (self.minutes or 0) + minutes


@dataclass
class Session:
    """A run of hours of a user, by its first one."""

    first: dt.datetime
    last: dt.datetime
    hours: int = 0
    use: Day = field(default_factory=Day)


@dataclass
class Usage:
    """Days of use and of features by customer, sessions, versions of features, and the settings."""

    last_day: dt.date
    settings: Mapping[str, Fraction]
    zone: ZoneInfo = UTC
    days: dict[str, Days] = field(default_factory=dict)
    sessions: dict[str, list[Session]] = field(default_factory=dict)
    feature_days: dict[str, dict[dt.date, set[str]]] = field(default_factory=dict)
    versions: dict[str, list[tuple[dt.date, dt.date, bool]]] = field(default_factory=dict)

    def day(self, moment: dt.datetime) -> dt.date:
        """The day of the reporting time zone on which a UTC time falls."""
        return moment.replace(tzinfo=UTC).astimezone(self.zone).date()


def read_settings(root: Path) -> dict[str, Fraction]:
    """The seed of the usage marts."""
    with (root / "seeds/rules/usage_settings.csv").open(encoding="utf-8", newline="") as file:
        return {row["setting"]: Fraction(row["value"]) for row in csv.DictReader(file)}


def append_rows(rows: Iterable[Row], end: dt.datetime, required: tuple[str, ...]) -> Iterator[Row]:
    """The sound rows of a growing table that were delivered before `end`, each once."""
    kept: dict[str, tuple[dt.datetime, Row]] = {}
    for row in rows:
        key, at = as_text(row.get("_fivetran_id")), as_time(row.get("_fivetran_synced"))
        if key and at and at < end and (key not in kept or at > kept[key][0]):
            kept[key] = (at, row)
    for _, row in kept.values():
        moment = as_time(row.get("timestamp"))
        filled = all(as_text(row.get(column)) is not None for column in required)
        numbers = all(
            as_text(row.get(c)) is None or as_integer(row[c]) is not None for c in ("num_events", "num_minutes")
        )
        if filled and numbers and moment is not None and moment < end:
            yield row | {"visitor_id": as_text(row["visitor_id"]), "timestamp": moment}


def history_rows(rows: Iterable[Row], end: dt.datetime, times: tuple[str, ...]) -> list[Row]:
    """The sound versions made before `end`."""
    found = []
    for row in rows:
        at = as_time(row.get("last_updated_at"))
        sound = all(as_text(row.get(c)) is None or as_time(row[c]) is not None for c in times)
        born = as_time(row.get(times[0]))
        if as_text(row.get("id")) and at and at < end and sound and (born is None or born < end):
            found.append(row | {"id": as_text(row["id"]), "last_updated_at": at})
    return found


def keep(read: Callable[[str], Iterable[Row]], root: Path, last_day: dt.date, who: Who, zone: ZoneInfo = UTC) -> Usage:
    """Usage from a function that gives a table's raw rows."""
    midnight = dt.datetime.combine(last_day + ONE_DAY, dt.time(), zone)
    end = midnight.astimezone(UTC).replace(tzinfo=None)
    usage = Usage(last_day, read_settings(root), zone)
    visitors = {row["id"] for row in history_rows(read("visitor_history"), end, ("first_visit", "last_visit"))}

    days: dict[str, Days] = defaultdict(lambda: defaultdict(lambda: defaultdict(Day)))
    hours: dict[tuple[str, str], dict[dt.datetime, Day]] = defaultdict(lambda: defaultdict(Day))
    for row in append_rows(read("event"), end, ("visitor_id", "num_events")):
        customer = who.customer(row)
        if row["visitor_id"] in visitors and customer:
            user, use = who.user(row), (as_integer(row["num_events"]) or 0, as_integer(row.get("num_minutes")))
            days[customer][usage.day(row["timestamp"])][user].add(*use)
            hours[customer, user][row["timestamp"]].add(*use)
    for customer, by_day in days.items():
        active = {
            day: {user: each for user, each in users.items() if each.events >= usage.settings["min_events"]}
            for day, users in by_day.items()
        }
        usage.days[customer] = {day: users for day, users in active.items() if users}
    for (customer, user), by_hour in hours.items():
        counted = {hour: use for hour, use in by_hour.items() if user in usage.days[customer].get(usage.day(hour), ())}
        usage.sessions.setdefault(customer, []).extend(sessions(counted, int(usage.settings["session_gap_hours"])))

    feature_days: dict[str, dict[dt.date, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in append_rows(read("feature_event"), end, ("visitor_id", "num_events", "feature_id")):
        customer = who.customer(row)
        if row["visitor_id"] in visitors and customer:
            feature_days[customer][usage.day(row["timestamp"])].add(as_text(row["feature_id"]) or "")
    usage.feature_days = dict(feature_days)

    versions: dict[str, list[Row]] = defaultdict(list)
    for row in history_rows(read("feature_history"), end, ("created_at",)):
        versions[row["id"]].append(row)
    for feature, rows in versions.items():
        created = min(usage.day(as_time(row.get("created_at")) or row["last_updated_at"]) for row in rows)
        ordered = sorted(rows, key=lambda row: row["last_updated_at"])
        usage.versions[feature] = [
            (created, usage.day(row["last_updated_at"]), as_flag(row.get("is_core_event"))) for row in ordered
        ]
    return usage


def sessions(hours: Mapping[dt.datetime, Day], empty_hours: int) -> list[Session]:
    """The sessions in a user's hours: looks back from each hour, one by one, for the last one that is not too far."""
    found: dict[dt.datetime, Session] = {}
    for hour in sorted(hours):
        before = [hour - n * ONE_HOUR for n in range(1, empty_hours + 2)]
        session = next((found[each] for each in before if each in found), None) or Session(hour, hour)
        session.last = hour
        session.hours += 1
        session.use.add(hours[hour].events, hours[hour].minutes)
        found[hour] = session
    return list({id(session): session for session in found.values()}.values())


def read_files(folder: Path, root: Path, last_day: dt.date, who: Who, zone: ZoneInfo = UTC) -> Usage:
    """Usage from a folder with pendo/<table>.parquet or .csv."""
    files = {file.stem: file for file in folder.glob("pendo/*.*")}
    return keep(lambda name: read_table(files[name]), root, last_day, who, zone)


def read_demo(root: Path, last_day: dt.date, who: Who) -> Usage:
    """Usage from the demo company's seeds."""
    return keep(lambda name: read_table(root / f"seeds/demo/pendo/pendo__{name}.csv"), root, last_day, who)


# ---------------------------------------------------------------- months


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """The month ends from the month of a day up to the last day, which is the last of them."""
    ends, day = [], first
    while day < last:
        if (day + ONE_DAY).month != day.month:
            ends.append(day)
        day += ONE_DAY
    return [*ends, last]


def days_until(end: dt.date, count: int) -> list[dt.date]:
    """So many days up to a day, which is one of them."""
    return [end - n * ONE_DAY for n in range(count)]


def core_features(usage: Usage, end: dt.date) -> set[str]:
    """The features that there were and that were core at the end of a day."""
    found = set()
    for feature, versions in usage.versions.items():
        known = [is_core for _, at, is_core in versions if at <= end] or [versions[0][2]]
        if versions[0][0] <= end and known[-1]:
            found.add(feature)
    return found


def customer_months(usage: Usage) -> dict[tuple[str, dt.date], Row]:
    """The columns of usage_months, computed day by day."""
    found: dict[tuple[str, dt.date], Row] = {}
    core: dict[dt.date, set[str]] = {}
    for customer, days in usage.days.items():
        if not days:
            continue
        earlier: list[Row] = []
        for end in month_ends(min(days), usage.last_day):
            if end not in core:
                core[end] = core_features(usage, end)
            row = _month(usage, customer, end, core[end])
            found[customer, end] = row | _comparison(usage.settings, earlier, row)
            earlier.append(row)
    return found


def _users(days: Days, dates: Iterable[dt.date]) -> set[str]:
    return {user for date in dates for user in days.get(date, ())}


def _month(usage: Usage, customer: str, end: dt.date, core: set[str]) -> Row:
    days, width = usage.days[customer], int(usage.settings["window_days"])
    month = days_until(end, end.day)
    last_of_previous = month[-1] - ONE_DAY
    window = days_until(end, width)
    previous = _users(days, days_until(last_of_previous, last_of_previous.day))
    before = _users(days, [day for day in days if day < month[-1]])
    now, mau = _users(days, month), _users(days, window)
    in_month = [each for day in month for each in days.get(day, {}).values()]
    in_window = [each for day in window for each in days.get(day, {}).values()]
    minutes = [each.minutes for each in in_month if each.minutes is not None]
    timed = [each.minutes for each in in_window if each.minutes is not None]
    events = sum(each.events for each in in_month)
    begun = [each for each in usage.sessions[customer] if month[-1] <= usage.day(each.first) <= end]
    timed_sessions = [each.use.minutes for each in begun if each.use.minutes is not None]
    active_days = sum(1 for day in window if day in days)
    features = {each for day in window for each in usage.feature_days.get(customer, {}).get(day, ())} & core
    return {
        "days_since_first_use": (end - min(days)).days,
        "opening_users": len(previous),
        "new_users": len(now - before),
        "resurrected_users": len((now & before) - previous),
        "dormant_users": len(previous - now),
        "active_users": len(now),
        "returning_users": len(now & previous),
        "active_days": sum(1 for day in month if day in days),
        "user_days": len(in_month),
        "events": events,
        "active_minutes": sum(minutes) if minutes or not in_month else None,
        "events_per_active_user": Fraction(events, len(now)) if now else None,
        "session_count": len(begun),
        "timed_sessions": len(timed_sessions),
        "session_minutes": sum(timed_sessions) if timed_sessions or not begun else None,
        "mean_session_minutes": Fraction(sum(timed_sessions), len(timed_sessions)) if timed_sessions else None,
        "single_event_sessions": sum(each.use.events == 1 for each in begun),
        "wau": len(_users(days, days_until(end, int(usage.settings["week_days"])))),
        "mau": len(mau),
        "window_user_days": len(in_window),
        "mean_dau": Fraction(sum(len(days.get(day, ())) for day in window), width),
        "stickiness": Fraction(len(in_window), width * len(mau)) if mau else None,
        "window_active_days": active_days,
        "active_day_share": Fraction(active_days, width),
        "core_features_used": len(features),
        "core_features_available": len(core) or None,
        "core_feature_share": Fraction(len(features), len(core)) if core else None,
        "minutes_per_user_day": Fraction(sum(timed), len(timed))
        if len(timed) >= usage.settings["short_min_user_days"]
        else None,
    }


def _comparison(settings: Mapping[str, Fraction], earlier: list[Row], row: Row) -> Row:
    """A month beside what is typical of the months before it."""
    recent = earlier[-int(settings["history_months"]) :]
    whole = [each for each in recent if each["days_since_first_use"] + 1 >= settings["window_days"]]
    names = ("mau_trend", "usage_trend", "typical_user_days", "usage_deviation", "is_sudden_drop")
    found: Row = dict.fromkeys((*names, "typical_minutes_per_user_day", "has_short_visits"))
    found["history_months"] = len(whole)
    least = settings["min_history_months"]
    if len(whole) >= least:
        days = [each["window_user_days"] for each in whole]
        for name, column in (("mau_trend", "mau"), ("usage_trend", "window_user_days")):
            usual = mean(Fraction(each[column]) for each in whole)
            found[name] = row[column] / usual if usual else None
        found["typical_user_days"] = Fraction(median(days))
        roots = [sqrt(each) for each in days]
        usual_root = median(roots)
        spread = max(1.4826 * median(abs(each - usual_root) for each in roots), float(settings["drop_min_spread"]))
        found["usage_deviation"] = (sqrt(row["window_user_days"]) - usual_root) / spread
        found["is_sudden_drop"] = (
            found["usage_deviation"] <= -settings["drop_spreads"]
            and row["window_user_days"] <= (1 - settings["drop_min_share"]) * found["typical_user_days"]
        )
    timed = [each["minutes_per_user_day"] for each in whole if each["minutes_per_user_day"] is not None]
    if len(timed) >= least:
        usual = found["typical_minutes_per_user_day"] = median(timed)
        if row["minutes_per_user_day"] is not None:
            far = Fraction("1.4826") * median(abs(each - usual) for each in timed)
            far = max(far, settings["short_min_spread_share"] * usual)
            minutes = row["minutes_per_user_day"]
            found["has_short_visits"] = (
                minutes - usual <= -settings["short_spreads"] * far
                and minutes <= (1 - settings["short_min_share"]) * usual
            )
    return found
