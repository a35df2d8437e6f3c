{#
  A select that adds up measures by month for the company and for every segment: each fact counts once in each type of
  segment. `facts` is a CTE with month_end, the columns of int_kpi__segments, and the measures; a fact without a customer
  counts for the company and for the segment 'unknown' of each type.
#}
{% macro kpi_segment_sums(facts, measures) -%}
    {%- set types = ['plan', 'size', 'region', 'owner', 'lifecycle_stage'] -%}
    select
        month_end,
        segment_type,
        segment,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            {{ facts }}.*,
            segment_types.segment_type,
            case segment_types.segment_type
                {%- for type in types %}
                when '{{ type }}' then {{ facts }}.{{ type }}
                {%- endfor %}
                else 'all'
            end as segment
        from {{ facts }}
        cross join (
            select 'overall' as segment_type
            {%- for type in types %}
            union all
            select '{{ type }}' as segment_type
            {%- endfor %}
        ) as segment_types
    ) as facts_by_type
    group by month_end, segment_type, segment
{%- endmacro %}
