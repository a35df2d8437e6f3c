-- No raw table may lose more of its rows than seeds/rules/rejected_row_limits.csv allows (20 % unless a person says
-- otherwise): a build on such rows would be wrong in a way that adds up. The test stops the build and says which table,
-- the commonest reason with a value, and what to do.
{% set unsound_tables %}
    with accounting as (
        select * from {{ ref('row_accounting') }}
    ),

    rejected as (
        select * from {{ ref('rejected_rows') }}
    ),

    limits as (
        select * from {{ ref('rejected_row_limits') }}
    ),

    -- the limit of a table itself counts before that of its tool, and that before the one for all
    limited as (
        select
            accounting.*,
            limits.max_rejected_share,
            row_number() over (
                partition by accounting.source_system, accounting.source_table
                order by
                    case when limits.source_table = '*' then 1 else 0 end,
                    case when limits.source_system = '*' then 1 else 0 end
            ) as preference
        from accounting
        inner join limits
            on
                (accounting.source_system = limits.source_system or limits.source_system = '*')
                and (accounting.source_table = limits.source_table or limits.source_table = '*')
    ),

    reasons as (
        select
            source_system,
            source_table,
            reject_reason,
            reject_column,
            count(*) as reason_rows,
            min(reject_value) as example,
            row_number() over (
                partition by source_system, source_table
                order by count(*) desc, reject_reason asc, reject_column asc
            ) as place
        from rejected
        group by source_system, source_table, reject_reason, reject_column
    )

    select
        limited.source_system,
        limited.source_table,
        limited.rejected_rows,
        limited.rows_in,
        cast(round(100 * limited.max_rejected_share, 0) as bigint) as allowed_percent,
        reasons.reason_rows,
        reasons.reject_reason,
        reasons.reject_column,
        reasons.example
    from limited
    left join reasons
        on
            limited.source_system = reasons.source_system
            and limited.source_table = reasons.source_table
            and reasons.place = 1
    where limited.preference = 1 and limited.rejected_rows > limited.max_rejected_share * limited.rows_in
    order by limited.source_system, limited.source_table
{% endset %}

{% if execute and flags.WHICH in ('build', 'test') -%}
    {% set messages = [] -%}
    {% for row in run_query(unsound_tables).rows -%}
        {% do messages.append(
            row[0] ~ '.' ~ row[1] ~ ': ' ~ row[2] ~ ' of ' ~ row[3] ~ ' rows are rejected (allowed: ' ~ row[4] ~ ' %), most ('
            ~ row[5] ~ ') for ' ~ row[6] ~ ' in column ' ~ row[7]
            ~ (", for example '" ~ row[8] ~ "'" if row[8] else ', which is empty') ~ '.'
        ) -%}
    {% endfor -%}
    {% if messages -%}
        {{ exceptions.raise_compiler_error(
            'The raw rows are not sound, and nothing is published. ' ~ messages | join(' ')
            ~ ' Look at marts.rejected_rows and mend the export; if the rows are right to be left out, raise the limit of'
            ~ ' the table in seeds/rules/rejected_row_limits.csv.'
        ) }}
    {%- endif %}
{%- endif %}

{{ unsound_tables }}
