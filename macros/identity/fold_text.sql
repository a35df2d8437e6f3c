{#
  Text in lower case without accents, so that two writings of one word compare as equal: 'Ærø Café' is 'aero cafe'.
  Composed and decomposed accents, full-width forms, typographic quotes, dashes and blanks are handled; letters of
  other alphabets stay. Spelt out here because the engines' own functions differ; the common cases take the short way.
#}
{% macro fold_text(column) -%}
    {%- set accented =
        'àáâãäåāăąǎəạảấầẩẫậắằẳẵặçćĉċčðďđḍèéêëēĕėęěẹẻẽếềểễệĝ'
        ~ 'ğġģǧĥħḥìíîïĩīĭįıǐỉịĵķĺļľłñńņňòóôõöøōŏőơǒǫọỏốồổỗộớờ'
        ~ 'ởỡợŕŗřśŝşšșṣţťŧțṭùúûüũūŭůűųưǔụủứừửữựŵẁẃẅýÿŷỳỵỷỹźżž'
    -%}
    {%- set plain =
        'aaaaaaaaaaaaaaaaaaaaaaacccccddddeeeeeeeeeeeeeeeeeg'
        ~ 'gggghhhiiiiiiiiiiiijkllllnnnnooooooooooooooooooooo'
        ~ 'ooorrrsssssstttttuuuuuuuuuuuuuuuuuuuwwwwyyyyyyyzzz'
    -%}
    {#- full-width letters and digits (Ａ１), wide and fixed blanks, the long dashes -#}
    {%- set wide, narrow = [], [] -%}
    {%- for offset in range(94) if '%c' % (33 + offset) not in ("'", '"', '\\') -%}
        {%- do wide.append('%c' % (65281 + offset)) -%}
        {%- do narrow.append('%c' % (33 + offset)) -%}
    {%- endfor -%}
    {%- do wide.extend(['\u00a0', '\u3000', '\u2009', '\u202f', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014']) -%}
    {%- do narrow.extend([' ', ' ', ' ', ' ', '-', '-', '-', '-', '-']) -%}
    {#- what follows in the first list without a partner in the second is taken out -#}
    {%- set dropped = [
        '\u00ad', '\u200b', '\u200c', '\u200d', '\ufeff', '\u2018', '\u2019', '\u201a', '\u02bc', '\u00b4', '`'
    ] -%}
    {%- for mark in range(768, 880) -%}
        {%- do dropped.append('%c' % mark) -%}
    {%- endfor -%}
    {%- set text = "replace(replace(replace(replace(lower(" ~ column ~ "), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')" -%}
    case
        when not {{ regex_matches(column, '[^ -_a-~]') }} then lower({{ column }})
        when not {{ regex_matches(column, '[^ -_a-~À-ɏḀ-ỿ]') }} then translate({{ text }}, '{{ accented }}', '{{ plain }}')
        else translate(
            {{ text }}, '{{ accented }}{{ wide | join }}{{ dropped | join }}', '{{ plain }}{{ narrow | join }}'
        )
    end
{%- endmacro %}
