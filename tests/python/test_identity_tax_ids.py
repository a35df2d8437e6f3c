"""Tax numbers: what SQL makes of them by the seed identity_tax_forms is what the library python-stdnum says.

Thousands of numbers a country: right ones, the same with a digit changed or two swapped, and random ones of each form.
"""

import random
import string
from collections import defaultdict
from collections.abc import Iterator

import pytest
from harness import Workbench
from identity_bench import write_raw

stdnum = pytest.importorskip("stdnum", reason="python-stdnum is not installed")

#: The forms of each country: # is a digit, @ a letter, other signs stand for themselves.
FORMS = {
    "at": ["U########"],
    "au": ["###########"],
    "be": ["0#########", "1#########", "#########"],
    "bg": ["#########"],
    "br": ["##############"],
    "ca": ["#########", "#########RT0001"],
    "ch": ["CHE#########MWST", "CHE#########TVA"],
    "cz": ["########", "6########"],
    "de": ["#########"],
    "dk": ["########"],
    "ee": ["#########"],
    "es": ["A#######*", "B########", "P#######@", "########@", "X#######@", "Y#######@", "Z#######@", "K#######@"],
    "fi": ["########"],
    "fr": ["###########", "##000######"],
    "gb": ["#########", "############", "GD###", "HA###"],
    "gr": ["#########", "########"],
    "hr": ["###########"],
    "hu": ["########"],
    "ie": ["#######@", "#######@A", "#######@H", "#######@W", "#@#####@"],
    "it": ["#######0##*"],
    "lt": ["#######1#", "##########1#"],
    "lu": ["########"],
    "lv": ["9##########", "32#########"],
    "mt": ["########"],
    "nl": ["#########B0#"],
    "no": ["#########MVA"],
    "pl": ["##########"],
    "pt": ["#########"],
    "ro": ["##########", "#########", "######", "####"],
    "se": ["##########01"],
    "si": ["########"],
    "sk": ["##2#######", "##9#######"],
    "xi": ["#########"],
}
#: Numbers that have the form without its check digits, because those do not fit the seed.
PATTERN_ONLY = {"bg": "##########", "cy": "########@", "cz": "##########", "us": "#########"}
RIGHT, WRONG = 60, 60


def is_valid(country: str, number: str) -> bool:
    modules = {"au": "abn", "br": "cnpj", "ca": "bn", "gb": "vat", "no": "mva"}
    if country == "xi":
        return stdnum.get_cc_module("gb", "vat").is_valid(number)
    return stdnum.get_cc_module(country, modules.get(country, "vat")).is_valid(number)


def drawn(form: str, chance: random.Random) -> str:
    signs = {"#": string.digits, "@": string.ascii_uppercase, "*": string.digits}
    return "".join(chance.choice(signs.get(sign, sign)) for sign in form)


def corrupted(number: str, chance: random.Random) -> str:
    """One digit changed, or two neighbours swapped."""
    places = [place for place, sign in enumerate(number) if sign.isdigit()]
    place, signs = chance.choice(places), list(number)
    if chance.random() < 0.5 and place + 1 < len(signs) and signs[place + 1].isdigit():
        signs[place], signs[place + 1] = signs[place + 1], signs[place]
    else:
        signs[place] = chance.choice(string.digits)
    return "".join(signs)


def numbers_of(country: str, form: str, chance: random.Random) -> Iterator[str]:
    """Right ones by trial, their corruptions, and what was drawn on the way."""
    found = 0
    for trial in range(40_000):
        number = drawn(form, chance)
        if is_valid(country, number):
            found += 1
            yield number
            yield corrupted(number, chance)
        elif trial < WRONG:
            yield number
        if found == RIGHT:
            return
    assert found > RIGHT / 4, f"{country} {form}: only {found} right ones"


def is_filler(number: str) -> bool:
    digits = "".join(sign for sign in number if sign.isdigit())
    runs = ("0123456789" * 2, "9876543210" * 2)
    return any(digits in run for run in runs) or any(not digits.replace(digits[:size], "") for size in (1, 2, 3))


def prefix(country: str) -> str:
    return "EL" if country == "gr" else country.upper()


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bool]:
    """(country, number) -> what SQL says."""
    chance = random.Random(8)
    wanted = {
        (country, number)
        for country, forms in FORMS.items()
        for form in forms
        for number in numbers_of(country, form, chance)
    }
    wanted |= {
        (country, text)
        for country, form in PATTERN_ONLY.items()
        for text in (drawn(form, chance), "12", drawn(form + "#", chance), drawn(form, chance)[:-2])
    }
    payers = [
        {
            "id": f"cus_{place}",
            "created": "2025-01-01 08:00:00",
            "address_country": country.upper(),
            # written with and without the country; Swiss numbers always begin with CHE
            "tax_info_tax_id": number if place % 2 or country == "ch" else prefix(country) + number,
        }
        for place, (country, number) in enumerate(sorted(wanted))
    ]
    folder = tmp_path_factory.mktemp("tax_ids")
    raw = write_raw(folder / "raw", {"stripe/customer": payers})
    build = Workbench(folder).build(
        "tax_ids", raw, as_of="2025-12-31", tools=["stripe"], select=["+int_identity__tax_ids"]
    )
    rows = build.ask("select tax_id, country, is_plausible from intermediate.int_identity__tax_ids")
    found = {(tax_id, country): verdict for tax_id, country, verdict in rows}
    return {
        (country, number): found.get((payer["tax_info_tax_id"], payer["address_country"]), False)
        for (country, number), payer in zip(sorted(wanted), payers, strict=True)
    }


def test_the_verdicts_are_those_of_the_library(
    verdicts: dict[tuple[str, str], bool], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, counts = [], defaultdict(lambda: [0, 0])
    for (country, number), verdict in verdicts.items():
        if country in FORMS and not is_filler(number) and len(number) != len(PATTERN_ONLY.get(country, "")):
            expected = is_valid(country, number)
            counts[country][expected] += 1
            if verdict != expected:
                wrong.append((country, number, verdict))
    with capsys.disabled():
        print(f"\n{sum(map(sum, counts.values()))} tax numbers of {len(counts)} countries")
    assert not wrong, f"{len(wrong)}: {wrong[:20]}"
    assert all(right > 30 and broken > 30 for broken, right in counts.values()), dict(counts)


def test_forms_without_a_check_are_held_to_their_pattern(verdicts: dict[tuple[str, str], bool]) -> None:
    for (country, number), verdict in verdicts.items():
        if country in ("cy", "us"):
            assert verdict == (len(number) == 9 and not (country == "cy" and number.startswith("12"))), (
                country,
                number,
            )
