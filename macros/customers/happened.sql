{#
  Whether the row of a fact counts: it is used, or it was deleted only when the month in which it happened was over.
  Deleting a record in its tool never restates a closed month; who cleans up before the month is over has the fact out
  of it for good. A delete at an unknown time is taken for a late one.
  `happened_at` is when the fact happened, null for what has not.
#}
{% macro happened(happened_at) -%}
    (
        row_status = 'used'
        or (
            row_status = 'deleted'
            and reject_reason is null
            and {{ happened_at }} is not null
            and coalesce(
                {{ to_reporting_date('deleted_at') }}
                > cast({{ dbt.last_day(to_reporting_date(happened_at), 'month') }} as date),
                true
            )
        )
    )
{%- endmacro %}
