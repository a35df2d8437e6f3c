{#
  A select that turns a text of words into rows: the given columns, then `part` and its `position` from 1.
  A null or empty text gives no row.
#}
{% macro split_rows(relation, columns, text, separator=' ') -%}
    {{ return(adapter.dispatch('split_rows', 'customer360')(relation, columns, text, separator)) }}
{%- endmacro %}

{% macro duckdb__split_rows(relation, columns, text, separator) -%}
    select
        {{ columns | join(', ') }},
        unnest(parts) as part,
        generate_subscripts(parts, 1) as position
    from (
        select
            {{ columns | join(', ') }},
            string_split({{ text }}, '{{ separator }}') as parts
        from {{ relation }}
        where {{ text }} <> ''
    ) as split_texts
{%- endmacro %}

{% macro default__split_rows(relation, columns, text, separator) -%}
    select
        {{ columns | join(', ') }},
        part,
        position + 1 as position
    from {{ relation }}
    lateral view posexplode(split({{ text }}, '{{ separator }}')) as position, part
    where {{ text }} <> ''
{%- endmacro %}
