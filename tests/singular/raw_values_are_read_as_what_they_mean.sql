-- Raw values in all the forms in which loaders, exports and pandas write them, with what each of them means; `none`
-- where it means nothing, and a staging model must reject the row. Any row that comes out is one that a macro reads
-- otherwise.
{% set instants = [
    ('2025-01-05 08:00:00', '2025-01-05 08:00:00'),
    ('2025-01-05T08:00:00.000Z', '2025-01-05 08:00:00'),
    ('2025-01-05T08:00:00.000+0000', '2025-01-05 08:00:00'),
    ('2025-01-05T10:00:00+02:00', '2025-01-05 08:00:00'),
    ('2025-01-05 03:00:00 -0500', '2025-01-05 08:00:00'),
    ('2025-01-05 08:00:00 UTC', '2025-01-05 08:00:00'),
    ('2025-01-05 08:00:00 +0000 UTC', '2025-01-05 08:00:00'),
    ('2025-01-05 08:00', '2025-01-05 08:00:00'),
    ('2025-01-05', '2025-01-05 00:00:00'),
    ('2025/01/05', '2025-01-05 00:00:00'),
    ('20250105', '2025-01-05 00:00:00'),
    (' 2025-01-05 ', '2025-01-05 00:00:00'),
    ('1736064000', '2025-01-05 08:00:00'),
    ('1736064000.0', '2025-01-05 08:00:00'),
    ('1736064000000', '2025-01-05 08:00:00'),
    ('1736064000000000', '2025-01-05 08:00:00'),
    ('1736064000000000000', '2025-01-05 08:00:00'),
    ('20251305', none),
    ('05.01.2025', none),
    ('01/05/2025', none),
    ('next week', none),
    ('2025', none),
    ('12', none),
    ('0', none),
    ('', none),
] %}
{% set flags = [
    ('true', 'true'), ('TRUE', 'true'), ('t', 'true'), ('T', 'true'), ('yes', 'true'), ('Y', 'true'), ('1', 'true'),
    ('1.0', 'true'), (' true ', 'true'), ('false', 'false'), ('F', 'false'), ('No', 'false'), ('n', 'false'),
    ('0', 'false'), ('0.0', 'false'), ('maybe', none), ('2', none), ('-1', none), ('', none),
] %}
{% set ids = [
    ('101', '101'), ('101.0', '101'), ('101.00', '101'), (' 101 ', '101'), ('-1.0', '-1'), ('0101', '0101'),
    ('101.5', '101.5'), ('v1.0', 'v1.0'), ('1.0.0', '1.0.0'), ('cus_1', 'cus_1'), ('', none),
] %}
{% set numbers = [
    ('12', '12'), ('12.0', '12'), ('-3', '-3'), ('99999999999999', '99999999999999'), ('12.6', none), ('1,000', none),
    ('123456789012345', none), ('ten', none), ('', none),
] %}
{% set kinds = {
    'instant': (instants, 'cast(' ~ to_utc('raw_value') ~ ' as ' ~ dbt.type_string() ~ ')'),
    'flag': (flags, 'cast(' ~ to_flag('raw_value') ~ ' as ' ~ dbt.type_string() ~ ')'),
    'id': (ids, clean_id('raw_value')),
    'whole number': (numbers, 'cast(' ~ to_integer('raw_value') ~ ' as ' ~ dbt.type_string() ~ ')'),
} %}

with given as (
    {% for kind, (values, reading) in kinds.items() -%}
    {% for raw_value, meaning in values -%}
    select
        '{{ kind }}' as kind,
        cast('{{ raw_value }}' as {{ dbt.type_string() }}) as raw_value,
        cast({{ "'" ~ meaning ~ "'" if meaning is not none else 'null' }} as {{ dbt.type_string() }}) as meaning
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
),

readings as (
    {% for kind, (values, reading) in kinds.items() -%}
    select
        kind,
        raw_value,
        meaning,
        {{ reading }} as reading
    from given
    where kind = '{{ kind }}'
    {% if not loop.last %}union all{% endif %}
    {% endfor -%}
)

select *
from readings
where coalesce(meaning, 'none') <> coalesce(reading, 'none')
