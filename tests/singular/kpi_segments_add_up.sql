-- The segments of a type hold all of the company, each fact once: their parts add up to those of 'overall'. One row a
-- KPI, month and type in which they do not.
with kpis as (
    select * from {{ ref('kpi_months') }}
),

totals as (
    select * from kpis where segment_type = 'overall'
),

sums as (
    select
        kpi_id,
        month_end,
        segment_type,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(n) as n
    from kpis
    where segment_type <> 'overall'
    group by kpi_id, month_end, segment_type
)

select
    sums.kpi_id,
    sums.month_end,
    sums.segment_type,
    sums.numerator,
    totals.numerator as overall_numerator,
    sums.denominator,
    totals.denominator as overall_denominator
from totals
inner join sums
    on totals.kpi_id = sums.kpi_id and totals.month_end = sums.month_end
where
    sums.numerator <> totals.numerator
    or sums.n <> totals.n
    -- a total is over one
    or (totals.denominator <> 1 and sums.denominator <> totals.denominator)
