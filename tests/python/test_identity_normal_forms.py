"""What SQL makes of tax numbers and of internationalised domains is what kept libraries make of them.

Thousands of tax numbers (right ones, the same with a digit changed or two swapped, random ones of each form) against
python-stdnum; domains in many alphabets, in punycode and with loose accents, against Python's codecs.
"""

import random
import string
import unicodedata
from collections import defaultdict
from collections.abc import Iterator

import pytest
from harness import Build, Workbench
from identity_bench import write_raw

try:
    import stdnum
except ImportError:
    stdnum = None
needs_stdnum = pytest.mark.skipif(stdnum is None, reason="python-stdnum is not installed")

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
#: Forms of which the seed knows the pattern alone.
PATTERN_ONLY = {"cy": "########@", "us": "#########"}
RIGHT, WRONG = 60, 60


def is_valid(country: str, number: str) -> bool:
    modules = {"au": "abn", "br": "cnpj", "ca": "bn", "gb": "vat", "no": "mva"}
    if country == "xi":
        return stdnum.get_cc_module("gb", "vat").is_valid(number)
    return stdnum.get_cc_module(country, modules.get(country, "vat")).is_valid(number)


def has_check(country: str, number: str) -> bool:
    """Numbers of natural persons are held to their pattern alone, or are no numbers of a company."""
    if country == "bg":
        return len(number) == 9
    if country == "cz":
        return len(number) == 8 or (len(number) == 9 and number.startswith("6"))
    if country == "sk":
        return number[2] in "234789" and not stdnum.get_cc_module("sk", "rc").is_valid(number)
    return True


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


ALPHABETS = ["äöüßéèñçøåłžšč", "абвгдежзий", "中文公司网络日本", "αβγδ", "ابتث", "bcdfghjk-0123"]
#: Not punycode, or of no code point.
NONSENSE = ["xn--99999999999999999999999", "xn--mnchen-3y", "xn--zzzzzzzzzzzzzzzzzzzzzzzzz"]


def labels(chance: random.Random) -> Iterator[str]:
    for _ in range(1500):
        pools = chance.sample(ALPHABETS, chance.randint(1, 3))
        label = "".join(chance.choice(chance.choice(pools)) for _ in range(chance.randint(1, 14)))
        yield f"x{label}x"


def as_written(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode()


def tax_numbers() -> list[tuple[str, str]]:
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
    return sorted(wanted)


def payer(number: int, **values: str) -> dict[str, str]:
    return {"id": f"cus_{number:06d}", "created": "2025-01-01 08:00:00", **values}


@pytest.fixture(scope="module")
def numbers() -> list[dict[str, str]]:
    """With and without the country in front; Swiss numbers always begin with CHE."""
    return [
        payer(
            place,
            address_country=country.upper(),
            tax_info_tax_id=number if place % 2 or country == "ch" else prefix(country) + number,
            description=number,
        )
        for place, (country, number) in enumerate(tax_numbers() if stdnum else [])
    ]


@pytest.fixture(scope="module")
def domains() -> dict[str, str]:
    """Domain as written -> as it is."""
    found = {f"{as_written(label)}.de": f"{label}.de" for label in labels(random.Random(3))}
    loose = (f"{label}.de" for label in ("münchen", "čeština", "crème-brûlée", "żółw", "îles", "ştiinţă"))
    found |= {unicodedata.normalize("NFD", label): label for label in loose}
    return found | {f"{label}.de": f"{label}.de" for label in NONSENSE}


@pytest.fixture(scope="module")
def build(numbers: list[dict[str, str]], domains: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("normal_forms")
    mailers = [payer(900_000 + place, email=f"pay@{domain}") for place, domain in enumerate(domains)]
    raw = write_raw(folder / "raw", {"stripe/customer": numbers + mailers})
    models = ["+int_identity__tax_ids", "+int_identity__domains"]
    return Workbench(folder).build("normal_forms", raw, as_of="2025-12-31", tools=["stripe"], select=models)


@pytest.fixture(scope="module")
def verdicts(build: Build, numbers: list[dict[str, str]]) -> dict[tuple[str, str], bool]:
    """(country, number) -> what SQL says."""
    rows = build.ask("select tax_id, country, is_plausible from intermediate.int_identity__tax_ids")
    found = {(tax_id, country): verdict for tax_id, country, verdict in rows}
    return {
        (row["address_country"].lower(), row["description"]): found.get(
            (row["tax_info_tax_id"], row["address_country"]), False
        )
        for row in numbers
    }


def test_domains_have_one_writing(build: Build, domains: dict[str, str]) -> None:
    rows = build.ask(
        """
        select accounts.email, domains.domain
        from intermediate.int_accounts as accounts
        inner join intermediate.int_identity__domains as domains using (record_key)
        """
    )
    found = {email.removeprefix("pay@"): domain for email, domain in rows}
    wrong = {written: found.get(written) for written, domain in domains.items() if found.get(written) != domain}
    assert not wrong
    assert len(found) == len(domains)


@needs_stdnum
def test_the_verdicts_are_those_of_the_library(
    verdicts: dict[tuple[str, str], bool], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, counts = [], defaultdict(lambda: [0, 0])
    for (country, number), verdict in verdicts.items():
        if country in FORMS and not is_filler(number) and has_check(country, number):
            expected = is_valid(country, number)
            counts[country][expected] += 1
            if verdict != expected:
                wrong.append((country, number, verdict))
    with capsys.disabled():
        print(f"\n{sum(map(sum, counts.values()))} tax numbers of {len(counts)} countries")
    assert not wrong, f"{len(wrong)}: {wrong[:20]}"
    assert all(right > 30 and broken > 30 for broken, right in counts.values()), dict(counts)


@needs_stdnum
def test_forms_without_a_check_are_held_to_their_pattern(verdicts: dict[tuple[str, str], bool]) -> None:
    for (country, number), verdict in verdicts.items():
        if country in PATTERN_ONLY:
            fits = len(number) == 9 and not (country == "cy" and number.startswith("12"))
            assert verdict == fits, (country, number)
