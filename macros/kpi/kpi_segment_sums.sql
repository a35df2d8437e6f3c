{#
  A select that adds up measures by month for the company and for every segment, in one pass. `facts` is a CTE with
  month_end, the columns of int_kpi__segments, and the measures; a fact without a customer counts for the company and for
  the segment 'unknown' of each type.
#}
{% macro kpi_segment_sums(facts, measures) -%}
    {%- set types = ['plan', 'size', 'region', 'owner', 'lifecycle_stage'] -%}
    select
        month_end,
        case
            {%- for type in types %}
            when grouping({{ type }}) = 0 then '{{ type }}'
            {%- endfor %}
            else 'overall'
        end as segment_type,
        case
            {%- for type in types %}
            when grouping({{ type }}) = 0 then {{ type }}
            {%- endfor %}
            else 'all'
        end as segment,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ facts }}
    group by grouping sets (
        (month_end),
        {%- for type in types %}
        (month_end, {{ type }}){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
