"""Invented companies and people: names, domains, phones, addresses, and the ways in which tools spell them differently.

A company's core name ("Brental Logistics") is a number written in syllables. Numbers come from the seed's own range, so
two worlds never share a name, a domain or a phone, and no two companies of a world share one by accident.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

from customer360.simulate.dice import Dice, running_sums
from customer360.simulate.ids import B36, WORLD_SIZE, digits_one, scramble_one, world_of


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ONSETS = _words("B Bl Br C Cl Cr D Dr F Fl G Gl Gr H J K Kr L M N P Pl Pr R S Sk Sp St T Th Tr V W Z")
_VOWELS = _words("a e i o u")
_CODAS = _words("l n r s t nd rt lt m v rd ld nt rm st ll nn")
_LINKS = _words("a e i o u ia eo ei")
_ENDS = _words(
    "dor lis mon nar rix tek van ven zen mark lun qor bert tis vex nor del ras tum gan "
    "bex cor dex fin gal han jor kos lem mir nis pax ron sel tor vin wel zar bris clem "
    "dric fels gren hold kren lind mand norf plen rand stel trix vost wick zand brant crest dale frost "
    "gart hurst land mont pell quist ros stad thal ver wolf yard berg ford hem lev"
)
#: What a company does: the second word of its name.
TRADES = _words(
    "Logistics Foods Media Energy Systems Software Robotics Textiles Dental Optics Pharma Finance Insurance "
    "Travel Hotels Motors Aviation Marine Timber Paper Plastics Chemicals Metals Ceramics Glass Lighting "
    "Electronics Sensors Medical Diagnostics Biotech Labs Research Analytics Security Networks Telecom Cloud "
    "Studios Design Events Publishing Learning Training Consulting Partners Advisors Capital Holdings Ventures "
    "Properties Homes Interiors Furniture Kitchens Gardens Farms Dairy Bakery Beverages Brewing Coffee Tea Wines "
    "Fashion Sports Fitness Outdoor Toys Games Music Films Sound Instruments Tools Machines Pumps Valves Drives "
    "Bearings Packaging Printing Labels Supply Trading Imports Freight Couriers Rail Transit Mobility Parking "
    "Recycling Water Solar Wind Power Heating Cooling Roofing Concrete Construction Engineering Surveying Legal "
    "Recruiting Staffing Payroll Accounting Marketing Retail Stores Markets Commerce Payments Ticketing Booking"
)
#: Words of names that people abbreviate or swap.
_SHORT = {
    "Logistics": "Log.",
    "Insurance": "Ins.",
    "Engineering": "Eng.",
    "Construction": "Constr.",
    "Systems": "Sys",
    "Medical": "Med",
    "Electronics": "Elec.",
    "Consulting": "Cons.",
    "Marketing": "Mktg",
    "Accounting": "Acctg",
    "Holdings": "Hldgs",
    "Properties": "Props",
    "Machines": "Mach.",
    "Packaging": "Pkg",
}
SPACE = len(_ONSETS) * len(_VOWELS) * len(_CODAS) * len(_LINKS) * len(_ENDS) * len(TRADES)
_STEP = 61_803_399  # made coprime to SPACE below
while math.gcd(_STEP, SPACE) != 1:
    _STEP += 2


@dataclass(frozen=True)
class Country:
    """A country, with what an address, a phone and a legal form look like there."""

    code: str
    name: str
    currency: str
    weight: float
    forms: tuple[str, ...]
    cities: tuple[tuple[str, str, str], ...]  # city, state, post code prefix
    dial: str
    areas: tuple[str, ...]
    digits: int
    tlds: tuple[str, ...]
    zone: str
    rails_zone: str
    language: str
    streets: tuple[str, ...]
    vat: str = ""


_US_AREAS = tuple(
    f"{first}{rest}" for first in range(2, 10) for rest in ("01", "02", "03", "05", "07", "08", "10", "12", "14", "15",
                                                              "16", "17", "18", "19", "20", "30", "40", "60", "70")
)  # fmt: skip
_EURO_AREAS = tuple(str(a) for a in range(30, 90))

COUNTRIES = (
    Country("DE", "Germany", "eur", 0.24, ("GmbH", "GmbH", "AG", "GmbH & Co. KG", "UG (haftungsbeschränkt)", "SE"),
            (("Berlin", "", "101"), ("München", "BY", "803"), ("Hamburg", "", "204"), ("Köln", "NW", "506"),
             ("Düsseldorf", "NW", "402"), ("Leipzig", "SN", "041"), ("Nürnberg", "BY", "904")),
            "49", _EURO_AREAS, 8, ("de", "com", "de"), "Europe/Berlin", "Berlin", "de",
            ("Hauptstraße", "Bahnhofstr.", "Industrieweg", "Lindenallee", "Am Markt"), "DE"),
    Country("US", "United States", "usd", 0.25, ("Inc.", "LLC", "Corp.", "Inc", "Co."),
            (("Boston", "MA", "021"), ("Denver", "CO", "802"), ("Austin", "TX", "787"), ("Chicago", "IL", "606"),
             ("Portland", "OR", "972"), ("Atlanta", "GA", "303"), ("New York", "NY", "100")),
            "1", _US_AREAS, 7, ("com", "com", "io", "co"), "America/New_York", "Eastern Time (US & Canada)", "en",
            ("Main St", "Market Street", "Oak Ave", "2nd Avenue", "Commerce Blvd")),
    Country("GB", "United Kingdom", "gbp", 0.14, ("Ltd", "Limited", "PLC", "LLP"),
            (("London", "", "EC1A "), ("Manchester", "", "M1 "), ("Bristol", "", "BS1 "), ("Leeds", "", "LS1 "),
             ("Edinburgh", "", "EH1 ")),
            "44", _EURO_AREAS, 8, ("co.uk", "com", "uk"), "Europe/London", "London", "en",
            ("High Street", "Station Road", "King's Lane", "Mill Road"), "GB"),
    Country("FR", "France", "eur", 0.10, ("SAS", "SARL", "SA", "S.A.S."),
            (("Paris", "", "75"), ("Lyon", "", "69"), ("Nantes", "", "44"), ("Orléans", "", "45")),
            "33", ("1", "2", "3", "4", "5"), 8, ("fr", "com"), "Europe/Paris", "Paris", "fr",
            ("rue de la République", "avenue Jean Jaurès", "rue Victor-Hugo", "quai de l'Île"), "FR"),
    Country("NL", "Netherlands", "eur", 0.06, ("B.V.", "BV", "N.V."),
            (("Amsterdam", "", "10"), ("Utrecht", "", "35"), ("Rotterdam", "", "30")),
            "31", _EURO_AREAS, 7, ("nl", "com"), "Europe/Amsterdam", "Amsterdam", "en",
            ("Kerkstraat", "Stationsweg", "Keizersgracht"), "NL"),
    Country("AT", "Austria", "eur", 0.05, ("GmbH", "AG", "e.U."),
            (("Wien", "", "10"), ("Graz", "", "80"), ("Linz", "", "40")),
            "43", _EURO_AREAS, 7, ("at", "com"), "Europe/Vienna", "Vienna", "de",
            ("Ringstraße", "Mariahilfer Str.", "Kärntner Straße"), "AT"),
    Country("CH", "Switzerland", "eur", 0.03, ("AG", "GmbH", "SA"),
            (("Zürich", "ZH", "80"), ("Genève", "GE", "12"), ("Basel", "BS", "40")),
            "41", _EURO_AREAS, 7, ("ch", "com"), "Europe/Zurich", "Bern", "de",
            ("Bahnhofstrasse", "Seefeldquai", "rue du Rhône")),
    Country("ES", "Spain", "eur", 0.04, ("S.L.", "S.A.", "SL"),
            (("Madrid", "", "280"), ("Barcelona", "", "080"), ("A Coruña", "", "150")),
            "34", ("91", "93", "95", "96", "97", "98"), 8, ("es", "com"), "Europe/Madrid", "Madrid", "en",
            ("Calle Mayor", "Avenida de la Constitución", "Paseo del Prado"), "ES"),
    Country("SE", "Sweden", "eur", 0.03, ("AB", "Aktiebolag"),
            (("Stockholm", "", "11"), ("Göteborg", "", "41"), ("Malmö", "", "21")),
            "46", _EURO_AREAS, 7, ("se", "com"), "Europe/Stockholm", "Stockholm", "en",
            ("Storgatan", "Drottninggatan", "Östra Hamngatan"), "SE"),
    Country("JP", "Japan", "jpy", 0.06, ("K.K.", "Co., Ltd.", "G.K."),
            (("Tokyo", "", "100-"), ("Osaka", "", "530-"), ("Nagoya", "", "450-")),
            "81", ("3", "6", "52", "45", "75"), 8, ("co.jp", "jp", "com"), "Asia/Tokyo", "Tokyo", "en",
            ("Chiyoda 1-", "Shibuya 2-", "Umeda 3-")),
)  # fmt: skip

FIRST_NAMES = {
    "de": _words(
        "Anna Lena Julia Katrin Sabine Jörg Jürgen Markus Stefan Tobias Uwe Björn Petra Heike Lukas Jonas Miriam "
        "Thomas Andreas Nadine Sören Kübra Emre"
    ),
    "fr": _words("Camille Léa Chloé Hélène Sophie Julien Rémi François Antoine Élodie Mathieu Benoît Zoé Inès Karim"),
    "en": _words(
        "Emma Olivia Grace Hannah Priya Aisha James Oliver Daniel Michael Sarah Laura David Robert Kevin Wei Carlos "
        "Diego Sofía Yuki Kenji Ingrid Lars Pieter Anouk Nora Liam Noah Mia Zoe Ethan Ryan Megan Tariq"
    ),
}
LAST_NAMES = {
    "de": _words(
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein "
        "Wolf Schröder Neumann Schwarz Zimmermann Krüger Hartmann Lange Groß Yılmaz von.Arnim"
    ),
    "fr": _words(
        "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Lefèvre Garnier Faure Mercier Benoît "
        "d'Aubigné Bouchard"
    ),
    "en": _words(
        "Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Taylor Moore Jackson Lee Patel Khan "
        "O'Connor Murphy Walker Young King Wright Hill Green Baker Nakamura Tanaka Suzuki van.Dijk Larsson Nguyen "
        "Fernández Núñez Evans Edwards Collins Stewart Morris"
    ),
}
FREE_MAIL = ("gmail.com", "gmail.com", "gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "gmx.de", "web.de",
             "icloud.com", "googlemail.com", "proton.me", "orange.fr")  # fmt: skip
ROLE_ADDRESSES = ("info", "billing", "accounts", "office", "support", "admin", "invoices", "finance", "buchhaltung")
PLACEHOLDER_PHONES = ("000-000-0000", "123456", "0000000000", "n/a", "+1 555 555 5555", "1234567890", "-")

_TRANSLITERATION = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ø": "o", "å": "a", "ı": "i"}
)


def plain(text: str) -> str:
    """Without accents, umlauts written out: Köln -> Koeln, Orléans -> Orleans."""
    text = text.translate(_TRANSLITERATION)
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def bare(text: str) -> str:
    """Only small letters, digits and hyphens, for e-mail and web addresses."""
    return "".join(c for c in plain(text).lower() if c.isascii() and (c.isalnum() or c == "-"))


def core_name(seed: int, company: int) -> tuple[str, str]:
    """Stem and trade of a company: ("Brental", "Logistics"). A bijection of (world, company)."""
    n = ((world_of(seed) * WORLD_SIZE + company) * _STEP + 1_234_567) % SPACE
    parts = []
    for words in (TRADES, _ENDS, _LINKS, _CODAS, _VOWELS, _ONSETS):
        n, k = divmod(n, len(words))
        parts.append(words[k])
    trade, end, link, coda, vowel, onset = parts
    return onset + vowel + coda + link + end, trade


@dataclass
class Company:
    """A true company as the world knows it, before tools misspell it."""

    index: int
    true_id: str
    stem: str
    trade: str
    form: str
    country: Country
    city: tuple[str, str, str]
    street: str
    post_code: str
    domain: str
    other_domains: list[str]
    phone_digits: str  # E.164 without the plus sign
    and_word: str = ""  # "&" when the name is "Stem & Other Trade"
    partner: str = ""
    industry: str = ""
    unit: str = ""  # a subsidiary's own part of the name
    stem_shown: str = ""  # stem with its accents
    parent: int | None = None
    twin: int | None = None  # an unrelated company of the same name
    shares_domain: bool = False
    odd_text: str = ""  # quotes, SQL, Jinja ... appended to the CRM name

    @property
    def core(self) -> str:
        """The name without its legal form."""
        first = self.stem_shown or self.stem
        if self.partner:
            first = f"{first} {self.and_word} {self.partner}"
        words = [first, self.trade]
        if self.unit:
            words.append(self.unit)
        return " ".join(words)

    @property
    def legal(self) -> str:
        """The name as it stands in the register."""
        return f"{self.core} {self.form}"


_ACCENTS = {
    "de": {"o": "ö", "u": "ü", "a": "ä"},
    "fr": {"e": "é", "i": "ï", "o": "ô"},
    "en": {"o": "ó", "a": "å", "e": "é"},
}


def stem_with_accent(stem: str, country: Country, pick: float) -> str:
    """The stem as a local would write it: Bröntal, Brêntal."""
    swaps = _ACCENTS[country.language]
    places = [i for i, c in enumerate(stem) if c in swaps and i > 0]
    if not places:
        return stem
    i = places[int(pick * len(places))]
    return stem[:i] + swaps[stem[i]] + stem[i + 1 :]


def make_phone(seed: int, company: int, country: Country) -> str:
    """Digits of the company's phone with the country code. Unique over worlds and companies of a country."""
    n = scramble_one(world_of(seed) * WORLD_SIZE + company, 28, 21)
    if country.dial == "1":  # the exchange starts with 2-9; every fourth number is a company, the rest are people
        area, rest = divmod(4 * n, 8_000_000)
        return "1" + country.areas[area] + str(2_000_000 + rest)
    rest, area = divmod(n, len(country.areas))
    rest = rest * 7_368_787 % 10**country.digits
    return country.dial + country.areas[area] + f"{rest:0{country.digits}d}"


def make_mobile(seed: int, company: int, person: int, country: Country) -> str:
    """A person's own number, for the first three people of a company."""
    n = scramble_one(world_of(seed) * WORLD_SIZE + company, 28, 21)
    if country.dial == "1":
        area, rest = divmod(4 * n + person + 1, 8_000_000)
        return "1" + country.areas[area] + str(2_000_000 + rest)
    return country.dial + ("15", "16", "17")[person] + f"{n:09d}"


def show_phone(number: str, country: Country, style: int) -> str:
    """One of the ways in which people write the same number."""
    dial = country.dial
    national = number[len(dial) :]
    if dial == "1":
        area, exchange, line = national[:3], national[3:6], national[6:]
        return (
            f"+1 {area} {exchange} {line}",
            f"({area}) {exchange}-{line}",
            f"{area}-{exchange}-{line}",
            f"+1{national}",
            f"1.{area}.{exchange}.{line}",
            f"({area}) {exchange}-{line} ext. 12",
        )[style % 6]
    area = next((a for a in sorted(country.areas, key=len, reverse=True) if national.startswith(a)), national[:2])
    rest = national[len(area) :]
    half = len(rest) // 2
    return (
        f"+{dial} {area} {rest}",
        f"0{area} {rest[:half]} {rest[half:]}",
        f"+{dial} (0){area} {rest[:half]}-{rest[half:]}",
        f"00{dial}{area}{rest}",
        f"0{area}/{rest}",
        f"+{dial}{area}{rest}",
    )[style % 6]


def spell(company: Company, dice: Dice, style: str | None = None) -> str:
    """The company's name as one tool has it."""
    if style is None:
        style = dice.weighted(SPELLINGS, _SPELLING_SUMS)
    core, legal = company.core, company.legal
    if style == "core":
        return core
    if style == "legal":
        return legal
    if style == "upper":
        return legal.upper()
    if style == "lower":
        return core.lower()
    if style == "plain":
        return plain(legal)
    if style == "abbreviated":
        return (
            core.replace(company.trade, _SHORT.get(company.trade, company.trade)) + " " + company.form.replace(".", "")
        )
    if style == "and":
        other = {"&": "and", "and": "&", "und": "&", "et": "&"}
        return " ".join(other.get(w, w) for w in core.split())
    if style == "comma":
        return f"{core}, {company.form}"
    if style == "spaces":
        return f"  {core}  {company.form} "
    if style == "dotted":
        return core.replace(" ", "-")
    if style == "typo":
        at = dice.integer(2, max(2, len(company.stem) - 2))
        kind = dice.integer(0, 2)
        if kind == 0:
            return core[:at] + core[at + 1 :]
        if kind == 1:
            return core[:at] + core[at] + core[at:]
        return core[: at - 1] + core[at] + core[at - 1] + core[at + 1 :]
    return company.stem_shown or company.stem  # "stem"


SPELLINGS = (
    "core",
    "legal",
    "upper",
    "lower",
    "plain",
    "abbreviated",
    "and",
    "comma",
    "spaces",
    "dotted",
    "typo",
    "stem",
)
_SPELLING_SUMS = running_sums([0.30, 0.30, 0.05, 0.03, 0.06, 0.05, 0.03, 0.05, 0.02, 0.01, 0.06, 0.04])


_WEBSITE_SUMS = running_sums([0.36, 0.16, 0.18, 0.2, 0.05, 0.02, 0.03])


def show_website(domain: str, dice: Dice) -> str:
    """One of the ways in which people write a web address."""
    styles = (
        f"https://www.{domain}",
        f"http://{domain}/",
        f"www.{domain}",
        domain,
        f"https://{domain}/en/home?utm_source=crm",
        domain.upper(),
        f"HTTPS://WWW.{domain.upper()}/",
    )
    return dice.weighted(styles, _WEBSITE_SUMS)


@dataclass
class Person:
    """A true person at a company."""

    true_id: str
    index: int
    first: str
    last: str
    email: str
    role: str  # champion, economic_buyer, admin, user
    title: str
    department: str
    phone: str
    joined: int = 0
    left: int | None = None
    other_email: str = ""
    visitor: str = ""
    contact: str = ""
    contact_made: int = 0
    zendesk_user: str = ""
    end_user: str = ""

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.first} {self.last}"


TITLES = {
    "champion": (("Head of Operations", "Operations"), ("Operations Manager", "Operations"), ("Product Owner", "IT"),
                 ("Process Manager", "Operations"), ("Team Lead", "Customer Service")),
    "economic_buyer": (("CFO", "Finance"), ("Managing Director", "Management"), ("VP Finance", "Finance"),
                       ("Head of Procurement", "Procurement"), ("COO", "Management")),
    "admin": (("IT Administrator", "IT"), ("System Administrator", "IT"), ("Application Manager", "IT")),
    "user": (("Analyst", "Operations"), ("Coordinator", "Operations"), ("Specialist", "Customer Service"),
             ("Project Manager", "Operations"), ("Assistant", "Administration"), ("Accountant", "Finance")),
}  # fmt: skip


def local_part(first: str, last: str, pattern: int) -> str:
    """The part of an e-mail address before the @, in the company's own pattern."""
    f, l = bare(first), bare(last)  # noqa: E741
    return (f"{f}.{l}", f"{f[0]}.{l}", f"{f}{l[0]}", f"{l}", f"{f}_{l}", f"{f[0]}{l}")[pattern % 6]


def free_mail(seed: int, company: int, person: int, first: str, provider: str) -> str:
    """A private address. The digits make it the only one of its kind in all worlds."""
    code = digits_one(scramble_one(((world_of(seed) * WORLD_SIZE + company) << 8) | person, 36, 17), 7, B36)
    return f"{bare(first)}.{code}@{provider}"
