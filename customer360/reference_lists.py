"""Seeds that are generated from kept libraries, so that no list of the world is kept by hand: `refresh-lists`.

A build needs none of these libraries (requirements-lists.in): it reads the seeds, which are committed. A further list
is a function below that returns a `ReferenceList`, and its name in `LISTS`. What was made of what, in which version and
under which licence, is in the seed reference_lists.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from rich.console import Console

from customer360.project import ROOT, shown

FOLDER = ROOT / "seeds/rules"
SOURCES = "reference_lists"
_SOURCE_COLUMNS = ("list_name", "package", "package_version", "licence", "source_url")


class ListError(Exception):
    """Why a list was not made, for a person."""


@dataclass(frozen=True)
class ReferenceList:
    """The rows of a seed, and what they were made from."""

    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]
    package: str
    version: str
    licence: str
    url: str


# ---------------------------------------------------------------- currencies

_STRIPE = "https://docs.stripe.com/currencies"
#: Where the payment tool counts in other units than ISO 4217 has: what one of its units is worth, and why.
STRIPE_UNITS = {
    "isk": ("0.01", f"no decimals, counted in hundredths all the same ({_STRIPE}, special cases)"),
    "mga": ("1", f"counted without decimals ({_STRIPE}, zero-decimal currencies)"),
    "ugx": ("0.01", f"no decimals, counted in hundredths all the same ({_STRIPE}, special cases)"),
}
#: Currencies that ISO 4217 has withdrawn and that invoices of earlier years are in; all have hundredths.
WITHDRAWN = {
    "ang": "Netherlands Antillean Guilder",
    "bgn": "Bulgarian Lev",
    "eek": "Estonian Kroon",
    "hrk": "Croatian Kuna",
    "ltl": "Lithuanian Litas",
    "lvl": "Latvian Lats",
    "mro": "Mauritanian Ouguiya (old)",
    "sll": "Sierra Leonean Leone (old)",
    "std": "Sao Tome Dobra (old)",
    "zmk": "Zambian Kwacha (old)",
}


def currencies() -> ReferenceList:
    """ISO 4217 without metals, funds of account and test codes, as Stripe counts."""
    try:
        import iso4217
    except ImportError:
        raise ListError(_not_installed("iso4217")) from None
    known = {each.code.lower(): (each.exponent, each.currency_name) for each in iso4217.Currency}
    known = {code: found for code, found in known.items() if found[0] is not None}
    rows = []
    for code in sorted(known | WITHDRAWN):
        digits, name = known.get(code, (2, WITHDRAWN.get(code)))
        smallest = Decimal(1).scaleb(-digits)
        unit, why = STRIPE_UNITS.get(code, (f"{smallest:f}", ""))
        if code not in known:
            why = "withdrawn, of earlier years"
        # nothing can be paid that is smaller than either of the two
        rows.append((code, unit, f"{max(smallest, Decimal(unit)):f}", " ".join(name.split()), why))
    columns = ("currency", "minor_unit", "smallest_unit", "currency_name", "note")
    url = "https://pypi.org/project/iso4217 (ISO 4217 list one, SIX Financial Information)"
    return ReferenceList(columns, rows, "iso4217", iso4217.__version__, "Public Domain", url)


#: Seed -> what makes it.
LISTS: dict[str, Callable[[], ReferenceList]] = {"currencies": currencies}


# ---------------------------------------------------------------- the command


def _not_installed(package: str) -> str:
    return f"{package} is not installed: pip install -r requirements-lists.in (a build does not need it)."


def write_csv(file: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A seed file."""
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def refresh(names: Sequence[str], folder: Path = FOLDER) -> dict[str, ReferenceList]:
    """Makes the named lists anew and notes what they were made from."""
    if unknown := sorted(set(names) - LISTS.keys()):
        raise ListError(f"there is no list {', '.join(unknown)}; there are: {', '.join(LISTS)}")
    made = {name: LISTS[name]() for name in names}
    noted: dict[str, Sequence[str]] = {}
    sources = folder / f"{SOURCES}.csv"
    if sources.exists():
        with sources.open(newline="", encoding="utf-8") as opened:
            noted = {row[0]: row for row in list(csv.reader(opened))[1:]}
    for name, each in made.items():
        write_csv(folder / f"{name}.csv", each.columns, each.rows)
        noted[name] = (name, each.package, each.version, each.licence, each.url)
    write_csv(sources, _SOURCE_COLUMNS, [noted[name] for name in sorted(noted)])
    return made


def run_refresh_lists(names: Sequence[str]) -> int:
    """0: the seeds are written. 2: a library is missing, or there is no such list."""
    console = Console(highlight=False, soft_wrap=True)
    try:
        made = refresh(names or list(LISTS))
    except ListError as error:
        console.print(f"[red]Not refreshed:[/red] {error}")
        return 2
    for name, each in made.items():
        console.print(f"{shown(FOLDER / name)}.csv: {len(each.rows)} rows from {each.package} {each.version}")
    return 0
