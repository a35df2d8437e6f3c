"""Asks the semantic layer several questions in one process, because MetricFlow is slow to start.

python ask_metrics.py '[{"metric_names": ["mrr"], "group_by_names": ["metric_time__month"]}]' answers.json

runs in the folder of a dbt project, as `mf query` does, and writes a list of {"columns": [...], "rows": [[...]]}.
"""

import json
import sys
from pathlib import Path
from typing import Any

from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from metricflow.engine.metricflow_engine import MetricFlowQueryRequest


def main() -> None:
    engine = CLIConfiguration()
    engine.setup()
    answers: list[dict[str, Any]] = []
    for question in json.loads(sys.argv[1]):
        table = engine.mf.query(MetricFlowQueryRequest.create(**question)).result_df
        answers.append(
            {"columns": list(table.column_names), "rows": [[plain(value) for value in row] for row in table.rows]}
        )
    Path(sys.argv[2]).write_text(json.dumps(answers), encoding="utf-8")


def plain(value: Any) -> Any:
    """A number as the shortest text that gives it again, a day as a text; null stays."""
    if value is None or isinstance(value, bool):
        return value
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else str(value)


if __name__ == "__main__":
    main()
