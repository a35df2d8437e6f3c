-- The playbooks of vectors are called for by the weights that make the vectors (seeds action_settings,
-- playbook_triggers).
with settings as (
    select * from {{ ref('int_actions__settings') }}
),

triggers as (
    select * from {{ ref('playbook_triggers') }} where playbook_id in ('negative_vector', 'positive_vector')
),

final as (
    select
        triggers.playbook_id,
        triggers.measure_id,
        triggers.threshold,
        case
            when triggers.playbook_id = 'negative_vector' then settings.negative_weight
            when triggers.measure_id = 'net_weight' then settings.positive_weight
            else settings.negative_weight - 1
        end as weight
    from triggers
    cross join settings
)

select * from final
where threshold <> weight
