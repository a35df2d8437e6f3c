-- Every tax number as written, with its country, and what is compared of it. A number counts when it has the form of
-- its country and its check digits are right (seed identity_tax_forms), or when nothing is known of that country's
-- form; a European number says its country itself (Greece as EL), which need not be that of the address.
with accounts as (
    select * from {{ ref('int_accounts') }}
),

countries as (
    select * from {{ ref('countries') }}
),

forms as (
    select * from {{ ref('identity_tax_forms') }}
),

form_countries as (
    select distinct country from forms
),

texts as (
    select distinct
        tax_id,
        coalesce(country, '') as country,
        {{ regex_replace("lower(tax_id)", '[^a-z0-9]', '') }} as tax_text,
        lower(trim(country)) as country_alias
    from accounts
    where tax_id is not null
),

-- what holds hardly a digit ('unknown', 'applied for') is no number
located as (
    select
        texts.tax_id,
        texts.country,
        texts.tax_text,
        lower(coalesce(
            countries.country_code, case when length(texts.country_alias) = 2 then texts.country_alias end
        )) as country_key,
        case
            when substr(texts.tax_text, 1, 2) = 'el' then 'gr'
            else nullif(regexp_extract(texts.tax_text, '^[a-z][a-z]', 0), '')
        end as prefix_country,
        {{ regex_replace('texts.tax_text', '[^0-9]', '') }} as digits
    from texts
    left join countries
        on texts.country_alias = countries.country_alias
    where {{ regex_matches('texts.tax_text', '([0-9].*){4}') }}
),

numbers as (
    {{ without_placeholders('located', numbers=['digits']) }}
),

readings as (
    select tax_id, country, prefix_country as tax_country, substr(tax_text, 3) as bare_text, 1 as preference
    from numbers
    where digits is not null and prefix_country is not null
    union all
    select tax_id, country, country_key as tax_country, tax_text as bare_text, 2 as preference
    from numbers
    where digits is not null and country_key is not null
),

-- numbers that may be written without their leading zeros are as long as their weights
fitted as (
    select
        readings.tax_id,
        readings.country,
        readings.tax_country,
        readings.preference,
        forms.form,
        forms.method,
        forms.weights,
        forms.addend,
        forms.modulus,
        forms.is_cross_sum,
        forms.remainders,
        forms.check_signs,
        forms.check_at,
        lpad(
            regexp_extract(readings.bare_text, forms.pattern, 1),
            cast(greatest(
                length(regexp_extract(readings.bare_text, forms.pattern, 1)),
                coalesce(length(forms.weights) - length(replace(forms.weights, ' ', '')) + 1, 0)
            ) as int),
            '0'
        ) as number
    from readings
    inner join forms
        on
            readings.tax_country = forms.country
            and regexp_extract(readings.bare_text, forms.pattern, 0) = readings.bare_text
),

summed as (
    select
        *,
        {{ tax_remainder('number', 'fitted') }} as remainder,
        {{ iso_7064_steps('5', 'number', 1, 3) }} as left_after_3
    from fitted
),

-- step by step, because one expression of all would be too deep
halfway as (
    select
        *,
        {{ iso_7064_steps('left_after_3', 'number', 4, 6) }} as left_after_6
    from summed
),

nearly as (
    select
        *,
        {{ iso_7064_steps('left_after_6', 'number', 7, 9) }} as left_after_9
    from halfway
),

checked as (
    select
        tax_id,
        country,
        tax_country,
        number as tax_key,
        preference
    from nearly
    group by tax_id, country, tax_country, number, preference, form
    having
        min(
            case
                when method is null then 1
                when
                    method = 'mod_11_10'
                    and (
                        (length(number) = 9 and left_after_9 = 1)
                        or (length(number) = 11 and {{ iso_7064_steps('left_after_9', 'number', 10, 11) }} = 1)
                    )
                    then 1
                when ' ' || remainders || ' ' like '% ' || cast(remainder as {{ dbt.type_string() }}) || ' %' then 1
                when
                    substr(check_signs, cast(1 + remainder as int), 1)
                    = substr(number, cast(coalesce(check_at, length(number)) as int), 1)
                    then 1
                else 0
            end
        ) = 1
),

-- how a number is read that no form fits
unchecked as (
    select
        tax_id,
        country,
        coalesce(country_key, prefix_country) as tax_country,
        case when prefix_country = coalesce(country_key, prefix_country) then substr(tax_text, 3) else tax_text end
            as tax_key
    from numbers
    where digits is not null
),

best as (
    select
        tax_id,
        country,
        min_by(tax_country, cast(preference as {{ dbt.type_string() }}) || tax_key) as tax_country,
        min_by(tax_key, cast(preference as {{ dbt.type_string() }}) || tax_key) as tax_key
    from checked
    group by tax_id, country
),

final as (
    select
        unchecked.tax_id,
        unchecked.country,
        coalesce(best.tax_country, unchecked.tax_country) as tax_country,
        coalesce(best.tax_key, unchecked.tax_key) as tax_key,
        best.tax_key is not null or form_countries.country is null as is_plausible
    from unchecked
    left join best
        on unchecked.tax_id = best.tax_id and unchecked.country = best.country
    left join form_countries
        on unchecked.tax_country = form_countries.country
)

select * from final
