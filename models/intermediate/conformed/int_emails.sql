-- E-mails with customers. `counterparty_email` is the customer's side: the sender of an incoming mail, the first
-- recipient of an outgoing one. The company is the record that the mail is filed under, or that of the deal it is
-- filed under; the person is the contact with that address.
with emails as (
    select * from {{ ref('stg_salesforce__email_message') }} where {{ happened('coalesce(sent_at, created_at)') }}
),

opportunities as (
    select * from {{ ref('int_opportunities') }}
),

contacts as (
    select
        email,
        min(person_key) as person_key
    from {{ ref('int_people') }}
    where source_system = 'salesforce' and email is not null
    group by email
),

sided as (
    select
        *,
        case
            when is_incoming then from_address
            else trim({{ dbt.split_part('to_address', "';'", 1) }})
        end as counterparty_email,
        case
            when related_to_id like '001%' then {{ record_key('salesforce', 'account', 'related_to_id') }}
        end as filed_account_key,
        case
            when related_to_id like '006%' then {{ record_key('salesforce', 'opportunity', 'related_to_id') }}
        end as opportunity_key
    from emails
),

final as (
    select
        {{ record_key('salesforce', 'email_message', 'sided.email_message_id') }} as email_key,
        'salesforce' as source_system,
        sided.email_message_id as source_id,
        coalesce(sided.filed_account_key, opportunities.account_key) as account_key,
        contacts.person_key,
        coalesce(sided.sent_at, sided.created_at) as sent_at,
        coalesce(sided.is_incoming, false) as is_incoming,
        sided.counterparty_email,
        sided.from_address,
        sided.to_address,
        sided.subject,
        sided.thread_id,
        {{ record_key('salesforce', 'email_message', 'sided.reply_to_email_message_id') }} as reply_to_email_key
    from sided
    left join opportunities
        on sided.opportunity_key = opportunities.opportunity_key
    left join contacts
        on sided.counterparty_email = contacts.email
)

select * from final
