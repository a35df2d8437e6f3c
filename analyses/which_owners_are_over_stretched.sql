-- Which owners are over-stretched? Their portfolios side by side, the heaviest load first. load is the open
-- actions beside the mean of all owners: 1.5 is half as much again. A high load with a low coverage and many
-- overdue actions is too much work; a normal load with the same is too little attention.
-- Columns: owner, customer_count, arr, open_actions, load, overdue_share, coverage, red_arr_share,
-- revenue_at_risk, nrr_12m
with portfolios as (
    select * from {{ ref('csm_portfolios') }}
),

owners as (
    select
        *,
        avg(case when owner <> 'nobody' then cast(open_actions as double) end) over () as mean_actions
    from portfolios
)

select
    owner,
    customer_count,
    arr,
    open_actions,
    round(open_actions / nullif(mean_actions, 0), 2) as load,
    round(cast(overdue_actions as double) / nullif(open_actions, 0), 4) as overdue_share,
    round(coverage, 4) as coverage,
    round(cast(red_arr as double) / nullif(cast(arr as double), 0), 4) as red_arr_share,
    revenue_at_risk,
    round(nrr_12m, 4) as nrr_12m
from owners
order by open_actions desc, owner asc
