-- Exactly one step of the seed is the activation.
select count(*) as activations
from {{ ref('onboarding_steps') }}
where is_activation
having count(*) <> 1
