{#
  The rows of a relation without what people type to fill a field, which must link nobody: such values become null.
    texts    columns of plain words ('unknown', 'n/a', 'test'); compared by letters and digits alone
    numbers  columns of digits; besides those of the seed, repeated digits and runs (is_dummy_number)
  Which values these are says the seed identity_placeholders. An e-mail address goes by what stands before its @.
#}
{% macro without_placeholders(relation, texts=[], numbers=[]) -%}
    select
        {{ all_except(relation, texts + numbers) }}
        {%- for column in texts %},
        case when text_{{ loop.index }}.value is null then {{ relation }}.{{ column }} end as {{ column }}
        {%- endfor %}
        {%- for column in numbers %},
        case
            when number_{{ loop.index }}.value is null and not {{ is_dummy_number(relation ~ '.' ~ column) }}
                then {{ relation }}.{{ column }}
        end as {{ column }}
        {%- endfor %}
    from {{ relation }}
    {%- for column in texts %}
    left join {{ ref('identity_placeholders') }} as text_{{ loop.index }}
        on
            {{ regex_replace("lower(split_part(" ~ relation ~ "." ~ column ~ ", '@', 1))", '[^\\p{L}\\p{N}]', '') }}
            = text_{{ loop.index }}.value
            and text_{{ loop.index }}.kind = 'text'
    {%- endfor %}
    {%- for column in numbers %}
    left join {{ ref('identity_placeholders') }} as number_{{ loop.index }}
        on {{ relation }}.{{ column }} = number_{{ loop.index }}.value and number_{{ loop.index }}.kind = 'number'
    {%- endfor %}
{%- endmacro %}
