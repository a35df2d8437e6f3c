-- What one unit of a currency is worth in var reporting_currency, every day: the latest rate on or before the day.
-- Where the seed has no rate into the reporting currency, the inverse of the opposite one serves, or the way over a
-- third one.
with rates as (
    select
        rate_date,
        lower(from_currency) as from_currency,
        lower(to_currency) as to_currency,
        rate
    from {{ ref('exchange_rates') }}
    where rate_date <= {{ as_of_date() }}
),

both_ways as (
    select
        rate_date,
        from_currency,
        to_currency,
        rate,
        1 as preference
    from rates
    union all
    select
        rate_date,
        to_currency as from_currency,
        from_currency as to_currency,
        cast(1.0 / cast(rate as double) as decimal(18, 10)) as rate,
        2 as preference
    from rates
),

preferred as (
    select
        *,
        min(preference) over (partition by from_currency, to_currency) as best_preference
    from both_ways
),

periods as (
    select
        from_currency,
        to_currency,
        rate,
        rate_date as valid_from,
        coalesce(
            lead(rate_date) over (partition by from_currency, to_currency order by rate_date),
            cast({{ dbt.dateadd('day', 1, as_of_date()) }} as date)
        ) as next_rate_date
    from preferred
    where preference = best_preference
),

bounded as (
    select
        from_currency,
        to_currency,
        rate,
        valid_from,
        cast({{ dbt.dateadd('day', -1, 'next_rate_date') }} as date) as valid_to
    from periods
),

days as (
    {{ date_rows('bounded', ['from_currency', 'to_currency', 'rate'], 'valid_from', 'valid_to') }}
),

ways as (
    select
        date_at as rate_date,
        from_currency as currency,
        '' as over_currency,
        rate
    from days
    where to_currency = '{{ var("reporting_currency", "EUR") | lower }}'
    union all
    select
        days.date_at as rate_date,
        days.from_currency as currency,
        days.to_currency as over_currency,
        cast(cast(days.rate as double) * cast(onward.rate as double) as decimal(18, 10)) as rate
    from days
    inner join days as onward
        on days.to_currency = onward.from_currency and days.date_at = onward.date_at
    where
        onward.to_currency = '{{ var("reporting_currency", "EUR") | lower }}'
        and days.from_currency <> '{{ var("reporting_currency", "EUR") | lower }}'
),

ranked as (
    select
        *,
        row_number() over (partition by currency, rate_date order by over_currency) as preference
    from ways
),

final as (
    select
        rate_date,
        currency,
        rate
    from ranked
    where preference = 1
)

select * from final
