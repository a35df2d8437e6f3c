{#
  Business time between two instants: the clock of a schedule (int_business_clock) tells how many seconds it had been open
  until an instant, and the difference of two readings is the business time between them, at the cost of two hash joins:

      left join {{ ref('int_business_clock') }} as at_start
          on {{ on_business_clock('at_start', 'facts.schedule_key', 'facts.started_at') }}
      left join {{ ref('int_business_clock') }} as at_end
          on {{ on_business_clock('at_end', 'facts.schedule_key', 'facts.ended_at') }}

      {{ business_seconds('at_start', 'facts.started_at', 'at_end', 'facts.ended_at') }}

  Each join finds one row or none; no schedule, or no instant, gives null. The clock runs from the first ticket or e-mail
  to as_of_date.
#}
{% macro on_business_clock(clock, schedule_key, instant) -%}
    {{ schedule_key }} = {{ clock }}.schedule_key
    and cast({{ instant }} as date) = {{ clock }}.clock_date
    and {{ instant }} >= {{ clock }}.from_at
    and {{ instant }} < {{ clock }}.until_at
{%- endmacro %}

{# What a clock that was joined for an instant reads: seconds that the schedule had been open until then. #}
{% macro business_clock_reads(clock, instant) -%}
    ({{ clock }}.seconds_before + least({{ seconds_between(clock ~ '.from_at', instant) }}, {{ clock }}.open_seconds))
{%- endmacro %}

{# Business seconds from an instant to a later one; 0 when the later one is in truth earlier. #}
{% macro business_seconds(first_clock, first_instant, last_clock, last_instant) -%}
    greatest(
        {{ business_clock_reads(last_clock, last_instant) }} - {{ business_clock_reads(first_clock, first_instant) }}, 0
    )
{%- endmacro %}
