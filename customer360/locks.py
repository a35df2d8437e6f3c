"""One build and one publication at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BusyError(RuntimeError):
    """Another process does the same work now."""


@contextmanager
def only_one(lock_file: Path, work: str) -> Iterator[None]:
    """Holds `lock_file` while the block runs; raises BusyError at once when another process holds it.

    The lock ends with the process, so a killed run leaves nothing to clean up."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BusyError(f"Another process is {work}. Wait until it ends, then start again.") from None
        yield
