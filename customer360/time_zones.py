"""Writes the seed `time_zones`: what Ruby on Rails, and with it the help desk, calls the zones of the IANA database.

    python -m customer360.time_zones <activesupport>/lib/active_support/values/time_zone.rb

The file is part of ActiveSupport (MIT licence; Debian's package `ruby-activesupport` has it). A name that an older list
knew and a newer one does not stays in the seed: tools go on showing it.
"""

import csv
import re
import sys
import zoneinfo
from pathlib import Path

from customer360.project import ROOT

SEED = ROOT / "seeds" / "rules" / "time_zones.csv"
_PAIR = re.compile(r'^\s*"([^"]+)"\s*=>\s*"([^"]+)",?\s*$', re.MULTILINE)


def rails_zones(source: str) -> dict[str, str]:
    """Rails name -> IANA name, from the Ruby source."""
    inside = source[source.index("MAPPING = {") :]
    return dict(_PAIR.findall(inside[: inside.index("}")]))


def main(source: Path) -> None:
    """Brings the seed up to the list in `source`."""
    with SEED.open(encoding="utf-8", newline="") as lines:
        zones = {row["time_zone"]: row["iana_name"] for row in csv.DictReader(lines)}
    zones |= rails_zones(source.read_text(encoding="utf-8"))
    if unknown := sorted(set(zones.values()) - zoneinfo.available_timezones()):
        sys.exit(f"not in the IANA database of this Python: {', '.join(unknown)}")
    with SEED.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("time_zone", "iana_name"))
        writer.writerows(sorted(zones.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
