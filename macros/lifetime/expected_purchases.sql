{#
  Expected number of purchases in the next `weeks` in the BG/NBD model (Fader, Hardie and Lee 2005, equation 10).

  summaries  relation or CTE with customer_id, frequency x, recency_weeks t_x, age_weeks T and the parameters r, alpha,
             a, b as columns (a is not 1)
  weeks      the time ahead, as SQL over columns of summaries

  The equation holds 2F1(r + x, b + x; a + b + x - 1; z) with z = weeks / (alpha + T + weeks). Euler's transformation
  turns it into (1 - z)^(a - r - x - 1) 2F1(a + b - 1 - r, a - 1; a + b + x - 1; z), whose terms fall off fast enough
  for a sum of `terms` of them: coefficients depend on x alone and are made once for each x.
#}
{% macro expected_purchases(summaries, weeks, terms=300) %}
    with shares as (
        select
            *,
            ({{ weeks }}) / (alpha + age_weeks + ({{ weeks }})) as share_ahead
        from {{ summaries }}
    ),

    frequencies as (
        select distinct
            frequency,
            r,
            a,
            b
        from {{ summaries }}
    ),

    term_numbers as (
        {{ whole_numbers(terms) }}
    ),

    ratios as (
        select
            frequencies.frequency,
            term_numbers.number + 1 as term,
            (frequencies.a + frequencies.b - 1 - frequencies.r + term_numbers.number)
            * (frequencies.a - 1 + term_numbers.number)
            / (
                (frequencies.a + frequencies.b + frequencies.frequency - 1 + term_numbers.number)
                * (term_numbers.number + 1)
            ) as ratio
        from frequencies
        cross join term_numbers
    ),

    -- a product by its logarithm and its sign; a factor of 0 ends the series
    products as (
        select
            frequency,
            term,
            sum(ln(greatest(abs(ratio), 1e-300))) over (
                partition by frequency
                order by term
                rows between unbounded preceding and current row
            ) as log_product,
            sum(case when ratio < 0 then 1 else 0 end) over (
                partition by frequency
                order by term
                rows between unbounded preceding and current row
            ) as sign_changes
        from ratios
    ),

    series as (
        select
            shares.customer_id,
            1 + sum(
                case when products.sign_changes % 2 = 0 then 1 else -1 end
                * exp(products.log_product + products.term * ln(shares.share_ahead))
            ) as hypergeometric
        from shares
        inner join products
            on shares.frequency = products.frequency
        group by shares.customer_id
    )

    select
        shares.customer_id,
        (shares.a + shares.b + shares.frequency - 1) / (shares.a - 1)
        * (1 - exp((shares.a - 1) * ln(1 - shares.share_ahead)) * series.hypergeometric)
        * {{ probability_alive(
            'shares.frequency', 'shares.recency_weeks', 'shares.age_weeks', 'shares.r', 'shares.alpha', 'shares.a',
            'shares.b'
        ) }} as expected_purchases
    from shares
    inner join series
        on shares.customer_id = series.customer_id
{% endmacro %}
