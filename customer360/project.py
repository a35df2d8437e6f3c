"""Where the project's files lie. Nothing here touches a database."""

import os
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent


def build_file() -> Path:
    """The DuckDB file that dbt writes (profiles/profiles.yml reads the same variable)."""
    return ROOT / os.environ.get("CUSTOMER360_BUILD_FILE", "target/customer360_build.duckdb")


def publish_folder() -> Path:
    """The folder whose files BI opens."""
    return ROOT / os.environ.get("CUSTOMER360_PUBLISH_FOLDER", "target/publish")


def project_vars() -> dict[str, Any]:
    """The vars of dbt_project.yml with their defaults."""
    return yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8")).get("vars", {})


def dbt() -> str:
    """The dbt of this Python's environment, whether or not that is activated."""
    return str(Path(sys.executable).with_name("dbt"))


def shown(path: Path) -> str:
    """A path as a person at the project's root would type it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
