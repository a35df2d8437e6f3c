-- The week of each schedule: when it opens and closes, in minutes since Sunday 00:00 of its own time zone, and from
-- when to when that was so. The past comes from the help desk's audit log ("Workweek changed from
-- {:mon=>{"09:00"=>"17:00"}} to {...}", in HTML); the last change led to the week of today. Without the log the week of
-- today holds for the past, too.
{% set day_names = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] %}
with schedules as (
    select * from {{ ref('int_business_schedules') }}
),

intervals as (
    select * from {{ ref('stg_zendesk__schedule') }} where row_status in ('used', 'deleted')
),

audit_log as (
    select * from {{ ref('stg_zendesk__audit_log') }}
    where row_status = 'used' and lower(change_description) like '%workweek changed from%'
),

numbered as (
    select
        audited_id as schedule_id,
        created_at as changed_at,
        {{ regex_replace(
            "replace(lower(change_description), 'workweek changed from', '')", '&[a-z]+;([a-z]+;)*', ' '
        ) }} as description,
        row_number() over (partition by audited_id order by created_at asc, length(audit_id) asc, audit_id asc)
            as change_number,
        lead(created_at) over (partition by audited_id order by created_at asc, length(audit_id) asc, audit_id asc)
            as next_changed_at
    from audit_log
),

split as (
    select
        *,
        {{ regex_replace('description', '[}][^a-z0-9{]*to[^a-z0-9{]*[{]', '|') }} as both_weeks
    from numbered
),

-- the two weeks of a change, each as the words "mon 09:00 17:00 tue ..."
described as (
    select
        schedule_id,
        changed_at,
        change_number,
        next_changed_at,
        trim({{ regex_replace("split_part(both_weeks, '|', 1)", '^:|:*[^a-z0-9:]+:*', ' ') }}) as week_before,
        trim({{ regex_replace("split_part(both_weeks, '|', 2)", '^:|:*[^a-z0-9:]+:*', ' ') }}) as week_after
    from split
),

versions as (
    select
        schedule_id,
        week_before as week_words,
        cast(null as timestamp) as valid_from,
        changed_at as valid_until
    from described
    where change_number = 1 and week_before <> ''
    union all
    select
        schedule_id,
        week_after as week_words,
        -- before its first week a schedule had none: it was being made
        case when change_number > 1 or week_before <> '' then changed_at end as valid_from,
        next_changed_at as valid_until
    from described
    where changed_at < next_changed_at
),

weekdays as (
    {% for day_name in day_names -%}
    select
        '{{ day_name }}' as day_name,
        {{ loop.index0 * 1440 }} as first_minute
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

words as (
    {{ split_rows('versions', ['schedule_id', 'valid_from', 'valid_until'], 'week_words') }}
),

words_by_day as (
    select
        words.*,
        count(weekdays.day_name) over (
            partition by words.schedule_id, words.valid_until order by words.position asc
            rows between unbounded preceding and current row
        ) as day_number
    from words
    left join weekdays
        on words.part = weekdays.day_name
    where weekdays.day_name is not null or {{ regex_matches('words.part', '^[0-9]+:[0-9]+$') }}
),

numbered_words as (
    select
        *,
        row_number() over (partition by schedule_id, valid_until, day_number order by position asc) as word_number
    from words_by_day
),

times as (
    select
        numbered_words.*,
        days.part as day_name,
        lead(numbered_words.part) over (
            partition by numbered_words.schedule_id, numbered_words.valid_until, numbered_words.day_number
            order by numbered_words.word_number asc
        ) as next_part
    from numbered_words
    inner join numbered_words as days
        on
            numbered_words.schedule_id = days.schedule_id
            and numbered_words.valid_until = days.valid_until
            and numbered_words.day_number = days.day_number
            and days.word_number = 1
),

-- behind the day stand pairs of times
past_intervals as (
    select
        times.schedule_id,
        times.valid_from,
        times.valid_until,
        weekdays.first_minute
        + try_cast(split_part(times.part, ':', 1) as bigint) * 60
        + try_cast(split_part(times.part, ':', 2) as bigint) as start_minute,
        weekdays.first_minute
        + try_cast(split_part(times.next_part, ':', 1) as bigint) * 60
        + try_cast(split_part(times.next_part, ':', 2) as bigint) as end_minute
    from times
    inner join weekdays
        on times.day_name = weekdays.day_name
    where times.word_number % 2 = 0 and times.next_part is not null
),

last_changes as (
    select
        schedule_id,
        max(changed_at) as changed_at,
        max(case when change_number = 1 and week_before = '' and next_changed_at is null then 1 else 0 end) = 1
            as is_its_making
    from described
    group by schedule_id
),

unioned as (
    select
        schedules.schedule_key,
        past_intervals.start_minute,
        past_intervals.end_minute,
        past_intervals.valid_from,
        past_intervals.valid_until
    from past_intervals
    inner join schedules
        on past_intervals.schedule_id = schedules.schedule_id
    union all
    select
        schedules.schedule_key,
        intervals.start_minute,
        intervals.end_minute,
        case when not last_changes.is_its_making then last_changes.changed_at end as valid_from,
        cast(null as timestamp) as valid_until
    from intervals
    inner join schedules
        on intervals.schedule_id = schedules.schedule_id
    left join last_changes
        on intervals.schedule_id = last_changes.schedule_id
    where
        intervals.row_status = 'used'
        or (schedules.is_deleted and intervals.deleted_at = schedules.last_deleted_at)
),

final as (
    select * from unioned
    where start_minute < end_minute
)

select * from final
