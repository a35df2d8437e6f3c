-- Which source records make up a customer, and what put each of them there. Records that are all deleted and have left
-- no facts are no customer.
with records as (
    select * from {{ ref('int_accounts') }}
),

customers as (
    select records.*
    from {{ ref('int_identity__customers') }} as records
    inner join {{ ref('int_customers') }} as customers
        on records.customer_id = customers.customer_id
),

links as (
    select * from {{ ref('int_identity__links') }} where status = 'link'
),

links_within as (
    select
        links.*,
        here.record_key as from_key,
        there.record_key as to_key
    from links
    inner join customers as here
        on links.record_a = here.record_key
    inner join customers as there
        on links.record_b = there.record_key and here.earliest_key = there.earliest_key
),

-- the best link of each record to another of the same customer
ends as (
    select from_key as record_key, to_key as linked_to, link_order, rule, score, evidence from links_within
    union all
    select to_key as record_key, from_key as linked_to, link_order, rule, score, evidence from links_within
),

best as (
    select
        record_key,
        min_by(linked_to, link_order) as linked_to,
        min_by(rule, link_order) as rule,
        min_by(score, link_order) as score,
        min_by(evidence, link_order) as evidence
    from ends
    group by record_key
),

final as (
    select
        customers.customer_id,
        records.source_system,
        records.source_table,
        records.source_id,
        records.record_key,
        records.account_name,
        records.created_at,
        records.is_deleted,
        customers.is_earliest,
        case when not customers.is_earliest then best.linked_to end as linked_to,
        case when customers.is_earliest then 'first_record' else best.rule end as rule,
        case when not customers.is_earliest then best.score end as score,
        case when not customers.is_earliest then best.evidence end as evidence
    from customers
    inner join records
        on customers.record_key = records.record_key
    left join best
        on customers.record_key = best.record_key
)

select * from final
