-- The figure of an action is that of the one main trigger; a playbook without triggers is switched off.
select playbook_id
from {{ ref('playbook_triggers') }}
group by playbook_id
having count(case when is_main then 1 end) <> 1
