-- The features that there were at each month end since the first use of the product, and whether they were core then:
-- what is marked as core today says nothing of a year ago.
with versions as (
    select * from {{ ref('stg_pendo__feature_history') }} where row_status = 'used'
),

person_months as (
    select * from {{ ref('int_usage__person_months') }}
),

first_months as (
    select min(month_start) as month_start from person_months
),

dated_versions as (
    select
        feature_id,
        feature_name,
        is_core_feature,
        updated_at,
        {{ to_reporting_date('updated_at') }} as updated_date,
        min({{ to_reporting_date('coalesce(created_at, updated_at)') }}) over (partition by feature_id) as created_date
    from versions
),

-- the first version that was delivered stands for the time before it
intervals as (
    select
        feature_id,
        first_value(feature_name) over (
            partition by feature_id order by updated_at desc nulls last
            rows between unbounded preceding and current row
        ) as feature_name,
        is_core_feature,
        created_date,
        case
            when lag(updated_date) over (partition by feature_id order by updated_at) is null then created_date
            else updated_date
        end as valid_from,
        lead(updated_date) over (partition by feature_id order by updated_at) as valid_before
    from dated_versions
),

spans as (
    select
        intervals.feature_id,
        intervals.feature_name,
        coalesce(intervals.is_core_feature, false) as is_core,
        first_months.month_start is not null as has_use,
        -- of versions of the same month the last one is what its end sees
        greatest(
            cast({{ dbt.date_trunc('month', 'intervals.valid_from') }} as date), first_months.month_start
        ) as first_month,
        cast(case
            when intervals.valid_before is null then {{ dbt.date_trunc('month', as_of_date()) }}
            else {{ before(dbt.date_trunc('month', 'intervals.valid_before'), 1, 0) }}
        end as date) as last_month
    from intervals
    cross join first_months
),

used_spans as (
    select * from spans where first_month <= last_month and has_use
),

months as (
    {{ date_rows('used_spans', ['feature_id', 'feature_name', 'is_core'], 'first_month', 'last_month', 'month') }}
),

final as (
    select
        {{ record_key('pendo', 'feature', 'feature_id') }} as feature_key,
        feature_name,
        is_core,
        date_at as month_start
    from months
)

select * from final
