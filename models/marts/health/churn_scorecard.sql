-- Each model as a table to read: what each bin of each feature held, and what it is worth in points.
with bins as (
    select * from {{ ref('int_churn__bins') }}
),

levels as (
    select * from {{ ref('int_churn__levels') }}
),

coefficients as (
    select * from {{ ref('int_churn__coefficients') }}
),

features as (
    select * from {{ ref('churn_features') }}
),

settings as (
    select * from {{ ref('int_churn__settings') }}
),

level_texts as (
    select
        bins.model_id,
        bins.feature,
        bins.bin_number,
        {{ join_text('levels.text_value', ', ', 'levels.text_value') }} as level_names
    from levels
    inner join bins
        on
            levels.model_id = bins.model_id
            and levels.feature = bins.feature
            and (bins.lower_edge is null or levels.level_value >= bins.lower_edge)
            and (bins.upper_edge is null or levels.level_value < bins.upper_edge)
    where not bins.is_missing
    group by bins.model_id, bins.feature, bins.bin_number
),

placed as (
    select
        bins.*,
        features.feature_name,
        features.scale,
        features.decimals,
        min(bins.woe) over (partition by bins.model_id, bins.feature) as lowest_woe
    from bins
    inner join features
        on bins.feature = features.feature
),

compared as (
    select
        *,
        min(case when woe = lowest_woe then bin_number end) over (partition by model_id, feature) as safest_bin,
        {{ number_text('lower_edge * scale', 'decimals') }} as lower_text,
        {{ number_text('upper_edge * scale', 'decimals') }} as upper_text
    from placed
),

final as (
    select
        compared.model_id,
        compared.feature,
        compared.bin_number,
        compared.feature_name,
        case
            when compared.is_missing then 'missing'
            when compared.is_text then level_texts.level_names
            when compared.lower_edge is null and compared.upper_edge is null then 'any'
            when compared.lower_edge is null then 'below ' || compared.upper_text
            when compared.upper_edge is null then compared.lower_text || ' and more'
            else compared.lower_text || ' to below ' || compared.upper_text
        end as bin_name,
        case when not compared.is_text then compared.lower_edge end as lower_edge,
        case when not compared.is_text then compared.upper_edge end as upper_edge,
        level_texts.level_names,
        compared.is_missing,
        compared.row_count,
        compared.event_count,
        cast(compared.event_count as double) / compared.row_count as event_rate,
        compared.woe,
        compared.information_value,
        compared.information_value > settings.suspect_iv as is_suspect,
        compared.slot as feature_rank,
        coefficients.coefficient,
        coalesce(coefficients.coefficient > 0, false) as is_in_model,
        {{ scorecard_points(
            'compared.woe', 'coalesce(coefficients.coefficient, 0)', 'settings.points_to_double_odds'
        ) }} as points,
        case
            when compared.is_missing then 'missing'
            when compared.is_text then 'level'
            when compared.bin_number > compared.safest_bin then 'high'
            when compared.bin_number < compared.safest_bin then 'low'
            else 'safest'
        end as side
    from compared
    cross join settings
    left join level_texts
        on
            compared.model_id = level_texts.model_id
            and compared.feature = level_texts.feature
            and compared.bin_number = level_texts.bin_number
    left join coefficients
        on compared.model_id = coefficients.model_id and compared.feature = coefficients.feature
)

select * from final
