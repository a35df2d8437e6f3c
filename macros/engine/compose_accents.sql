{#
  Text in lower case in which a letter and the accent that follows it are one sign again (Unicode's NFC). Spark has no
  function for it, so there it is spelt out for the accents of Latin alphabets.
#}
{% macro compose_accents(text) -%}
    {{ return(adapter.dispatch('compose_accents', 'customer360')(text)) }}
{%- endmacro %}

{% macro duckdb__compose_accents(text) -%}
    nfc_normalize({{ text }})
{%- endmacro %}

{% macro default__compose_accents(text) -%}
    {%- set accents = {
        768: ('aeiou', 'àèìòù'), 769: ('aeiouyclnrsz', 'áéíóúýćĺńŕśź'), 770: ('aeiou', 'âêîôû'), 771: ('ano', 'ãñõ'),
        772: ('aeiou', 'āēīōū'), 774: ('ag', 'ăğ'), 775: ('ez', 'ėż'), 776: ('aeiouy', 'äëïöüÿ'), 778: ('au', 'åů'),
        779: ('ou', 'őű'), 780: ('cdenrstz', 'čďěňřšťž'), 806: ('st', 'șț'), 807: ('cst', 'çşţ'), 808: ('ae', 'ąę')
    } -%}
    {%- set composed = namespace(text=text) -%}
    {%- for mark, (letters, wholes) in accents.items() -%}
        {%- for letter in letters -%}
            {%- set composed.text = "replace(" ~ composed.text ~ ", '" ~ letter ~ '%c' % mark ~ "', '"
                ~ wholes[loop.index0] ~ "')" -%}
        {%- endfor -%}
    {%- endfor -%}
    case when {{ regex_matches(text, '\\p{M}') }} then {{ composed.text }} else {{ text }} end
{%- endmacro %}
