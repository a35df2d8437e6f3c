-- The KPIs that kpi_months holds, for people and BI tools.
with entries as (
    select * from {{ ref('kpi_catalog_entries') }}
),

final as (
    select
        kpi_id,
        kpi_name,
        theme,
        is_headline,
        question,
        formula,
        numerator,
        denominator,
        unit,
        direction,
        owner_role,
        source_system,
        reference
    from entries
)

select * from final
