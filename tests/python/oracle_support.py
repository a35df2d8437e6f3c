"""Support figures computed a second time, from the raw rows and in plain Python, to compare the marts with.

Nothing here is shared with the SQL: it reads the raw files, decides by itself which rows count, walks through the days
of a schedule one by one, and looks at each ticket by itself. What the simulator does not deliver (audit log, the help
desk's own time zones) is left to unit tests.

    desk = read_files(folder, root, date(2026, 10, 31))       # or read_demo(root, ...)
    tickets = ticket_metrics(desk, {"ticket id": "customer"})
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from oracle_revenue import as_flag, as_integer, as_text, as_time, read_table

UTC = dt.UTC
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
Row = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """What a raw row must have to count. `is_event`: rows never change, so a late one was not known before."""

    key: tuple[str, ...]
    required: tuple[str, ...]
    times: tuple[str, ...]
    made: str = ""
    integers: tuple[str, ...] = ()
    is_event: bool = False
    flag: str = ""  # the column that marks a row as removed


SHAPES = {
    "ticket": Shape(("id",), ("status", "created_at"), ("created_at", "updated_at", "due_at"), "created_at"),
    "ticket_comment": Shape(("id",), ("ticket_id", "created"), ("created",), "created", is_event=True),
    "ticket_field_history": Shape(
        ("ticket_id", "field_name", "updated", "value"), ("updated",), ("updated",), "updated", is_event=True
    ),
    "ticket_schedule": Shape(
        ("ticket_id", "created_at"), ("schedule_id",), ("created_at",), "created_at", is_event=True
    ),
    "user": Shape(("id",), ("created_at",), ("created_at", "updated_at", "last_login_at"), "created_at"),
    "satisfaction_rating": Shape(
        ("id",), ("ticket_id", "score", "created_at"), ("created_at", "updated_at"), "created_at"
    ),
    "schedule": Shape(
        ("id", "start_time"),
        ("time_zone", "end_time"),
        ("created_at",),
        "created_at",
        ("start_time", "end_time"),
        flag="_fivetran_deleted",
    ),
    "schedule_holiday": Shape(
        ("id",), ("schedule_id", "start_date", "end_date"), ("start_date", "end_date"), flag="_fivetran_deleted"
    ),
}


def usable(name: str, rows: Iterable[Row], end: dt.datetime) -> list[Row]:
    """The rows that are known before `end` and sound, each once: of the copies delivered before `end` the one that the
    tool changed last, then the latest delivery."""
    shape = SHAPES[name]
    kept: dict[tuple[Any, ...], tuple[tuple[bool, dt.datetime, dt.datetime], Row]] = {}
    for row in rows:
        synced = as_time(row.get("_fivetran_synced"))
        made = as_time(row.get(shape.made)) if shape.made else None
        delivered = synced < end if synced else made is None or made < end
        if not (delivered or (not shape.is_event and (not shape.made or (made is not None and made < end)))):
            continue
        key = tuple(
            as_time(row.get(column)) if column in shape.times else as_text(row.get(column)) for column in shape.key
        )
        if name == "ticket_field_history":  # a field may be emptied
            key = (*key[:-1], key[-1] or "")
        if None in key or any(as_text(row.get(column)) is None for column in shape.required):
            continue
        at = synced or dt.datetime.min
        changed = as_time(row.get("updated_at")) if delivered and "updated_at" in shape.times else None
        rank = (
            delivered,
            changed or dt.datetime.min,
            at if delivered else dt.datetime.max - (at - dt.datetime.min),
        )
        if key not in kept or rank > kept[key][0]:
            kept[key] = (rank, row)
    found = []
    for (*_, at), row in kept.values():
        if any(as_text(row.get(column)) is not None and as_time(row[column]) is None for column in shape.times):
            continue
        if shape.made and (as_time(row[shape.made]) or dt.datetime.min) >= end:
            continue
        if shape.flag and as_flag(row.get(shape.flag)) and at < end:
            continue
        typed = {column: as_text(value) for column, value in row.items()}
        typed |= {column: as_time(row.get(column)) for column in shape.times}
        typed |= {column: as_integer(row.get(column)) for column in shape.integers}
        if name == "ticket" and typed["status"].lower() == "deleted" and (typed.get("updated_at") or at) < end:
            continue
        found.append(typed)
    return found


# ---------------------------------------------------------------- business hours


@dataclass
class Schedule:
    """Weekly opening hours in the wall-clock time of a place, and days on which it is closed."""

    ident: str
    zone: ZoneInfo
    created: dt.datetime | None
    week: list[tuple[int, int]] = field(default_factory=list)  # minutes since Sunday midnight
    closed: set[dt.date] = field(default_factory=set)
    _open: dict[dt.date, list[tuple[dt.datetime, dt.datetime]]] = field(default_factory=dict)

    def on(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """When it is open on a day of its place, as UTC instants."""
        if day not in self._open:
            found: list[tuple[dt.datetime, dt.datetime]] = []
            sunday = (day.weekday() + 1) % 7 * 1440
            midnight = dt.datetime.combine(day, dt.time())
            for first, last in self.week:
                for shift in (sunday, sunday + 7 * 1440):
                    a, b = max(first - shift, 0), min(last - shift, 1440)
                    if a < b and day not in self.closed:
                        found.append((self._instant(midnight + a * MINUTE), self._instant(midnight + b * MINUTE)))
            self._open[day] = found
        return self._open[day]

    def _instant(self, wall: dt.datetime) -> dt.datetime:
        return wall.replace(tzinfo=self.zone, fold=0).astimezone(UTC).replace(tzinfo=None)

    def minutes(self, begin: dt.datetime, end: dt.datetime) -> int:
        """Whole minutes between two UTC instants at which it is open."""
        open_time = dt.timedelta()
        day = begin.date() - DAY
        while day <= end.date() + DAY:
            for opens, closes in self.on(day):
                open_time += max(min(closes, end) - max(opens, begin), dt.timedelta())
            day += DAY
        return open_time // MINUTE


# ---------------------------------------------------------------- the help desk


@dataclass
class Desk:
    """The help desk's usable rows on a day, and the rules."""

    end: dt.datetime
    tables: dict[str, list[Row]]
    zones: dict[str, str]
    settings: dict[str, int]
    automations: set[tuple[str, str]]
    group_schedules: dict[str, str]
    prefixes: set[str]
    agents_once: set[str]  # users that were delivered as agents at some time

    def __getitem__(self, name: str) -> list[Row]:
        return self.tables[name]

    def schedules(self) -> list[Schedule]:
        """All schedules, the first one first."""
        found: dict[str, Schedule] = {}
        for row in self["schedule"]:
            name = row["time_zone"]
            zone = self.zones.get(name) or (name if name in self.zones.values() else None)
            if zone is None:
                continue
            each = found.setdefault(row["id"], Schedule(row["id"], ZoneInfo(zone), row["created_at"]))
            each.week.append((row["start_time"], row["end_time"]))
        for row in self["schedule_holiday"]:
            if row["schedule_id"] in found:
                day, last = row["start_date"].date(), row["end_date"].date()
                while day <= last:
                    found[row["schedule_id"]].closed.add(day)
                    day += DAY
        return sorted(found.values(), key=lambda each: (each.created or dt.datetime.max, each.ident))


def read_desk(read: Callable[[str], Iterable[Row]], root: Path, last_day: dt.date) -> Desk:
    """A desk from a function that gives a table's raw rows; the day ends at midnight UTC."""

    def rule(name: str) -> list[dict[str, str]]:
        with (root / f"seeds/rules/{name}.csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    end = dt.datetime.combine(last_day + DAY, dt.time())
    return Desk(
        end,
        {name: usable(name, read(name), end) for name in SHAPES},
        {row["time_zone"]: row["iana_name"] for row in rule("time_zones")},
        {row["setting"]: int(row["value"]) for row in rule("support_settings")},
        {(row["match_on"], row["match_value"]) for row in rule("support_automations")},
        {row["group_id"]: row["schedule_id"] for row in rule("support_group_schedules")},
        {row["prefix"] for row in rule("support_reply_prefixes")},
        {
            str(as_text(row["id"]))
            for row in read("user")
            if is_agents(row) and (as_time(row["_fivetran_synced"]) or end) < end
        },
    )


def read_files(folder: Path, root: Path, last_day: dt.date) -> Desk:
    """A desk from a folder with zendesk/<table>.parquet or .csv."""
    files = {file.stem: file for file in folder.glob("zendesk/*.*")}
    return read_desk(lambda name: read_table(files[name]) if name in files else (), root, last_day)


def read_demo(root: Path, last_day: dt.date) -> Desk:
    """A desk from the demo company's seeds."""
    return read_desk(lambda name: read_table(root / f"seeds/demo/zendesk/zendesk__{name}.csv"), root, last_day)


# ---------------------------------------------------------------- tickets


def topic_of(subject: str | None, prefixes: set[str]) -> str | None:
    """What a subject is about: its words without capitals, accents, signs, and "Re:"."""
    text = unicodedata.normalize("NFKD", (subject or "").replace("–", "-").lower().replace("ß", "ss"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    words = re.sub(r"[^0-9a-z\u00c0-\ufffd]+", " ", text).split()
    while words and words[0] in prefixes:
        words.pop(0)
    return " ".join(words) or None


def is_agents(user: Row) -> bool:
    """Whether the role of a user is one of those who answer."""
    return (as_text(user.get("role")) or "end-user").lower() != "end-user"


def staff(desk: Desk) -> set[str]:
    """Everybody who ever answered: agents of some time, those who had tickets, and authors of internal notes on others'
    tickets, unless they ask for something themselves, belong to a customer or write from the requester's domain."""
    users = {row["id"]: row for row in desk["user"]}
    tickets = {row["id"]: row for row in desk["ticket"]}
    known = {ident for ident, row in users.items() if is_agents(row)} | desk.agents_once
    known |= {row["value"] for row in desk["ticket_field_history"] if row["field_name"].lower() == "assignee_id"}
    known |= {row["assignee_id"] for table in ("ticket", "satisfaction_rating") for row in desk[table]}
    ours = {users[ident]["organization_id"] for ident in known if ident in users}
    asking = {row["requester_id"] for row in desk["ticket"]}

    def domain(ident: str | None) -> str:
        return ((users.get(ident or "") or {}).get("email") or "").lower().partition("@")[2]

    for row in desk["ticket_comment"]:
        author, ticket = row["user_id"], tickets.get(row["ticket_id"])
        if as_flag(row["public"]) is not False or as_text(row["public"]) is None or author is None or ticket is None:
            continue
        home = (users.get(author) or {}).get("organization_id")
        of_theirs = domain(author) and domain(author) == domain(ticket["requester_id"])
        if author not in asking and (home is None or home in ours) and not of_theirs:
            known.add(author)
    return {ident for ident in known if ident is not None}


#: The life of a ticket: what comes later when both happened in one second.
_LIFE = {status: place for place, status in enumerate(("new", "open", "pending", "hold", "solved", "closed"), 1)}


def in_order(changes: Iterable[Row]) -> list[Row]:
    """The changes of one field in order. Within a second: nothing changes to what it was; a later status is later."""
    found: list[Row] = []
    by_second: dict[dt.datetime, list[Row]] = defaultdict(list)
    for row in changes:
        by_second[row["updated"]].append(row)
    for second in sorted(by_second):
        before = (found[-1]["value"] or "") if found else None

        def place(row: Row, before: str | None = before) -> tuple[bool, int, int, str]:
            value = row["value"] or ""
            return value == before, _LIFE.get(value.lower(), 0), len(value), value

        found += sorted(by_second[second], key=place)
    return found


def _changes(values: Iterable[str | None]) -> int:
    told = [value for value in values if value is not None]
    return sum(a != b for a, b in pairwise(told))


def ticket_metrics(desk: Desk, customers: Mapping[str, str]) -> dict[str, Row]:
    """Ticket id -> what ticket_metrics should say. `customers`: who is who has its own tests."""
    users = {row["id"]: row for row in desk["user"]}
    humans = {ident for ident in staff(desk) if not _is_automation(users.get(ident) or {"id": ident}, desk)}
    tickets = {row["id"]: row for row in desk["ticket"]}
    merged = {
        str(other)
        for row in desk["ticket"]
        for other in json.loads(row["merged_ticket_ids"] or "[]")
        if str(other) != row["id"]
    }
    comments: dict[str, list[Row]] = defaultdict(list)
    for row in desk["ticket_comment"]:
        comments[row["ticket_id"]].append(row)
    history: dict[str, list[Row]] = defaultdict(list)
    for row in desk["ticket_field_history"]:
        history[row["ticket_id"]].append(row)
    ratings: dict[str, list[tuple[dt.datetime, str]]] = defaultdict(list)
    for row in desk["satisfaction_rating"]:
        when, score = row["updated_at"] or row["created_at"], row["score"].lower()
        if when < desk.end and score[:3] in ("goo", "bad"):
            ratings[row["ticket_id"]].append((when, "good" if score.startswith("good") else "bad"))

    schedules = desk.schedules()
    moves: dict[str, list[tuple[dt.datetime, Schedule]]] = defaultdict(list)
    for row in sorted(desk["ticket_schedule"], key=lambda row: row["created_at"]):
        moves[row["ticket_id"]] += [(row["created_at"], each) for each in schedules if each.ident == row["schedule_id"]]
    found: dict[str, Row] = {}
    openings: dict[tuple[str, str], list[dt.datetime]] = defaultdict(list)
    for ident, ticket in tickets.items():
        contact = customers.get(ident) or ticket["requester_id"]
        topic = topic_of(ticket["subject"], desk.prefixes)
        if contact and topic:
            openings[contact, topic].append(ticket["created_at"])
    for times in openings.values():
        times.sort()

    for ident, ticket in tickets.items():
        created = ticket["created_at"]
        past: dict[str, list[Row]] = defaultdict(list)
        for row in history[ident]:
            past[row["field_name"].lower()].append(row)
        for name in past:
            past[name] = in_order(past[name])

        # replies
        said = sorted(comments[ident], key=lambda row: (row["created"], len(row["id"]), row["id"]))
        by_agents = [
            row
            for row in said
            if as_flag(row["public"]) and row["user_id"] in humans and row["user_id"] != ticket["requester_id"]
        ]
        submitter = ticket["submitter_id"]
        by_agent = submitter in humans and submitter != ticket["requester_id"]
        limit = dt.timedelta(seconds=desk.settings["opening_comment_seconds"])
        opens = bool(said) and said[0]["user_id"] == submitter and said[0]["created"] - created <= limit
        replies = [row for row in by_agents if not (opens and row is said[0])]

        # solutions
        solved: list[dt.datetime] = []
        returned: list[dt.datetime] = []
        state = False
        for row in past["status"]:
            now = (row["value"] or "").lower() in ("solved", "closed")
            if now != state:
                (solved if now else returned).append(row["updated"])
            state = now
        status = (past["status"][-1]["value"] if past["status"] else ticket["status"]).lower()
        is_open = status not in ("solved", "closed")
        counted = is_open or ident not in merged

        # fields
        def values(name: str, past: Mapping[str, list[Row]] = past) -> list[str | None]:
            return [row["value"] for row in past[name]]

        def first(name: str, ident: str = ident, ticket: Row = ticket, values: Any = values) -> str | None:
            if not history[ident]:
                return ticket[name]
            return next((value for value in values(name) if value is not None), None)

        def last(name: str, ident: str = ident, ticket: Row = ticket, values: Any = values) -> str | None:
            return (values(name) or [None])[-1] if history[ident] else ticket[name]

        # whose hours
        agent = first("assignee_id") or (replies[0]["user_id"] if replies else None)
        schedule = next((each for each in schedules if each.ident == desk.group_schedules.get(first("group_id"))), None)
        if schedule is None and agent in users and not desk["ticket_schedule"]:
            name = users[agent]["time_zone"]
            zone = desk.zones.get(name, name)
            schedule = next((each for each in schedules if each.zone.key == zone), None)
        if schedule is None and schedules:
            schedule = schedules[0]

        def schedule_at(moment: dt.datetime, ident: str = ident, by_rule: Any = schedule) -> Schedule | None:
            return next((each for when, each in reversed(moves[ident]) if when <= moment), by_rule)

        def times(
            name: str,
            at: dt.datetime | None,
            counted: bool = counted,
            created: dt.datetime = created,
            schedule_at: Any = schedule_at,
        ) -> Row:
            known = counted and at is not None
            by = schedule_at(at) if known else None
            return {
                f"{name}_minutes": max((at - created) // MINUTE, 0) if known else None,
                f"{name}_business_minutes": by.minutes(created, at) if known and by else None,
            }

        # contacts after the first solution
        contact, topic = customers.get(ident) or ticket["requester_id"], topic_of(ticket["subject"], desk.prefixes)
        again: list[dt.datetime] = returned[:1]
        if solved and contact and topic:
            line = openings[contact, topic]
            again += line[bisect_right(line, solved[0]) :][:1]
        until = solved[0] + desk.settings["fcr_window_days"] * DAY if solved else None
        is_solved = counted and not is_open
        found[ident] = {
            "topic": topic,
            "ticket_status": status,
            "is_open": is_open,
            "priority": (last("priority") or "").lower() or None,
            "sla_priority": (first("priority") or "").lower() or None,
            "group_id": last("group_id"),
            "assignee_key": f"zendesk.user:{last('assignee_id')}" if last("assignee_id") else None,
            "schedule_key": f"zendesk.schedule:{schedule_at(desk.end).ident}" if schedules else None,
            "is_opened_by_agent": by_agent,
            "is_counted": counted,
            "first_replied_at": replies[0]["created"] if replies else None,
            "reply_count": len(replies) if desk["ticket_comment"] else None,
            "first_solved_at": solved[0] if solved else None,
            "solved_at": solved[-1] if solved and not is_open else None,
            "reopen_count": max(len(solved) - 1, 0) if past["status"] else None,
            "agent_handovers": _changes(values("assignee_id")) if history[ident] else None,
            "group_handovers": _changes(values("group_id")) if history[ident] else None,
            **times("first_reply", replies[0]["created"] if replies else None),
            **times("first_resolution", solved[0] if solved else None),
            **times("full_resolution", solved[-1] if solved and not is_open else None),
            "is_unreplied": (not replies and not by_agent) if counted and desk["ticket_comment"] else None,
            "touch": ("zero_touch", "one_touch", "two_touch", "multi_touch")[min(len(replies), 3)]
            if is_solved and desk["ticket_comment"]
            else None,
            "is_one_touch_fcr": len(replies) == 1 if is_solved and replies else None,
            "is_fcr": all(when > until for when in again) if counted and until else None,
            "is_fcr_provisional": until >= desk.end if counted and until else None,
            "recontacted_at": min(again, default=None),
            "satisfaction": max(ratings[ident])[1] if ratings[ident] else None,
        }
    return found


def open_tickets(desk: Desk, tickets: Iterable[str], moment: dt.datetime) -> int:
    """How many of the tickets were open just before a moment: the last status that each had been given by then."""
    wanted, status = set(tickets), dict[str, str]()
    changes: dict[str, list[Row]] = defaultdict(list)
    for row in desk["ticket_field_history"]:
        if row["field_name"].lower() == "status" and row["ticket_id"] in wanted and row["updated"] < moment:
            changes[row["ticket_id"]].append(row)
    for ident, rows in changes.items():
        status[ident] = in_order(rows)[-1]["value"].lower()
    return sum(each not in ("solved", "closed") for each in status.values())


def months(desk: Desk, tickets: Mapping[str, Row], created: Mapping[str, dt.datetime]) -> dict[dt.date, dict[str, int]]:
    """Month end -> what support_months should say of the company. `tickets` are those of ticket_metrics()."""
    last = (desk.end - DAY).date()

    def month_of(moment: dt.datetime) -> dt.date:
        following = dt.date(moment.year + moment.month // 12, moment.month % 12 + 1, 1)
        return min(following - DAY, last)

    found: dict[dt.date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for ident, row in tickets.items():
        found[month_of(created[ident])]["created_tickets"] += 1
        for happened, name, time in (
            ("first_replied_at", "first_replied", "first_reply"),
            ("first_solved_at", "first_resolved", "first_resolution"),
            ("solved_at", "full_resolved", "full_resolution"),
        ):
            if row["is_counted"] and row[happened]:
                month = found[month_of(row[happened])]
                month[f"{name}_tickets"] += 1
                month[f"{time}_minutes"] += row[f"{time}_minutes"]
                if row[f"{time}_business_minutes"] is not None:
                    month[f"{name}_business_tickets"] += 1
                    month[f"{time}_business_minutes"] += row[f"{time}_business_minutes"]
        if row["is_fcr"] is not None:
            month = found[month_of(row["first_solved_at"])]
            month["fcr_provisional_tickets"] += row["is_fcr_provisional"]
            month["fcr_base_tickets"] += not row["is_fcr_provisional"]
            month["fcr_tickets"] += row["is_fcr"] and not row["is_fcr_provisional"]
        if row["is_one_touch_fcr"] is not None:
            month = found[month_of(row["solved_at"])]
            month["one_touch_base_tickets"] += 1
            month["one_touch_tickets"] += row["is_one_touch_fcr"]
    for end, month in found.items():
        month["backlog_tickets"] = open_tickets(desk, tickets, dt.datetime.combine(end + DAY, dt.time()))
    return {end: dict(month) for end, month in found.items()}


def _is_automation(user: Row, desk: Desk) -> bool:
    told = {
        ("user_id", user["id"]),
        ("user_name", (user.get("name") or "").lower()),
        ("email_name", (user.get("email") or "").lower().split("@")[0]),
    }
    return bool(told & desk.automations)
