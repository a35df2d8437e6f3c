{#
  A raw value as a UTC timestamp without zone. It may be
    text in ISO form, with or without an offset or the word UTC, or a date alone (also 20260131);
    a native date or timestamp (without a zone: taken as UTC);
    seconds, milliseconds, microseconds or nanoseconds since 1970, as a number or as text; the number of digits tells
    them apart, and a number below 100,000,000 (March 1973) is no time.
  What cannot be read gives null; `reject_reason` tells it from a value that is missing.
#}
{% macro to_utc(column) -%}
    {{ return(adapter.dispatch('to_utc', 'customer360')(column)) }}
{%- endmacro %}

{#
  DuckDB drops an offset when it casts to timestamp, so the value goes through timestamptz (session zone UTC). The way
  back over epoch_us() is five times as fast as `at time zone 'UTC'`, and takes 'infinity' for no date. Only what that
  cast cannot read is looked at again.
#}
{% macro duckdb__to_utc(column) -%}
    {%- set text = 'trim(cast(' ~ column ~ ' as varchar))' -%}
    make_timestamp(coalesce(
        epoch_us(try_cast({{ column }} as timestamptz)),
        case
            when regexp_full_match({{ text }}, '(19|20)[0-9]{6}') then epoch_us(try_strptime({{ text }}, '%Y%m%d'))
            when regexp_full_match({{ text }}, '[0-9]{9,19}([.][0-9]*)?') then {{ epoch_microseconds('try_cast(' ~ text ~ ' as double)') }}
            else epoch_us(try_cast(regexp_replace({{ text }}, ' ?([+-][0-9]{2}:?[0-9]{2})( UTC)?$', '\1') as timestamptz))
        end
    ))
{%- endmacro %}

{#
  Spark converts an offset to the session zone, which the profile sets to UTC. It would also read a lone year, and a
  lone time as a time of today: neither is a date here.
#}
{% macro default__to_utc(column) -%}
    {%- set text = 'trim(cast(' ~ column ~ ' as string))' -%}
    case
        when {{ text }} rlike '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]'
            then try_cast(regexp_replace(
                regexp_replace({{ text }}, '/', '-'), ' ?([+-][0-9]{2}):?([0-9]{2})( UTC)?$', '$1:$2'
            ) as timestamp)
        when {{ text }} rlike '^(19|20)[0-9]{6}$' then try_to_timestamp({{ text }}, 'yyyyMMdd')
        when {{ text }} rlike '^[0-9]{9,19}([.][0-9]*)?$'
            then timestamp_micros({{ epoch_microseconds('try_cast(' ~ text ~ ' as double)') }})
    end
{%- endmacro %}

{# Microseconds since 1970 of a number that counts seconds, milliseconds, microseconds or nanoseconds since then. #}
{% macro epoch_microseconds(number) -%}
    cast(case
        when {{ number }} < 1e11 then round({{ number }} * 1e6, 0)
        when {{ number }} < 1e14 then round({{ number }} * 1e3, 0)
        when {{ number }} < 1e17 then round({{ number }}, 0)
        else floor({{ number }} / 1e3)
    end as bigint)
{%- endmacro %}
