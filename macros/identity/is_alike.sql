{#
  Whether two texts have nearly the same letters: at most 1 - ratio of the longer one's are to be changed. Texts below
  four letters are too short to tell, and letters beyond ASCII, which the engines count in different ways, are not
  compared.
#}
{% macro is_alike(text_a, text_b, ratio=0.85) -%}
    (
        least(length({{ text_a }}), length({{ text_b }})) >= 4
        and not {{ regex_matches(text_a ~ ' || ' ~ text_b, '[^ -~]') }}
        and levenshtein({{ text_a }}, {{ text_b }})
        <= (1 - {{ ratio }}) * greatest(length({{ text_a }}), length({{ text_b }}))
    )
{%- endmacro %}
