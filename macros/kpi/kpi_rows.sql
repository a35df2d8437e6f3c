{#
  A select that turns wide sums into one row a KPI: `kpis` is a list of (kpi_id, numerator, denominator, n, provisional),
  each SQL over the relation's columns; a denominator of none stands for a total, whose value is its numerator.
  A KPI has no row where its numerator is null: nothing was known, which is not zero.
#}
{% macro kpi_rows(relation, kpis) -%}
    {%- for kpi_id, numerator, denominator, n, provisional in kpis %}
    select
        '{{ kpi_id }}' as kpi_id,
        month_end,
        segment_type,
        segment,
        cast({{ numerator }} as decimal(28, 8)) as numerator,
        cast({{ denominator if denominator is not none else 1 }} as decimal(28, 8)) as denominator,
        cast({{ n }} as bigint) as n,
        {{ provisional or 'false' }} as is_provisional
    from {{ relation }}
    where {{ numerator }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
