"""What the invariances do not ask for, by name and with the reason. Everything that is not listed here is compared.

A line here is a promise that the difference is in the nature of things. When an invariance fails, look for a leak in
the model first.
"""

#: (c) Columns that come from a raw value which its tool overwrites and keeps no history of: a build as of an earlier
#: day from today's export shows today's value. {mart: {column: reason}}
OVERWRITTEN_COLUMNS: dict[str, dict[str, str]] = {}

#: (d) Columns that count or combine tools, so that a tool less changes them by definition. {mart: {column: reason}}
COMBINED_COLUMNS: dict[str, dict[str, str]] = {}

#: (d) Marts whose rows are about what several tools say of the same thing. {mart: reason}
OF_ALL_TOOLS: dict[str, str] = {
    "identity_review_queue": "a doubt is about what two records share, and may lie between two tools",
}

#: (d) Marts whose rows also need a tool that the lineage does not show. {mart: {tool: reason}}
ROWS_ALSO_FROM: dict[str, dict[str, str]] = {}

#: (d, e) Marts whose values belong to the whole population, not to one customer (ranks, fitted models, totals): a
#: company beside this one, or customers joined differently, change them by definition. {mart: reason}
OF_THE_POPULATION: dict[str, str] = {}

#: (e) Marts that are sums over their rows: together = the sum of both, key by key. {mart: reason}
ADDITIVE: dict[str, str] = {
    "row_accounting": "counts raw rows by table",
}
