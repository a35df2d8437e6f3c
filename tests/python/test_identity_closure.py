"""From links to customers: closure over long chains, hubs, guards, manual decisions, and ids that survive.

One raw folder holds small stories told by hand beside some thousand records drawn at random from small pools, so that
they match and contradict each other in every way. A second build has newer records as well.
"""

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from identity_bench import Project, ask, clusters_of, write_raw

TOOLS = ["salesforce", "stripe"]
LONG_CHAIN, SPLIT_CHAIN, HUB = 50, 10, 60


def crm_id(story: str, number: int) -> str:
    return f"001{story:0<8}{number:04d}"


def crm(story: str, number: int) -> str:
    return f"salesforce.account:{crm_id(story, number)}"


def billing(story: str, number: int) -> str:
    return f"stripe.customer:cus_{story}{number:04d}"


def account(story: str, number: int, day: int = 1, **values: Any) -> dict[str, Any]:
    created = f"2024-{1 + day // 28:02d}-{1 + day % 28:02d}T08:00:00Z"
    return {"id": crm_id(story, number), "created_date": created, "_fivetran_synced": created, **values}


def payer(story: str, number: int, day: int = 1, **values: Any) -> dict[str, Any]:
    created = f"2024-{1 + day // 28:02d}-{1 + day % 28:02d}T08:00:00Z"
    return {"id": f"cus_{story}{number:04d}", "created": created, "_fivetran_synced": created, **values}


def override(action: str, one: str, other: str) -> dict[str, str]:
    row = {"action": action}
    for side, key in (("a", one), ("b", other)):
        place, row[f"source_id_{side}"] = key.split(":")
        row[f"source_system_{side}"], row[f"source_table_{side}"] = place.split(".")
    return row


def chain(story: str, length: int) -> list[dict[str, Any]]:
    """Each record matches the one before and the one after, by domain and by phone in turn, and no other."""
    return [
        account(
            story,
            number,
            day=length - number,
            name=f"{story} Chainworks Ltd",
            website=f"https://{story}{number // 2}.com",
            phone=f"+49 30 {len(story)}{10_000_000 + 7919 * ((number + 1) // 2)}",
        )
        for number in range(length)
    ]


def stories() -> dict[str, list[dict[str, Any]]]:
    accounts = chain("long", LONG_CHAIN) + chain("split", SPLIT_CHAIN)
    # a person merges three that have nothing in common, one after the other
    accounts += [account("manual", n, day=n, name=name) for n, name in enumerate(["Alder", "Birch", "Cedar"])]
    # parent and child of one name and domain; the child was entered twice
    french = {"website": "oakwood.com", "billing_country": "FR", "parent_id": crm_id("parent", 0)}
    accounts += [
        account("parent", 0, name="Oakwood", website="oakwood.com", billing_country="DE"),
        account("parent", 1, name="Oakwood", **french),
        account("parent", 2, name="OAKWOOD S.A.", **french),
    ]
    # merged in the CRM: the loser is deleted, older, and had a name of its own
    accounts += [
        account("merged", 0, day=1, name="Maple", is_deleted="true", master_record_id=crm_id("merged", 1)),
        account("merged", 1, day=9, name="Sycamore"),
        account("gone", 0, name="Willow", website="willow.com", is_deleted="true"),
        account("gone", 1, day=2, name="Willow", website="willow.com", is_deleted="true"),
    ]
    # a person says of one pair that it is one, and also that it is not
    accounts += [account("both", n, name="Poplar", website="poplar.com") for n in range(2)]
    # a reseller's mailbox: its domain alone would link, were it not shared by too many
    payers = [payer("hub", n, email="billing@reseller.com") for n in range(HUB)]
    payers += [payer("few", n, email="billing@few.com") for n in range(3)]
    # verified tax numbers differ; the second pair a person has merged, and a third payer has a number of theirs
    verified = {"tax_info_verification_status": "verified", "address_country": "DE"}
    payers += [
        payer("tax", n, name="Elm GmbH", email="pay@elm.de", tax_info_tax_id=f"DE12345678{n}", **verified)
        for n in range(2)
    ]
    payers += [
        payer("ash", n, day=n, name="Ash GmbH", email="pay@ash.de", tax_info_tax_id=f"DE99945678{number}", **verified)
        for n, number in enumerate([1, 2, 2])
    ]
    return {"salesforce/account": accounts, "stripe/customer": payers}


OVERRIDES = [
    override("split", crm("split", 0), crm("split", SPLIT_CHAIN - 1)),
    override("merge", crm("manual", 0), crm("manual", 1)),
    override("merge", crm("manual", 2), crm("manual", 1)),
    override("merge", crm("both", 0), crm("both", 1)),
    override("split", crm("both", 1), crm("both", 0)),
    override("merge", billing("ash", 0), billing("ash", 1)),
    override("merge", crm("manual", 0), crm("nobody", 0)),
]


def crowd(seed: int, size: int) -> dict[str, list[dict[str, Any]]]:
    """Records drawn from pools so small that they match, contradict and hold each other apart in long tangles."""
    chance = random.Random(seed)
    words = [(first, second) for first in ("Rowan", "Hazel", "Linden") for second in ("Foundry", "Optics")]

    def maybe(value: str, share: float) -> str:
        return value if chance.random() < share else ""

    accounts, payers = [], []
    for number in range(size):
        group = number // 45
        first, second = chance.choice(words)
        common = {
            "name": f"{first}{group} {second}",
            "phone": maybe(f"+1 212 {group:03d} {5000 + chance.randrange(12)}", 0.7),
        }
        street, town = f"{chance.randrange(1, 4)} Quay{group} Road", chance.choice(["Hamburg", "Lyon"])
        host, country = f"g{group}d{chance.randrange(6)}.com", chance.choice(["DE", "FR"])
        if chance.random() < 0.6:
            parent = crm_id("crowd", chance.randrange(45 * group, number + 1))
            accounts.append(
                account(
                    "crowd",
                    number,
                    day=chance.randrange(60),
                    website=maybe(host, 0.7),
                    billing_street=maybe(street, 0.4),
                    billing_city=town,
                    billing_country=country,
                    parent_id=maybe(parent, 0.3),
                    **common,
                )
            )
        else:
            payers.append(
                payer(
                    "crowd",
                    number,
                    day=chance.randrange(60),
                    email=maybe(f"p{chance.randrange(3)}@{host}", 0.7),
                    address_line_1=maybe(street, 0.4),
                    address_city=town,
                    address_country=country,
                    tax_info_tax_id=maybe(f"{country}{group:03d}55500{chance.randrange(3)}", 0.8),
                    tax_info_verification_status=chance.choice(["verified", "pending"]),
                    **common,
                )
            )
    return {"salesforce/account": accounts, "stripe/customer": payers}


def newer() -> dict[str, list[dict[str, Any]]]:
    """Created later: one joins the chain, one brings two customers of the first build together, one is alone."""
    return {
        "salesforce/account": [
            account("new", 0, day=200, name="Chainworks Long", website="long0.com"),
            account("new", 1, day=200, name="Sycamore", website="few.com", phone="+49 40 5551007"),
            account("new", 2, day=200, name="Juniper", website="juniper.com"),
        ],
        "stripe/customer": [payer("new", 0, day=201, name="Sycamore", email="a@few.com", phone="+49 40 5551007")],
    }


def merged_tables(*parts: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for part in parts:
        for name, rows in part.items():
            tables[name] += rows
    return tables


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Project:
    merge_to_new = override("merge", crm("merged", 1), crm("new", 1))
    return Project(tmp_path_factory.mktemp("closure") / "project", [*OVERRIDES, merge_to_new])


@pytest.fixture(scope="module")
def first(bench: Project, tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = merged_tables(stories(), crowd(seed=5, size=3000))
    return bench.build("first", write_raw(tmp_path_factory.mktemp("raw"), tables), tools=TOOLS)


@pytest.fixture(scope="module")
def second(bench: Project, first: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = merged_tables(newer(), stories(), crowd(seed=5, size=3000))
    return bench.build("second", write_raw(tmp_path_factory.mktemp("raw"), tables), tools=TOOLS)


@pytest.fixture(scope="module")
def clusters(first: Path) -> dict[str, str]:
    return clusters_of(first)


def together(clusters: Mapping[str, str], records: Iterable[str]) -> int:
    """How many clusters these records are in."""
    return len({clusters[record] for record in records})


# ---------------------------------------------------------------- the stories


def test_a_chain_of_pairwise_links_is_one_customer(clusters: dict[str, str]) -> None:
    assert together(clusters, (crm("long", n) for n in range(LONG_CHAIN))) == 1


def test_a_hub_links_nothing_and_is_listed(first: Path, clusters: dict[str, str]) -> None:
    assert together(clusters, (billing("hub", n) for n in range(HUB))) == HUB
    assert together(clusters, (billing("few", n) for n in range(3))) == 1
    hubs = (
        "select record_count from marts.identity_review_queue where reason = 'hub' and evidence = 'domain reseller.com'"
    )
    assert ask(first, hubs) == [(HUB,)]


def test_a_split_cuts_a_chain_once(first: Path, clusters: dict[str, str]) -> None:
    records = [crm("split", n) for n in range(SPLIT_CHAIN)]
    assert clusters[records[0]] != clusters[records[-1]]
    assert together(clusters, records) == 2
    guards = ask(
        first,
        """
        select counter_evidence from marts.identity_review_queue
        where reason = 'guard' and account_name_a like 'split%'
        """,
    )
    assert [text.startswith("split:") for (text,) in guards] == [True]


def test_manual_merges_chain(first: Path, clusters: dict[str, str]) -> None:
    assert together(clusters, (crm("manual", n) for n in range(3))) == 1
    rules = f"select rule from marts.customer_sources where record_key = '{crm('manual', 2)}'"
    assert ask(first, rules) == [("manual_merge",)]


def test_a_split_wins_over_a_merge(clusters: dict[str, str]) -> None:
    assert clusters[crm("both", 0)] != clusters[crm("both", 1)]


def test_an_override_of_an_unknown_record_is_listed(first: Path) -> None:
    unknown = "select record_b from marts.identity_review_queue where reason = 'override' and record_b like '%nobody%'"
    assert ask(first, unknown) == [(crm("nobody", 0),)]


def test_a_parent_is_not_its_child_but_a_child_may_be_entered_twice(clusters: dict[str, str]) -> None:
    parent, child, again = (clusters[crm("parent", n)] for n in range(3))
    assert child == again != parent


def test_verified_tax_numbers_hold_apart_unless_a_person_merged_them(clusters: dict[str, str]) -> None:
    assert clusters[billing("tax", 0)] != clusters[billing("tax", 1)]
    assert together(clusters, (billing("ash", n) for n in range(3))) == 1


def test_a_record_merged_in_its_tool_gives_its_id(first: Path) -> None:
    """The loser is deleted, but was there first."""
    rows = ask(
        first,
        "select record_key, is_earliest, is_deleted, rule from marts.customer_sources where record_key like '%merged%'",
    )
    assert sorted(rows) == [
        (crm("merged", 0), True, True, "first_record"),
        (crm("merged", 1), False, False, "merged_in_tool"),
    ]


def test_what_is_deleted_altogether_is_no_customer(first: Path) -> None:
    aliases = ask(first, "select customer_id, alias_status from marts.customer_aliases where record_key like '%gone%'")
    assert aliases == [(None, "deleted")] * 2


# ---------------------------------------------------------------- the closure against Kruskal's


def kruskal(links: Iterable[tuple[str, str, Any]], guards: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Goes through the links, the best first, and joins what no guard forbids: the definition, one link at a time."""
    parent: dict[str, str] = {}
    held: dict[str, dict[str, str]] = defaultdict(dict)
    for record, guard, value in guards:
        held[record][guard] = value

    def root(record: str) -> str:
        while parent.setdefault(record, record) != record:
            record = parent[record]
        return record

    def rank(link: tuple[str, str, Any]) -> tuple[Any, str]:
        return -link[2], hashlib.md5(f"{link[0]}|{link[1]}".encode(), usedforsecurity=False).hexdigest()

    for one, other, _ in sorted(links, key=rank):
        a, b = root(one), root(other)
        if a != b and all(held[b].get(guard, value) == value for guard, value in held[a].items()):
            parent[b] = a
            held[a] |= held[b]
    return {record: root(record) for record in parent}


def partition(clusters: Mapping[str, str]) -> set[frozenset[str]]:
    members: dict[str, set[str]] = defaultdict(set)
    for record, cluster in clusters.items():
        members[cluster].add(record)
    return {frozenset(each) for each in members.values()}


@pytest.mark.parametrize("build", ["first", "second"])
def test_the_closure_is_that_of_kruskal(
    build: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    file = request.getfixturevalue(build)
    links = ask(file, "select record_a, record_b, score from intermediate.int_identity__links where status = 'link'")
    guards = ask(file, "select record_key, guard, guard_value from intermediate.int_identity__guards")
    found = dict(ask(file, "select record_key, cluster_key from intermediate.int_identity__clusters"))
    expected = kruskal(links, guards)
    skipped = sum(expected[a] != expected[b] for a, b, _ in links)
    with capsys.disabled():
        print(f"\n{build}: {len(links)} links, {skipped} of them forbidden, {len(set(expected.values()))} clusters")
    assert skipped > 300, "the crowd is too tame to prove anything"
    assert partition(found) == partition(expected)
    assert {min(each) for each in partition(found)} == set(found.values()), "a cluster is called after its smallest key"


# ---------------------------------------------------------------- ids


def test_newer_records_change_no_id_and_every_id_resolves(first: Path, second: Path) -> None:
    then = dict(ask(first, "select record_key, customer_id from intermediate.int_identity__customers"))
    now = dict(ask(second, "select record_key, customer_id from intermediate.int_identity__customers"))
    aliases = dict(ask(second, "select alias_id, customer_id from marts.customer_aliases"))
    earliest = dict(ask(first, "select customer_id, record_key from marts.customer_sources where is_earliest"))
    assert {customer: aliases[customer] for customer in earliest} == {
        customer: now[record] for customer, record in earliest.items()
    }
    # what the new records did not bring together keeps its id: two of the first build's customers are one now
    brought_together = [crm("merged", 0), billing("few", 0), crm("new", 1), billing("new", 0)]
    assert len({now[record] for record in brought_together}) == 1
    changed = {customer for customer, record in earliest.items() if now[record] != customer}
    assert len(changed) == 1
    assert changed < {then[crm("merged", 0)], then[billing("few", 0)]}
    assert now[crm("new", 0)] == then[crm("long", LONG_CHAIN - 1)] == now[crm("long", 0)]
    assert now[crm("new", 2)] not in then.values()
