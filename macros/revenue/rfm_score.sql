{#
  A score from 1 (worst) to `bins` (best) of a value among all rows, or among those of `partition_by`. `bins` is SQL: a
  number or a column that is the same in all these rows. With `low_is_good` the smallest value is the best. No value
  may be null. Var `rfm_scoring`, or the argument `scoring`, says how:

  tie_safe   1 + floor(bins * share of rows that are strictly worse). Equal values always get the same score, whatever
             the order of the rows; groups are as unequal as the values are. The best score is only given where
             enough rows are worse, so a value that nearly everybody has is never a good one.
  published  as the notebooks do that cut at interpolated quantile edges, closed on the right: a value is above the
             k-th edge when more than k/bins * (rows - 1) rows are smaller. With `tie_break` (SQL of an order) equal
             values are told apart by it first, as pandas' rank(method='first') does.
#}
{% macro rfm_score(value, bins, low_is_good=false, partition_by=none, tie_break=none, scoring=none) -%}
    {%- set scoring = scoring or var('rfm_scoring', 'tie_safe') -%}
    {%- set partition = 'partition by ' ~ partition_by if partition_by else '' -%}
    {%- if scoring == 'tie_safe' -%}
        cast(
            1 + floor(
                {{ bins }} * (
                    rank() over ({{ partition }} order by {{ value }} {{ 'desc' if low_is_good else 'asc' }} nulls last) - 1
                )
                / count(*) over ({{ partition }})
            ) as bigint
        )
    {%- elif scoring == 'published' -%}
        {%- set smaller -%}
            {%- if tie_break -%}
                row_number() over ({{ partition }} order by {{ value }} asc nulls last, {{ tie_break }}) - 1
            {%- else -%}
                rank() over ({{ partition }} order by {{ value }} asc nulls last) - 1
            {%- endif -%}
        {%- endset -%}
        {%- set place -%}
            greatest(1, coalesce(ceil({{ bins }} * ({{ smaller }}) / nullif(count(*) over ({{ partition }}) - 1, 0)), 1))
        {%- endset -%}
        cast({{ bins ~ ' + 1 - ' ~ place if low_is_good else place }} as bigint)
    {%- else -%}
        {{ exceptions.raise_compiler_error("rfm_scoring '" ~ scoring ~ "' is not known: give tie_safe or published.") }}
    {%- endif -%}
{%- endmacro %}
