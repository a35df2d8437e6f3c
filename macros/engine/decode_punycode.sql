{#
  A host name in Unicode: its labels in punycode (RFC 3492) decoded, so that 'xn--bcherwurm-65a.example' is
  'bücherwurm.example'. A label that is no punycode stays as it is.
  A fold over the digits of a label. Its state is one array: code point, place, weight, k, bias, first place, and then
  the code points decoded so far; weights are capped, so that nonsense runs out of Unicode and not out of numbers.
#}
{% macro decode_punycode(host) -%}
    {{ return(adapter.dispatch('decode_punycode', 'customer360')(host)) }}
{%- endmacro %}

{% macro duckdb__decode_punycode(host) -%}
    {%- set threshold = 'greatest(1, least(26, state[4] - state[5]))' -%}
    {%- set place = '(state[2] + digit[1] * state[3])' -%}
    case
        when {{ host }} not like '%xn--%' then {{ host }}
        else array_to_string(list_transform(string_split({{ host }}, '.'), lambda label: case
            when label not like 'xn--%' then label
            else coalesce(list_extract(list_transform(list_value(list_reduce(
                list_concat(
                    list_value(list_concat(
                        cast([128, 0, 1, 36, 72, 0] as bigint[]),
                        list_transform(
                            regexp_extract_all(regexp_extract(label, '^xn--(.*)-', 1), '.'),
                            lambda sign: cast(unicode(sign) as bigint)
                        )
                    )),
                    list_transform(
                        regexp_extract_all(regexp_extract(label, '[a-z0-9]*$', 0), '.'),
                        lambda sign: list_value(cast(strpos('abcdefghijklmnopqrstuvwxyz0123456789', sign) - 1 as bigint))
                    )
                ),
                lambda state, digit: case
                    when digit[1] >= {{ threshold }}
                        then list_concat(
                            [
                                state[1], {{ place }}, least(state[3] * (36 - {{ threshold }}), 1000000000000),
                                state[4] + 36, state[5], state[6]
                            ],
                            list_slice(state, 7, len(state))
                        )
                    -- a number is complete: the next code point and where it goes; the bias adapts
                    else list_extract(list_transform([[
                        {{ place }},
                        len(state) - 5,
                        ({{ place }} - state[6]) // (case when state[6] = 0 then 700 else 2 end)
                    ]], lambda found: list_extract(list_transform(
                        [[found[1] // found[2], found[1] % found[2], found[3] + found[3] // found[2]]],
                        lambda step: list_concat(
                            [
                                state[1] + step[1], step[2] + 1, 1, 36,
                                case
                                    {% for level in range(8) -%}
                                    when step[3] // {{ 35 ** level }} <= 455 {{- '' if level < 7 else ' or true' }}
                                        then {{ 36 * level }}
                                            + 36 * (step[3] // {{ 35 ** level }}) // (step[3] // {{ 35 ** level }} + 38)
                                    {% endfor %}
                                end,
                                step[2] + 1
                            ],
                            list_concat(
                                list_slice(state, 7, 6 + step[2]),
                                list_concat([state[1] + step[1]], list_slice(state, 7 + step[2], len(state)))
                            )
                        )
                    ), 1)), 1)
                end
            )), lambda final: case
                when
                    final[3] = 1
                    and list_max(list_slice(final, 7, len(final))) between 128 and 1114111
                    and len(list_filter(
                        list_slice(final, 7, len(final)), lambda point: point between 55296 and 57343
                    )) = 0
                    then array_to_string(list_transform(
                        list_slice(final, 7, len(final)), lambda point: chr(cast(point as integer))
                    ), '')
            end), 1), label)
        end), '.')
    end
{%- endmacro %}

{% macro default__decode_punycode(host) -%}
    {%- set threshold = 'greatest(1, least(26, state[3] - state[4]))' -%}
    {%- set place = '(state[1] + digit * state[2])' -%}
    case
        when {{ host }} not like '%xn--%' then {{ host }}
        else array_join(transform(split({{ host }}, '[.]'), label -> case
            when label not like 'xn--%' then label
            else coalesce(transform(array(aggregate(
                transform(
                    regexp_extract_all(regexp_extract(label, '[a-z0-9]*$', 0), '.', 0),
                    sign -> cast(locate(sign, 'abcdefghijklmnopqrstuvwxyz0123456789') - 1 as bigint)
                ),
                concat(
                    array(128L, 0L, 1L, 36L, 72L, 0L),
                    transform(
                        regexp_extract_all(regexp_extract(label, '^xn--(.*)-', 1), '.', 0),
                        sign -> cast(ascii(sign) as bigint)
                    )
                ),
                (state, digit) -> case
                    when digit >= {{ threshold }}
                        then concat(
                            array(
                                state[0], {{ place }}, least(state[2] * (36 - {{ threshold }}), 1000000000000L),
                                state[3] + 36, state[4], state[5]
                            ),
                            slice(state, 7, size(state))
                        )
                    else transform(array(array(
                        {{ place }},
                        cast(size(state) - 5 as bigint),
                        ({{ place }} - state[5]) div (case when state[5] = 0 then 700 else 2 end)
                    )), found -> transform(
                        array(array(found[0] div found[1], found[0] % found[1], found[2] + found[2] div found[1])),
                        step -> concat(
                            array(
                                state[0] + step[0], step[1] + 1, 1L, 36L,
                                cast(case
                                    {% for level in range(8) -%}
                                    when step[2] div {{ 35 ** level }}L <= 455 {{- '' if level < 7 else ' or true' }}
                                        then {{ 36 * level }} + 36 * (step[2] div {{ 35 ** level }}L)
                                            div (step[2] div {{ 35 ** level }}L + 38)
                                    {% endfor %}
                                end as bigint),
                                step[1] + 1
                            ),
                            slice(state, 7, cast(step[1] as int)),
                            array(state[0] + step[0]),
                            slice(state, cast(7 + step[1] as int), size(state))
                        )
                    )[0])[0]
                end
            )), final -> case
                when
                    final[2] = 1
                    and array_max(slice(final, 7, size(final))) between 128 and 1114111
                    and size(filter(slice(final, 7, size(final)), point -> point between 55296 and 57343)) = 0
                    then array_join(transform(
                        slice(final, 7, size(final)), point -> decode(unhex(lpad(hex(point), 8, '0')), 'UTF-32')
                    ), '')
            end)[0], label)
        end), '.')
    end
{%- endmacro %}
