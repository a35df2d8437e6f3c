"""What the invariances do not ask for, by name and with the reason. Everything that is not listed here is compared.

A line here is a promise that the difference is in the nature of things. When an invariance fails, look for a leak in
the model first.
"""

#: What a score is made into, in the marts of health.
_SCORES = {
    "health_history": (
        *("score", "grade", "colour", "measure_points", "limit_points", "override_points", "computed_score"),
        *("score_change_1m", "score_change_3m"),
    ),
    "health_scores": (
        *("score", "grade", "colour", "score_change_1m", "score_change_3m", "trend", "group_score"),
        *("driver_1", "driver_2", "driver_3", "mover"),
    ),
}

#: What the score, the vector and the actions of a customer say, in `customers`.
_HEALTH_OF_CUSTOMERS = (
    *("health_score", "health_grade", "health_colour", "health_trend"),
    *("health_driver_1", "health_driver_2", "health_driver_3"),
    *("success_vector", "open_action_count", "next_action", "next_action_reason", "next_action_due_on"),
)
#: What the signs of a vector are made into.
_VECTORS = (
    *("vector", "negative_weight", "positive_weight", "net_weight", "negative_signs", "positive_signs"),
    *("score", "score_change_3m", "direction", "points_a_month"),
    *("vector_since", "vector_months", "should_turn_by", "target_status", "expansion_potential", "referral_potential"),
)
#: Playbooks that answers call for, by NPS itself, by the score or by the vector.
_PLAYBOOKS_OF_ANSWERS = (
    *("detractor", "promoter_referral", "score_drop", "negative_vector", "positive_vector", "seat_limit"),
)

#: (c) Columns that come from a raw value which its tool overwrites and keeps no history of: a build as of an earlier
#: day from today's export shows today's value. {mart: {column: reason}}
OVERWRITTEN_COLUMNS: dict[str, dict[str, str]] = {
    "customers": {
        **dict.fromkeys(("industry", "employee_count", "annual_revenue"), "field of the CRM account"),
        "size_band": "band of employee_count",
        **dict.fromkeys(("owner_key", "owner_name", "owner_email"), "the CRM account's owner of today"),
        **dict.fromkeys(("last_nps_score", "csat", "ces"), "a person may change an answer"),
        **dict.fromkeys(_HEALTH_OF_CUSTOMERS, "answers that a person may change are a part of the score"),
    },
    "success_vectors": dict.fromkeys(_VECTORS, "answers that a person may change are signs and a part of the score"),
    "success_vector_spells": dict.fromkeys(
        (
            *("vector", "until_month_end", "months", "is_current", "should_turn_by", "turned_on", "next_vector"),
            *("outcome", "expansion_potential_at_start", "arr_at_end"),
        ),
        "as in success_vectors; test_actions.py compares the months before",
    ),
    "action_history": {"owner": "the CRM account's owner of today"},
    "next_best_actions": {
        "owner": "the CRM account's owner of today",
        **dict.fromkeys(
            ("place", "place_of_customer", "place_of_owner"), "ranks among actions that answers may call for"
        ),
    },
    "csm_portfolios": dict.fromkeys(
        (
            *("owner", "customer_count", "arr", "score_total", "scored_customers", "mean_score"),
            *(f"{colour}_{what}" for colour in ("green", "yellow", "red", "grey") for what in ("customers", "arr")),
            *("negative_customers", "neutral_customers", "positive_customers", "revenue_at_risk"),
            *("expansion_potential", "renewing_arr", "open_actions", "overdue_actions", "covered_customers"),
            *("known_customers", "coverage", "mrr_12m_ago", "retained_mrr", "gross_retained_mrr", "nrr_12m", "grr_12m"),
        ),
        "the CRM account's owner of today",
    ),
    "renewal_forecast": dict.fromkeys(
        ("committed_arr", "worst_case_arr"), "answers that a person may change are a part of score and vector"
    ),
    "customer_months": dict.fromkeys(
        ("nps_total", "csat_satisfied", "ces_total", "nps_total_12m", "csat_satisfied_12m", "ces_total_12m"),
        "made of answers that a person may change",
    ),
    **{
        mart: dict.fromkeys(columns, "answers that a person may change are a part of the score")
        for mart, columns in _SCORES.items()
    },
    "customer_timeline": {"event_text": "a person may change an answer"},
    "survey_responses": dict.fromkeys(
        (
            *("score", "nps_value", "is_promoter", "is_passive", "is_detractor"),
            *("csat_is_satisfied", "ces_value", "ces_is_easy", "verbatim"),
        ),
        "a person may change an answer",
    ),
    "survey_months": dict.fromkeys(
        (
            f"{window}{column}"
            for window in ("", "window_")
            for column in (
                *("promoters", "passives", "detractors", "nps", "nps_standard_error", "nps_low", "nps_high"),
                *("satisfied", "csat", "ces_total", "ces", "easy", "easy_share"),
            )
        ),
        "made of answers that a person may change",
    ),
    "customer_voice": dict.fromkeys(
        (
            *("last_nps_score", "last_nps_value", "nps_voice", "nps_score_mean", "nps_value_mean"),
            *("csat_satisfied_count", "csat", "ces"),
        ),
        "made of answers that a person may change",
    ),
    "feedback_themes": dict.fromkeys(
        ("theme", "sentiment", "mention_count", "phrases", "has_negation", "nps_value", "feedback_text"),
        "a person may change an answer and its comment",
    ),
    "feedback_theme_months": dict.fromkeys(
        (
            *("theme", "texts", "all_texts", "text_share", "mentions", "negative_texts", "positive_texts"),
            *("negative_share", "nps_answers", "promoters", "detractors", "detractor_share", "all_nps"),
            *("nps_without", "nps_impact", "example_text_key", "example_quote"),
        ),
        "made of comments that a person may change",
    ),
}
#: (c) Where only some rows of a mart hold such a value: the beginning of their key. {mart: {column: beginning}}
OVERWRITTEN_ONLY_IN: dict[str, dict[str, str]] = {
    "customer_timeline": {"event_text": "survey_answered|"},
    "feedback_themes": dict.fromkeys(
        ("theme", "sentiment", "mention_count", "phrases", "has_negation", "nps_value", "feedback_text"),
        "wootric.response:",
    ),
}
#: (c) Marts in which such a value is part of the key, so that a row comes or goes with it. {mart: column of the key}
OVERWRITTEN_KEYS: dict[str, str] = {
    "feedback_themes": "theme",
    "feedback_theme_months": "theme",
    "csm_portfolios": "owner",
    "success_vector_spells": "vector",
}
#: (c) Marts by month that such values reach only for so many days: the simulator's people change an answer within 60
#: hours, so that months which ended longer ago must be equal. {mart: days}
OVERWRITTEN_WITHIN_DAYS: dict[str, int] = {
    "survey_months": 3,
    "feedback_theme_months": 3,
    "customer_months": 3,
    "health_history": 3,
}

#: (c) Rows whose key names what a tool overwrites. {mart: {part of the key: reason}}
OVERWRITTEN_ROWS: dict[str, dict[str, str]] = {
    "kpi_months": {
        **dict.fromkeys(("size", "owner"), "the segment is a field of the CRM account of today"),
        **dict.fromkeys(
            ("nps", "csat", "ces_easy_share", "ces_mean", "negative_feedback_share"),
            "made of answers that a person may change; survey_months is compared month by month",
        ),
    },
    "health_measures": dict.fromkeys(
        ("nps_12m", "csat_12m", "ces_12m"), "measured by answers that a person may change"
    ),
    **{
        mart: dict.fromkeys(_PLAYBOOKS_OF_ANSWERS, "called for by answers that a person may change")
        for mart in ("action_history", "next_best_actions")
    },
}

#: Marts that say what is wrong: a company without mistakes in its money has no row in them.
MAY_BE_EMPTY = frozenset({"invoice_differences", "missing_exchange_rates"})

#: (d) Columns that count or combine tools, so that a tool less changes them by definition. {mart: {column: reason}}
COMBINED_COLUMNS: dict[str, dict[str, str]] = {
    "customers": {
        **dict.fromkeys(
            ("customer_name", "phone", "city", "postal_code", "country", "region"),
            "from the first tool in the seed attribute_sources that has one",
        ),
        "first_known_at": "the earliest record of any tool",
        **dict.fromkeys(("is_deleted", "deleted_at"), "whether any tool has a live record, or had one last"),
        "source_record_count": "counts the records of all tools",
        "silo_count": "counts the tools",
        "people_count": "people whom any tool names",
        "activation_status": "counted from the first of what billing and the product know",
        **dict.fromkeys(
            (*_HEALTH_OF_CUSTOMERS, "health_coverage"), "what one tool does not know gives its weight to the rest"
        ),
    },
    "customer_sources": {
        **dict.fromkeys(("linked_to", "rule", "score", "evidence"), "the best match among the records of all tools"),
        "is_earliest": "among the records of all tools",
    },
    "customer_aliases": {"alias_status": "the customer's id comes from the earliest record of any tool"},
    "customer_people": {
        **dict.fromkeys(
            ("email_hash", "full_name", "title", "contact_role"), "from the newest record of any tool that has one"
        ),
        **dict.fromkeys(("first_seen_at", "last_seen_at"), "the first and the last record of any tool"),
        **dict.fromkeys(("record_count", "source_system_count"), "count the records of all tools"),
        "is_deleted": "whether any tool has a live record",
        "attach_rule": "how the first tool that can tell leads to the customer",
    },
    "survey_responses": {"is_latest_of_person": "people are joined by the records of all tools"},
    "customer_voice": {
        "person_count": "people are joined by the records of all tools",
        "nps_voice": "of each person the latest answer, and people are joined by the records of all tools",
    },
    "onboarding_customers": {
        **dict.fromkeys(
            ("start_date", "cohort_month_end", "is_start_known"), "the first of what billing and the product know"
        ),
        **dict.fromkeys(
            ("days_to_first_value", "window_ends_on", "activation_status", "is_activated_in_time", "is_censored"),
            "counted from start_date",
        ),
    },
    "training_months": dict.fromkeys(
        (
            *("training_session_count", "registrant_count", "attendee_count", "attendance_rate"),
            *("completed_count", "completion_rate", "watched_share"),
        ),
        "registrants are known by the addresses of the people of all other tools",
    ),
    "service_incidents": {"customer_count": "the accounts named belong to customers of the CRM and of the product"},
    "onboarding_progress": {"days_from_start": "counted from the first of what billing and the product know"},
}

#: (d) Marts whose rows are about what several tools say of the same thing. {mart: reason}
OF_ALL_TOOLS: dict[str, str] = {
    "identity_review_queue": "a doubt is about what two records share, and may lie between two tools",
    "customer_months": "a month is there when any tool knew the customer in it",
    **dict.fromkeys(
        ("health_history", "health_measures", "health_scores"),
        "what one tool does not know gives its weight to the rest; test_health.py compares the shares",
    ),
    **dict.fromkeys(
        ("success_vectors", "success_vector_spells", "action_history", "next_best_actions"),
        "signs and triggers are made of what all tools know, also through the score",
    ),
    **dict.fromkeys(
        ("csm_portfolios", "renewal_forecast"), "sums over customers, by their scores, vectors and actions"
    ),
}

#: (d) Marts whose rows also need a tool that the lineage does not show. {mart: {tool: reason}}
ROWS_ALSO_FROM: dict[str, dict[str, str]] = {
    "training_months": dict.fromkeys(
        ("salesforce", "zendesk", "wootric", "pendo"), "only the tool may know the address of a customer's registrants"
    )
}

#: (d, e) Marts whose values belong to the whole population, not to one customer (ranks, fitted models, totals): a
#: company beside this one, or customers joined differently, change them by definition. {mart: reason}
OF_THE_POPULATION: dict[str, str] = {
    "rfm_transitions": "counts customers by their scores",
    "revenue_concentration": "shares of all revenue, tenths of all customers",
    "survival_curves": "a model fitted to all customers of a term",
    "kpi_months": "shares of all customers, and lifetime value from a model fitted to them",
    **dict.fromkeys(
        ("success_vector_spells", "action_history", "next_best_actions"),
        "ranks, and what scores and the risk of leaving call for; both depend on all customers",
    ),
    **dict.fromkeys(
        ("csm_portfolios", "renewal_forecast"), "sums over customers, weighted by the risk of leaving and past renewals"
    ),
    "churn_scorecard": "models fitted to all customers",
    "churn_validation": "judges the risks of all customers",
    "churn_calibration": "judges the risks of all customers",
    "kpi_catalog": "the same for every company",
}
#: (d, e) Single columns of that kind. {mart: {column: reason}}
POPULATION_COLUMNS: dict[str, dict[str, str]] = {
    "customers": {
        **dict.fromkeys(("rfm_segment", "rfm_group", "rfe_group"), "ranks among all buyers or visitors"),
        **dict.fromkeys(
            ("expected_remaining_months", "residual_value", "lifetime_value"),
            "from a model fitted to all customers of a term",
        ),
        **dict.fromkeys(("churn_probability", "revenue_at_risk"), "from a model fitted to all customers"),
        **dict.fromkeys(_HEALTH_OF_CUSTOMERS, "core_feature_share is a part of the score and a sign"),
    },
    "success_vectors": {
        **dict.fromkeys(_VECTORS, "core_feature_share is a part of the score and a sign; a referral is a mean ARR"),
        "revenue_at_risk": "from a model fitted to all customers",
    },
    "customer_months": {
        "rfm_segment": "ranks among the buyers of the month",
        **dict.fromkeys(
            ("core_features_available", "core_feature_share"),
            "counts the features of all that deliver to the same tool",
        ),
    },
    **{mart: dict.fromkeys(columns, "core_feature_share is a part of the score") for mart, columns in _SCORES.items()},
    "health_measures": dict.fromkeys(
        (
            *("value", "value_text", "band", "band_points", "points", "lost_points", "value_1m_ago", "band_1m_ago"),
            *("points_change_1m", "value_3m_ago", "points_change_3m"),
        ),
        "core_feature_share is a measure, and what it moves depends on the score",
    ),
    "onboarding_customers": {"is_start_known": "asks for the first month of all data"},
    "rfm_scores": dict.fromkeys(
        ("segment", "what_to_do", "r_score", "f_score", "m_score", "rfm_group", "rfe_group"),
        "ranks among all buyers or visitors",
    ),
    "rfm_history": dict.fromkeys(
        ("segment", "previous_segment", "r_score", "f_score", "m_score"), "ranks among the buyers of the month"
    ),
    "usage_months": dict.fromkeys(
        ("core_features_available", "core_feature_share"), "counts the features of all that deliver to the same tool"
    ),
    "feature_adoption": dict.fromkeys(
        ("active_customers", "active_customer_share"), "all customers who use the product, not only this feature"
    ),
    "churn_risk": dict.fromkeys(
        (
            *("risk_status", "model_id", "trained_through", "probability", "risk_band", "base_rate", "base_points"),
            *("risk_score", "revenue_at_risk"),
            *(f"reason_{place}{part}" for place in (1, 2, 3) for part in ("", "_feature", "_points")),
        ),
        "from a model fitted to all customers",
    ),
    "churn_risk_months": dict.fromkeys(
        ("risk_status", "model_id", "risk_score", "probability", "risk_band", "base_rate", "revenue_at_risk"),
        "from a model fitted to all customers",
    ),
    "customer_lifetime_value": {
        **dict.fromkeys(
            (
                "expected_remaining_months",
                "discounted_remaining_months",
                "residual_value",
                "lifetime_value",
                "value_status",
            ),
            "from a model fitted to all customers of a term",
        ),
        **dict.fromkeys(
            ("segment_arpa", "segment_churn_rate", "simple_lifetime_value"), "means over all customers of a term"
        ),
    },
}

#: (d) Marts that add up all customers: customers that are joined differently change them. {mart: reason}
TOTALS: dict[str, str] = {
    **dict.fromkeys(("mrr_months", "mrr_currency_months"), "the sum of the customers' revenue, and how many they are"),
    "retention_cohorts": "sums over the customers who signed up in a month",
    "survey_months": "counts the answers of all, and one voice for each customer",
    "feedback_theme_months": "counts the texts of all",
    "support_months": "the sum of the customers' tickets",
    "feature_adoption": "counts the customers and users of a feature",
    "onboarding_cohorts": "counts the customers who started in a month",
}

#: (e) Marts that are sums over their rows: together = the sum of both, key by key. {mart: reason}
ADDITIVE: dict[str, str] = {
    "row_accounting": "counts raw rows by table",
    "uptime_months": "the row of all components adds up their minutes",
    **TOTALS,
}

#: (e) Their columns that are no sums, because they are made from sums or from the key; and columns that name what both
#: companies have alike. {mart: {column: reason}}
NOT_ADDED: dict[str, dict[str, str]] = {
    "mrr_months": {
        **dict.fromkeys(
            ("logo_churn_rate", "nrr", "grr", "gross_mrr_churn_rate", "net_mrr_churn_rate", "quick_ratio", "arpa"),
            "a ratio of two sums",
        ),
        "renewal_rate": "a ratio of two sums",
        "quick_ratio_status": "says what the sums are",
    },
    "retention_cohorts": {
        **dict.fromkeys(
            ("customer_retention", "net_revenue_retention", "gross_revenue_retention"), "a ratio of two sums"
        ),
        "months_since_signup": "part of the key in other words",
    },
    "survey_months": {
        **{
            f"{window}{column}": "a ratio of two sums, or made from one"
            for window in ("", "window_")
            for column in (
                *("response_rate", "decline_rate", "nps", "nps_standard_error", "nps_low", "nps_high"),
                *("csat", "ces", "easy_share"),
            )
        },
        "window_days": "a setting",
    },
    "feedback_theme_months": {
        **dict.fromkeys(
            ("text_share", "negative_share", "detractor_share", "all_nps", "nps_without", "nps_impact"),
            "a ratio of two sums, or made from one",
        ),
        **dict.fromkeys(("all_texts", "all_nps_answers"), "of all themes, also where one company has none of this one"),
        **dict.fromkeys(("example_text_key", "example_quote"), "one text of all"),
    },
    "ticket_metrics": {
        "schedule_key": "of two schedules in one time zone the first counts, and both companies have the same"
    },
    "support_months": dict.fromkeys(
        ("one_touch_rate", "fcr_rate", "ticket_csat", "happiness_score"), "a ratio of two sums"
    ),
    "uptime_months": {"uptime_share": "a ratio of two sums"},
    "onboarding_cohorts": {
        **dict.fromkeys(("activation_rate", "reached_share"), "a ratio of two sums"),
        "median_days_to_first_value": "a median",
        **dict.fromkeys(("is_start_known", "is_provisional"), "say what the sums are about"),
    },
}

#: (f) Columns of a closed month that say what became of it later. {mart: {column: reason}}
KNOWN_LATER: dict[str, dict[str, str]] = {
    "churn_risk_months": dict.fromkeys(("has_churned", "leaves_on"), "what the customer did after the month"),
}
