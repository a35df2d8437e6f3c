{#
  A contract's `not null` on Spark: only Delta tables can hold it. In other formats (a local Spark writes Parquet) the
  data tests check it.
#}
{% macro spark__persist_constraints(relation, model) -%}
    {%- if config.get('file_format', '') == 'delta' -%}
        {%- do dbt.spark__persist_constraints(relation, model) -%}
    {%- endif -%}
{%- endmacro %}
