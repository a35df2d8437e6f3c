-- A CSAT survey on a scale that csat_scales does not know would have no satisfied answer, and look like a disaster.
select surveys.survey_id
from {{ ref('surveys') }} as surveys
left join {{ ref('csat_scales') }} as csat_scales
    on surveys.scale_max - surveys.scale_min + 1 = csat_scales.points
where surveys.kind = 'csat' and csat_scales.points is null
