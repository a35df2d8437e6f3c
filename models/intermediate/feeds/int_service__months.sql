-- Downtime of each component by month. Incidents that count are joined where they touch or overlap, so that no minute
-- counts twice.
with components as (
    select * from {{ ref('stg_status__component') }} where row_status = 'used'
),

incidents as (
    select * from {{ ref('int_incidents') }}
),

first_incidents as (
    select
        component_key,
        min(started_at) as started_at
    from incidents
    group by component_key
),

watched as (
    select
        {{ record_key('status', 'component', 'components.component_id') }} as component_key,
        components.component_name,
        case
            when first_incidents.started_at < components.created_at then first_incidents.started_at
            else coalesce(components.created_at, first_incidents.started_at)
        end as watched_from
    from components
    left join first_incidents
        on {{ record_key('status', 'component', 'components.component_id') }} = first_incidents.component_key
),

bounds as (
    select
        *,
        cast({{ dbt.date_trunc('month', to_reporting_date('watched_from')) }} as date) as first_month,
        cast({{ dbt.date_trunc('month', as_of_date()) }} as date) as last_month
    from watched
    where watched_from is not null
),

month_rows as (
    {{ date_rows('bounds', ['component_key', 'component_name', 'watched_from'], 'first_month', 'last_month', 'month') }}
),

month_starts as (
    select
        component_key,
        component_name,
        watched_from,
        date_at as month_start,
        {{ reporting_day_start('date_at') }} as begins_at,
        {{ reporting_day_start('cast(' ~ before('cast(date_at as timestamp)', -1, 0) ~ ' as date)') }} as next_begins_at
    from month_rows
),

months as (
    select
        component_key,
        component_name,
        {{ month_end('month_start') }} as month_end,
        greatest(begins_at, watched_from) as begins_at,
        least(next_begins_at, {{ as_of_end() }}) as ends_at
    from month_starts
),

ordered as (
    select
        component_key,
        incident_key,
        started_at,
        ended_at,
        max(ended_at) over (
            partition by component_key order by started_at, incident_key
            rows between unbounded preceding and 1 preceding
        ) as ended_before
    from incidents
    where is_downtime
),

numbered as (
    select
        *,
        sum(case when ended_before >= started_at then 0 else 1 end) over (
            partition by component_key order by started_at, incident_key
            rows between unbounded preceding and current row
        ) as outage_number
    from ordered
),

outages as (
    select
        component_key,
        outage_number,
        min(started_at) as started_at,
        max(ended_at) as ended_at
    from numbered
    group by component_key, outage_number
),

downtimes as (
    select
        months.component_key,
        months.month_end,
        count(*) as outage_count,
        sum({{ seconds_between(
            'greatest(outages.started_at, months.begins_at)', 'least(outages.ended_at, months.ends_at)'
        ) }}) as downtime_seconds
    from months
    inner join outages
        on
            months.component_key = outages.component_key
            and months.ends_at > outages.started_at
            and months.begins_at < outages.ended_at
    group by months.component_key, months.month_end
),

final as (
    select
        months.component_key,
        months.component_name,
        months.month_end,
        {{ seconds_between('months.begins_at', 'months.ends_at') }} as watched_seconds,
        coalesce(downtimes.downtime_seconds, 0) as downtime_seconds,
        coalesce(downtimes.outage_count, 0) as outage_count
    from months
    left join downtimes
        on months.component_key = downtimes.component_key and months.month_end = downtimes.month_end
)

select * from final
