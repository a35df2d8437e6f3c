-- Who was asked in each month, and in the days up to its end, and what they say: each answer and decline for itself,
-- and one voice for each customer. Both in one pass: what differs is what the rows are grouped by.
with answers as (
    select * from {{ ref('int_survey_answers') }} where is_counted
),

declines as (
    {{ with_customer('int_survey_declines', account_key=none) }}
),

window_settings as (
    select
        replace(setting, '_window_days', '') as kind,
        cast(value as bigint) as window_days
    from {{ ref('voice_settings') }}
    where setting like '%window_days'
),

scopes as (
    select 'month' as scope
    union all
    select 'window' as scope
),

grains as (
    select 'response' as grain
    union all
    select 'account' as grain
),

asked as (
    select
        response_key as asked_key,
        customer_id,
        coalesce(person_id, response_key) as voice_person_id,
        kind,
        responded_at as asked_at,
        response_date as asked_date,
        1 as is_answer,
        nps_value,
        case when csat_is_satisfied then 1 when not csat_is_satisfied then 0 end as satisfied,
        ces_value
    from answers
    union all
    select
        decline_key as asked_key,
        customer_id,
        coalesce(person_id, decline_key) as voice_person_id,
        survey_kind as kind,
        declined_at as asked_at,
        {{ to_reporting_date('declined_at') }} as asked_date,
        0 as is_answer,
        cast(null as bigint) as nps_value,
        cast(null as integer) as satisfied,
        cast(null as decimal(18, 4)) as ces_value
    from declines
    where survey_kind is not null
),

-- the months in which an answer is heard: its own, and those whose window reaches back to it
asked_with_months as (
    select
        asked.*,
        window_settings.window_days,
        cast({{ dbt.date_trunc('month', 'asked.asked_date') }} as date) as first_month,
        least(
            cast({{ dbt.date_trunc('month', dbt.dateadd(
                'day', 'window_settings.window_days', 'asked.asked_date'
            )) }} as date),
            cast({{ dbt.date_trunc('month', as_of_date()) }} as date)
        ) as last_month
    from asked
    inner join window_settings
        on asked.kind = window_settings.kind
),

month_rows as (
    {{ date_rows(
        'asked_with_months',
        [
            'asked_key', 'customer_id', 'voice_person_id', 'kind', 'asked_at', 'asked_date', 'is_answer', 'nps_value',
            'satisfied', 'ces_value', 'window_days', 'first_month',
        ],
        'first_month', 'last_month', 'month'
    ) }}
),

with_month_end as (
    select
        *,
        {{ month_end('date_at') }} as month_end,
        {{ is_partial_month('date_at') }} as is_partial
    from month_rows
),

scoped as (
    select
        with_month_end.*,
        scopes.scope
    from with_month_end
    cross join scopes
    where
        (scopes.scope = 'month' and with_month_end.date_at = with_month_end.first_month)
        or (
            scopes.scope = 'window'
            and {{ dbt.datediff(
                'with_month_end.asked_date', 'with_month_end.month_end', 'day'
            ) }} < with_month_end.window_days
        )
),

-- of each person of a customer the latest answer is heard
ranked as (
    select
        *,
        row_number() over (
            partition by scope, month_end, kind, customer_id, voice_person_id, is_answer
            order by asked_at desc nulls last, asked_key asc
        ) as recency
    from scoped
),

voices as (
    select
        ranked.month_end,
        ranked.is_partial,
        ranked.kind,
        ranked.scope,
        grains.grain,
        case when grains.grain = 'response' then ranked.asked_key else ranked.customer_id end as voice_key,
        max(ranked.customer_id) as customer_id,
        max(ranked.is_answer) as is_answered,
        sum(ranked.is_answer) as heard_count,
        sum(ranked.nps_value) as nps_sum,
        sum(ranked.satisfied) as satisfied_sum,
        sum(ranked.ces_value) as ces_sum
    from ranked
    cross join grains
    where grains.grain = 'response' or (ranked.customer_id is not null and ranked.recency = 1)
    group by
        ranked.month_end,
        ranked.is_partial,
        ranked.kind,
        ranked.scope,
        grains.grain,
        case when grains.grain = 'response' then ranked.asked_key else ranked.customer_id end
),

settings as (
    select {{ voice_setting('ces_easy_from', 'decimal(18, 4)') }}
    from {{ ref('voice_settings') }}
),

final as (
    select
        voices.month_end,
        voices.is_partial,
        voices.kind,
        voices.scope,
        voices.grain,
        voices.voice_key,
        voices.customer_id,
        voices.is_answered = 1 as is_answered,
        cast(voices.heard_count as bigint) as heard_count,
        -- the sign of the mean over its people
        case
            when voices.nps_sum > 0 then 100
            when voices.nps_sum < 0 then -100
            when voices.nps_sum = 0 then 0
        end as nps_value,
        2 * voices.satisfied_sum > voices.heard_count as is_satisfied,
        cast(
            cast(voices.ces_sum as double) / nullif(voices.heard_count, 0) as decimal(18, 4)
        ) as ces_value,
        voices.ces_sum >= settings.ces_easy_from * voices.heard_count as is_easy
    from voices
    cross join settings
)

select * from final
