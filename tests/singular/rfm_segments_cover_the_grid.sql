-- Each pair of an R and an F score of a preset that has segments belongs to exactly one of them, and none lies outside.
with presets as (
    select
        presets.preset,
        presets.bins
    from {{ ref('rfm_presets') }} as presets
    where presets.preset in (select segments.preset from {{ ref('rfm_segments') }} as segments)
),

segments as (
    select * from {{ ref('rfm_segments') }}
),

digits as (
    {% for digit in range(1, 10) -%}
    select {{ digit }} as score {{ 'union all' if not loop.last }}
    {% endfor %}
),

cells as (
    select
        presets.preset,
        r.score as r_score,
        f.score as f_score
    from presets
    inner join digits as r
        on presets.bins >= r.score
    inner join digits as f
        on presets.bins >= f.score
),

covered as (
    select
        cells.preset,
        cells.r_score,
        cells.f_score,
        count(segments.segment) as segment_count
    from cells
    left join segments
        on
            cells.preset = segments.preset
            and cells.r_score between segments.r_min and segments.r_max
            and cells.f_score between segments.f_min and segments.f_max
    group by cells.preset, cells.r_score, cells.f_score
)

select
    preset,
    r_score,
    f_score,
    segment_count
from covered
where segment_count <> 1
union all
select
    segments.preset,
    segments.r_max as r_score,
    segments.f_max as f_score,
    0 as segment_count
from segments
inner join presets
    on segments.preset = presets.preset
where segments.r_min < 1 or segments.f_min < 1 or segments.r_max > presets.bins or segments.f_max > presets.bins
