"""Ids that look like the tools' own, never repeat, and never occur in two worlds.

Every id holds the world's code (the seed modulo `WORLDS`) and a number made of block and counter, both scrambled by a
bijection: unique without looking anything up, the same whatever the number of customers.
"""

from __future__ import annotations

import zlib

import numpy as np

#: Seeds that differ modulo this number share no id, e-mail, domain, company name or phone.
WORLDS = 1499
#: Companies that fit into one world.
WORLD_SIZE = 1 << 17

B62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
B36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_B62 = np.frombuffer(B62.encode(), dtype=np.uint8)
_B36 = np.frombuffer(B36.encode(), dtype=np.uint8)
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_ODD = 0x9E3779B97F4A7C15


def world_of(seed: int) -> int:
    """Code of the world of a seed."""
    return seed % WORLDS


def scramble(n: np.ndarray, bits: int, salt: int = 0) -> np.ndarray:
    """A bijection of the numbers below 2**bits."""
    mask = np.uint64((1 << bits) - 1)
    odd = np.uint64((_ODD + 2 * salt * 0x51ED2701) & ((1 << bits) - 1) | 1)
    half = np.uint64(bits // 2)
    x = n.astype(np.uint64) & mask
    for _ in range(2):
        x = (x * odd) & mask
        x ^= x >> half
    return (x * odd) & mask


def scramble_one(n: int, bits: int, salt: int = 0) -> int:
    """`scramble` of one number."""
    mask = (1 << bits) - 1
    odd = (_ODD + 2 * salt * 0x51ED2701) & mask | 1
    half = bits // 2
    x = n & mask
    for _ in range(2):
        x = (x * odd) & mask
        x ^= x >> half
    return (x * odd) & mask


def digits(n: np.ndarray, width: int, prefix: bytes = b"", base: np.ndarray = _B62) -> np.ndarray:
    """The numbers as fixed-width text: an array of byte strings."""
    out = np.empty((len(n), len(prefix) + width), dtype=np.uint8)
    out[:, : len(prefix)] = np.frombuffer(prefix, dtype=np.uint8)
    rest = n.astype(np.uint64)
    radix = np.uint64(len(base))
    for column in range(len(prefix) + width - 1, len(prefix) - 1, -1):
        rest, digit = np.divmod(rest, radix)
        out[:, column] = base[digit]
    return out.reshape(-1).view(f"S{len(prefix) + width}")


def digits_one(n: int, width: int, alphabet: str = B62) -> str:
    """`digits` of one number."""
    text = ""
    for _ in range(width):
        n, digit = divmod(n, len(alphabet))
        text = alphabet[digit] + text
    return text


def salesforce_18(id15: str) -> str:
    """The 18-character form: three characters that tell which letters are capitals."""
    tail = ""
    for start in (0, 5, 10):
        bits = sum(1 << i for i, ch in enumerate(id15[start : start + 5]) if "A" <= ch <= "Z")
        tail += _CHECK[bits]
    return id15 + tail


_SALESFORCE_PREFIX = {
    "account": "001",
    "contact": "003",
    "opportunity": "006",
    "user": "005",
    "task": "00T",
    "event": "00U",
    "email_message": "02s",
}
#: Bits of the number that follow the world in an id: block (14) and counter in the block (22).
_BLOCK_BITS = 22


class IdMaker:
    """New ids of one block."""

    def __init__(self, seed: int, block: int) -> None:
        self.world = world_of(seed)
        self.block = block + 1  # 0 is the company itself
        self._pools: dict[str, list[str]] = {}
        self._next: dict[str, int] = {}
        self._code = digits_one(scramble_one(self.world, 23, 7), 4)

    def _numbers(self, kind: str, count: int) -> np.ndarray:
        first = self._next.get(kind, 0)
        self._next[kind] = first + count
        return (np.uint64(self.block) << np.uint64(_BLOCK_BITS)) + np.arange(first, first + count, dtype=np.uint64)

    def _pool(self, kind: str, make) -> str:
        pool = self._pools.get(kind)
        if not pool:
            pool = self._pools[kind] = make(self._numbers(kind, 256))[::-1]
        return pool.pop()

    def stripe(self, prefix: str) -> str:
        """`cus_Q3fXa81kLm0Zx9` and so on: world (4) and number (10)."""
        salt = zlib.crc32(prefix.encode()) % 9973
        return self._pool(
            prefix,
            lambda n: [f"{prefix}_{self._code}{x.decode()}" for x in digits(scramble(n, 59, salt), 10)],
        )

    def salesforce(self, table: str) -> str:
        """An 18-character Salesforce id. The 15th character is a digit or a small letter, see `case_twin`."""
        prefix = _SALESFORCE_PREFIX[table]
        salt = zlib.crc32(table.encode()) % 9973

        def make(n: np.ndarray) -> list[str]:
            x = scramble(n, 41, salt)
            last = digits((x >> np.uint64(7)) % np.uint64(26) + np.uint64(10), 1, base=_B36)
            return [
                salesforce_18(f"{prefix}{self._code}{a.decode()}{b.decode()}")
                for a, b in zip(digits(x, 7), last, strict=True)
            ]

        return self._pool("sf_" + table, make)

    @staticmethod
    def case_twin(id18: str) -> str:
        """Another record's id that differs from this one by the case of one letter only."""
        return salesforce_18(id18[:14] + id18[14].upper())

    def number(self, kind: str, size: int = 7) -> str:
        """A numeric id: world (4 digits) and a number of `size` digits (block and counter, scrambled)."""
        modulus = 10**size
        head = 1000 + self.world
        salt = np.uint64(zlib.crc32(kind.encode()) % modulus)

        def make(n: np.ndarray) -> list[str]:
            counter = (np.uint64(self.block) * np.uint64(18_000)) + (n & np.uint64((1 << _BLOCK_BITS) - 1))
            x = (counter * np.uint64(6_180_397) + salt) % np.uint64(modulus)
            return [f"{head}{int(v):0{size}d}" for v in x]

        return self._pool(f"n_{kind}", make)

    def rows(self, kind: str, count: int) -> np.ndarray:
        """`count` row ids of 8 characters for a big table."""
        n = self._numbers("rows_" + kind, count)
        return digits(scramble(n | (np.uint64(self.world) << np.uint64(36)), 47, 11), 8)

    def row(self, kind: str) -> str:
        """One row id of 8 characters."""
        world = np.uint64(self.world) << np.uint64(36)
        return self._pool("row_" + kind, lambda n: [x.decode() for x in digits(scramble(n | world, 47, 11), 8)])

    def visitor(self, company: int, person: int) -> str:
        """Id of a person in the product."""
        n = (self.world << 25) | (company << 8) | person
        return "v_" + digits_one(scramble_one(n, 36, 5), 7, B36)

    def product_account(self, company: int, copy: int = 0) -> str:
        """Id of a company in the product."""
        n = (self.world << 19) | (company << 2) | copy
        return "a_" + digits_one(scramble_one(n, 30, 9), 6, B36)

    def short(self, prefix: str, n: int, width: int = 4) -> str:
        """A short id of a company-wide thing (feature, guide, coupon)."""
        return prefix + digits_one(scramble_one((self.world << 8) | n, 20, len(prefix)), width, B36)
