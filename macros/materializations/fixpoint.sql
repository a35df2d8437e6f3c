{#
  A table that is its own input: the model's SQL gives the first state, a macro gives the next state from the one
  before, and that is repeated until a pass changes nothing. For closures that one SQL statement cannot express on every
  engine.

  config(materialized='fixpoint', meta={
      'step': name of a macro that takes the relation of the previous state and returns a select with the same columns,
      'arguments': further arguments of that macro (a dict; models by name),
      'max_passes': how many passes it may take; more is an error, never a half-closed table
  })
  Models that only the step reads are named in the model's SQL in a comment: -- depends_on: ref(...) in curly brackets.
#}
{% materialization fixpoint, default %}
    {%- set meta = config.get('meta') -%}
    {%- set step = context[meta['step']] -%}
    {%- set max_passes = meta.get('max_passes', 50) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set grant_config = config.get('grants') -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set progress = namespace(previous=none, passes=0, is_done=false) -%}
    {%- set progress.previous = fixpoint_state(0) -%}
    {%- do fixpoint_create(progress.previous, sql) -%}

    {%- for number in range(1, max_passes + 1) if not progress.is_done -%}
        {%- set state = fixpoint_state(number % 2 + 1) -%}
        {%- do fixpoint_create(state, step(previous=progress.previous, **meta.get('arguments', {}))) -%}
        {%- set changes = run_query(
            'select count(*) from (select * from ' ~ state ~ ' except select * from ' ~ progress.previous ~ ') as moved'
        ).columns[0].values()[0] -%}
        {%- set progress.passes = number -%}
        {%- set progress.is_done = changes == 0 -%}
        {%- set progress.previous = state -%}
    {%- endfor -%}
    {%- if not progress.is_done -%}
        {{ exceptions.raise_compiler_error(
            model.name ~ " still changes after " ~ max_passes ~ " passes of " ~ meta['step']
            ~ "(): raise max_passes in its config, or find what keeps it from settling."
        ) }}
    {%- endif -%}

    {%- set existing = load_relation(this) -%}
    {%- if existing is not none and existing.type != 'table' -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ fixpoint_sql(target_relation, 'select * from ' ~ progress.previous) }}
    {%- endcall -%}
    {%- for number in range(3) -%}
        {%- do adapter.drop_relation(fixpoint_state(number)) -%}
    {%- endfor -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- set revokes = should_revoke(existing, full_refresh_mode=True) -%}
    {%- do apply_grants(target_relation, grant_config, should_revoke=revokes) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ log(model.name ~ ' settled after ' ~ progress.passes ~ ' passes', info=false) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{# The table that holds a state while it is worked on. #}
{% macro fixpoint_state(number) -%}
    {{ return(this.incorporate(path={'identifier': this.identifier ~ '__state_' ~ number}, type='table')) }}
{%- endmacro %}

{% macro fixpoint_create(relation, select_sql) -%}
    {%- do adapter.drop_relation(relation) -%}
    {%- call statement('state') -%}
        {{ fixpoint_sql(relation, select_sql) }}
    {%- endcall -%}
{%- endmacro %}

{% macro fixpoint_sql(relation, select_sql) -%}
    {{ return(adapter.dispatch('fixpoint_sql', 'customer360')(relation, select_sql)) }}
{%- endmacro %}

{% macro duckdb__fixpoint_sql(relation, select_sql) -%}
    create or replace table {{ relation }} as
    {{ select_sql }}
{%- endmacro %}

{# Spark cannot replace a table of files in place. #}
{% macro default__fixpoint_sql(relation, select_sql) -%}
    {%- do adapter.drop_relation(relation) -%}
    create table {{ relation }} as
    {{ select_sql }}
{%- endmacro %}
