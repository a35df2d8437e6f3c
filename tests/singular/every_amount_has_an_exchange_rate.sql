-- A warning, so that one currency without a rate stops nobody: what has no rate is null, never zero.
{{ config(severity='warn') }}

select
    currency,
    first_missing_on,
    last_missing_on
from {{ ref('missing_exchange_rates') }}
