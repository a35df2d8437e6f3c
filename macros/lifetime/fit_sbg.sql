{#
  Fits the shifted beta-geometric model of contract renewal (Fader and Hardie 2007, "How to project customer retention")
  to survival counts, one fit a segment, by maximum likelihood.

  counts  relation or CTE with segment, period (1 is the first renewal), at_risk (lives whose renewal of that period has
          come, and is known) and lost (of these, the ones that ended there). A life that has not come to a renewal yet
          is not at risk in it, which is all that right censoring takes.

  With r(t) = (beta + t - 1) / (alpha + beta + t - 1) the log likelihood is the sum over periods of
  (at_risk - lost) ln r(t) + lost ln(1 - r(t)). That is the same as sum lost ln P(t) + sum censored ln S(t).

  The search runs on a grid in u = ln(alpha / beta) and v = ln(alpha + beta), along which the likelihood is less of a
  ridge than along alpha and beta: first the whole plane in steps of 1/8, then `passes` times four old steps to each
  side of the best cell, in steps a quarter as long. Coordinates are whole numbers of steps, terms are summed as decimals and
  a tie goes to the lower u, then v, so the order of rows cannot change the answer.

  Gives segment, alpha, beta (rounded to six places), log_likelihood and is_at_bound: the best cell lies on the edge of
  the plane. At the upper edge of v customers do not differ, and the model is the geometric one: the same churn for all.
#}
{% macro fit_sbg(counts, passes=6) %}
    {%- set u_first, u_last, v_first, v_last = -64, 32, -32, 64 -%}
    with known_counts as (
        select
            segment,
            period,
            at_risk - lost as renewed,
            lost
        from {{ counts }}
        where period >= 1 and at_risk > 0
    ),

    u_steps as (
        {{ whole_numbers(u_last - u_first + 1) }}
    ),

    v_steps as (
        {{ whole_numbers(v_last - v_first + 1) }}
    ),

    near_steps as (
        {{ whole_numbers(33) }}
    ),

    segments as (
        select distinct segment from known_counts
    ),

    cells_0 as (
        select
            segments.segment,
            u_steps.number + ({{ u_first }}) as u_at,
            v_steps.number + ({{ v_first }}) as v_at
        from segments
        cross join u_steps
        cross join v_steps
    ),

    {% for pass in range(passes + 1) -%}
    {%- set step = 'cast(' ~ 0.125 / 4 ** pass ~ ' as double)' -%}
    {%- if pass -%}
    cells_{{ pass }} as (
        select
            best_{{ pass - 1 }}.segment,
            best_{{ pass - 1 }}.u_at * 4 + u_near.number - 16 as u_at,
            best_{{ pass - 1 }}.v_at * 4 + v_near.number - 16 as v_at
        from best_{{ pass - 1 }}
        cross join near_steps as u_near
        cross join near_steps as v_near
    ),

    {% endif -%}
    pairs_{{ pass }} as (
        select
            segment,
            u_at,
            v_at,
            exp(cast(v_at as double) * {{ step }}) / (1 + exp(-cast(u_at as double) * {{ step }})) as alpha,
            exp(cast(v_at as double) * {{ step }}) / (1 + exp(cast(u_at as double) * {{ step }})) as beta
        from cells_{{ pass }}
    ),

    likelihoods_{{ pass }} as (
        select
            pairs.segment,
            pairs.u_at,
            pairs.v_at,
            pairs.alpha,
            pairs.beta,
            sum(cast(
                counts.renewed * ln((pairs.beta + counts.period - 1) / (pairs.alpha + pairs.beta + counts.period - 1))
                + counts.lost * ln(pairs.alpha / (pairs.alpha + pairs.beta + counts.period - 1))
                as decimal(28, 12)
            )) as log_likelihood
        from pairs_{{ pass }} as pairs
        inner join known_counts as counts
            on pairs.segment = counts.segment
        group by pairs.segment, pairs.u_at, pairs.v_at, pairs.alpha, pairs.beta
    ),

    ranked_{{ pass }} as (
        select
            *,
            row_number() over (
                partition by segment
                order by log_likelihood desc nulls last, u_at asc, v_at asc
            ) as preference
        from likelihoods_{{ pass }}
    ),

    best_{{ pass }} as (
        select * from ranked_{{ pass }} where preference = 1
    ){{ ',' if not loop.last }}

    {% endfor -%}
    select
        segment,
        round(alpha, 6) as alpha,
        round(beta, 6) as beta,
        cast(log_likelihood as double) as log_likelihood,
        {%- set scale = 4 ** passes %}
        u_at <= {{ u_first * scale }} or u_at >= {{ u_last * scale }}
        or v_at <= {{ v_first * scale }} or v_at >= {{ v_last * scale }} as is_at_bound
    from best_{{ passes }}
{% endmacro %}
