{#
  How recurring revenue is counted on one point where the billing tools disagree: the value in var `mrr_rules`, else
  that of the preset named by var `mrr_preset` (var `mrr_presets`, docs/mrr.md). Raises a compiler error for a name or
  a value that does not exist. The rules ending in _days give a whole number of days, or none.
#}
{% macro mrr_rule(name) -%}
    {%- set known = {
        'discounts': ['all', 'forever', 'none'],
        'free_customers': ['active', 'inactive'],
        'trials': ['excluded', 'until_paid'],
        'metered': ['included', 'excluded'],
        'past_due_days': 'days',
        'pauses': ['zero', 'counted'],
        'churn_at': ['end', 'period_end', 'cancellation'],
        'reactivation_days': 'days',
    } -%}
    {%- set presets = var('mrr_presets', {}) -%}
    {%- set preset = var('mrr_preset', 'customer360') -%}
    {%- if preset not in presets -%}
        {{ exceptions.raise_compiler_error("mrr_preset '" ~ preset ~ "' does not exist: give one of " ~ presets | join(', ') ~ ".") }}
    {%- endif -%}
    {%- set given = var('mrr_rules', {}) or {} -%}
    {%- for each in given -%}
        {%- if each not in known -%}
            {{ exceptions.raise_compiler_error("mrr_rules names '" ~ each ~ "', which is no rule: the rules are " ~ known | join(', ') ~ ".") }}
        {%- endif -%}
    {%- endfor -%}
    {%- set value = given.get(name, presets[preset].get(name)) | string | lower -%}
    {%- if known[name] == 'days' -%}
        {%- if value in ('none', '') -%}{{ return(none) }}{%- endif -%}
        {%- if not modules.re.fullmatch('[0-9]{1,4}', value) -%}
            {{ exceptions.raise_compiler_error("The MRR rule " ~ name ~ " is '" ~ value ~ "': give a number of days, or none.") }}
        {%- endif -%}
        {{ return(value | int) }}
    {%- elif value not in known[name] -%}
        {{ exceptions.raise_compiler_error("The MRR rule " ~ name ~ " is '" ~ value ~ "': give one of " ~ known[name] | join(', ') ~ ".") }}
    {%- endif -%}
    {{- return(value) -}}
{%- endmacro %}
