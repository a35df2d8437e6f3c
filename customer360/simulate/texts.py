"""What people write: subjects, messages and comments by theme and language, so that sentiment has something to find."""

from __future__ import annotations

from customer360.simulate.dice import Dice

CALLS = (
    "Check-in call",
    "Follow-up call",
    "Usage review call",
    "Prepare renewal",
    "Send summary",
    "Share roadmap",
    "Update success plan",
    "Call about open tickets",
    "Ask for reference",
)
MEETINGS = (
    ("Meeting", "Check-in", 30),
    ("Meeting", "Roadmap session", 45),
    ("Training", "Training: reports", 60),
    ("Training", "Training: automation", 60),
    ("Training", "Admin training", 90),
    ("Call", "Success plan review", 30),
)
MAIL_SUBJECTS = (
    "Your success plan",
    "Question about seats",
    "Next steps",
    "Introducing a new colleague",
    "Report export",
    "Renewal details",
    "Follow-up to our call",
    "New features this month",
    "Invoice copy",
    "Feedback on the beta",
    "Scheduling our review",
    "Access for our team",
    "Integration with our ERP",
    "Quarterly numbers",
)
ODD_SUBJECTS = (
    ' "urgent"',
    "; please read",
    "'; drop table customers; --",
    " {{ 7*7 }}",
    " {% raw %}",
    " <script>alert(1)</script>",
    "\nForwarded message",
    " – größer, schneller ☂",
)

THEMES = ("billing", "performance", "bug", "onboarding", "feature", "praise")

#: theme -> language -> (subject, body) pairs
TICKETS: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "billing": {
        "en": (
            ("Wrong amount on invoice", "We were charged for more seats than we use. Please correct the invoice."),
            ("Change of billing address", "Could you please change the billing address on our account?"),
            ("Card was declined", "Our card was declined although it is valid. What can we do?"),
            ("VAT number missing", "Our VAT number is missing on the invoice, we need a corrected one."),
        ),
        "de": (
            ("Falscher Rechnungsbetrag", "Uns wurden mehr Lizenzen berechnet, als wir nutzen. Bitte korrigieren."),
            ("Rechnungsadresse ändern", "Bitte ändern Sie unsere Rechnungsadresse. Vielen Dank!"),
        ),
        "fr": (
            ("Erreur de facture", "Le montant de la facture est incorrect, merci de la corriger."),
            ("Adresse de facturation", "Merci de modifier notre adresse de facturation."),
        ),
    },
    "performance": {
        "en": (
            ("Dashboard is very slow", "Loading the dashboard takes more than a minute. This is frustrating."),
            ("Timeouts in the afternoon", "We get timeouts every afternoon. Our team cannot work like this."),
            ("Export takes forever", "The export has been running for two hours now."),
        ),
        "de": (
            ("Dashboard sehr langsam", "Das Laden dauert über eine Minute. Das ist so nicht nutzbar."),
            ("Zeitüberschreitung", "Seit heute früh brechen alle Abfragen ab."),
        ),
        "fr": (("Très lent", "Le tableau de bord met plus d'une minute à s'afficher."),),
    },
    "bug": {
        "en": (
            ("Error 500 when saving", "Saving a report fails with error 500. Terrible timing for us."),
            ("Numbers do not add up", "The totals differ between the report and the export."),
            ("Filter is ignored", "The date filter has no effect since the last release."),
            ("Cannot log in", "Two colleagues cannot log in any more. Please help."),
        ),
        "de": (
            ("Fehler beim Speichern", "Beim Speichern erscheint Fehler 500. Bitte um schnelle Hilfe."),
            ("Anmeldung nicht möglich", "Zwei Kollegen können sich nicht mehr anmelden."),
        ),
        "fr": (("Erreur à l'enregistrement", "Impossible d'enregistrer, erreur 500. C'est gênant."),),
    },
    "onboarding": {
        "en": (
            ("How do we invite colleagues?", "We are setting up the team. How can we invite colleagues?"),
            ("Import of our data", "Which format do you need for the import of our data?"),
            ("First steps", "Is there a guide for the first steps?"),
        ),
        "de": (
            ("Kollegen einladen", "Wie können wir weitere Kollegen einladen?"),
            ("Datenimport", "Welches Format brauchen Sie für den Datenimport?"),
        ),
        "fr": (("Inviter des collègues", "Comment inviter nos collègues ?"),),
    },
    "feature": {
        "en": (
            ("Feature request: API export", "It would be great to export through the API. Is it planned?"),
            ("Missing: dark mode", "Our team would like a dark mode."),
            ("Missing permission levels", "We need finer permissions, otherwise we cannot roll out further."),
        ),
        "de": (
            ("Funktionswunsch: Export", "Ein Export nach Excel fehlt uns leider."),
            ("Rollen und Rechte", "Uns fehlen feinere Rechte."),
        ),
        "fr": (("Fonction manquante", "Il nous manque l'export vers Excel."),),
    },
    "praise": {
        "en": (
            ("Thank you!", "Just wanted to say thanks, the new release is great."),
            ("Great support", "Your colleague helped us within minutes. Excellent!"),
        ),
        "de": (("Danke!", "Die neue Version ist super, vielen Dank an das Team."),),
        "fr": (("Merci !", "La nouvelle version est excellente, merci à l'équipe."),),
    },
}
REPLIES = (
    "Thanks for reaching out. I am looking into it.",
    "I can reproduce this and have passed it on to our developers.",
    "This should be fixed now. Could you please check?",
    "I have updated your account accordingly.",
    "Could you send us a screenshot?",
    "Please find the steps in our help centre.",
)
ANSWERS = (
    "Here is the screenshot.",
    "Works now, thanks!",
    "Still the same problem.",
    "Any news?",
    "Thank you, perfect.",
    "We still wait for an answer. This is disappointing.",
    "Danke, funktioniert.",
    "Merci beaucoup.",
)
NOTES = (
    "Second time this month, watch the account.",
    "Asked engineering.",
    "Customer sounded upset on the phone.",
    "Known issue, see release notes.",
)
BOT = "We have received your request. Our team will answer during business hours."
MERGED = "This request was closed and merged into request #{}."

#: score band -> language -> comments
VERBATIMS = {
    "good": {
        "en": (
            "Easy to use and great support",
            "Saves us hours every week",
            "Love the new dashboard",
            "Very reliable",
            "Onboarding was smooth",
        ),
        "de": ("Einfach zu bedienen, toller Support", "Spart uns viel Zeit", "Sehr zuverlässig"),
        "fr": ("Très simple à utiliser", "Excellent support"),
    },
    "middling": {
        "en": ("Good, but too slow at times", "Reports could be better", "OK for the price", "Missing API export"),
        "de": ("Gut, aber manchmal langsam", "Export fehlt"),
        "fr": ("Bien, mais un peu lent",),
    },
    "bad": {
        "en": (
            "Too expensive for what we use",
            "Constant bugs, slow answers",
            "Support never calls back",
            "Slow and confusing",
            "We lost data twice",
        ),
        "de": ("Viel zu teuer", "Ständig Fehler, langsamer Support", "Unübersichtlich"),
        "fr": ("Trop cher", "Beaucoup de bugs"),
    },
}


def language_of(country_language: str, dice: Dice) -> str:
    """Customers write in their language about half of the time, otherwise in English."""
    return country_language if country_language in ("de", "fr") and dice.u() < 0.5 else "en"


def verbatim(score_share: float, language: str, dice: Dice) -> str:
    """A comment that fits an answer between 0 (worst) and 1 (best)."""
    band = "good" if score_share > 0.82 else "middling" if score_share > 0.6 else "bad"
    return dice.pick(VERBATIMS[band][language])
