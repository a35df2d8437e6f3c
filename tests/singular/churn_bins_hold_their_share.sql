-- A bin that says anything holds the share of the training rows that the rule asks for, and no training row is lost.
with bins as (
    select * from {{ ref('int_churn__bins') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

fits as (
    select * from {{ ref('int_churn__fits') }}
),

totals as (
    select
        bins.*,
        sum(bins.row_count) over (partition by bins.model_id, bins.feature) as feature_rows
    from bins
)

select totals.*
from totals
cross join settings
inner join fits
    on totals.model_id = fits.model_id
where
    totals.feature_rows <> fits.row_count
    or (totals.woe <> 0 and totals.row_count < settings.min_bin_share * totals.feature_rows)
