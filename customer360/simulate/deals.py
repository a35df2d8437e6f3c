"""Deals in the CRM: new business, renewals and expansions, won, lost and open."""

from __future__ import annotations

from customer360.simulate.clock import DAY, HOUR
from customer360.simulate.company import Customer, office_time, work_day
from customer360.simulate.crm import HOME_ZONE, Crm
from customer360.simulate.recorder import Change, changed

#: Stage, probability in percent, forecast category.
_STAGES = {
    "Prospecting": (10.0, "Pipeline"),
    "Qualification": (20.0, "Pipeline"),
    "Proposal": (50.0, "BestCase"),
    "Negotiation": (75.0, "Forecast"),
    "Renewal Pending": (60.0, "Forecast"),
    "Closed Won": (100.0, "Closed"),
    "Closed Lost": (0.0, "Omitted"),
}


def _stage(name: str) -> dict[str, object]:
    """The columns that follow a deal's stage."""
    probability, category = _STAGES[name]
    return {"stage_name": name, "probability": probability, "forecast_category": category}


class Deals:
    """Writes the deals of a block."""

    def __init__(self, crm: Crm) -> None:
        self.crm, self.months, self.latents = crm, crm.months, crm.latents
        self.dice, self.mess, self.ids, self.rec = crm.dice, crm.mess, crm.ids, crm.rec

    def write(self, c: Customer) -> None:
        """New business, renewals and expansions, won, lost and open."""
        dice = self.dice
        if not c.crm_id:
            return
        currency = c.company.country.currency.upper()
        worth = (700.0, 2400.0, 7000.0, 26000.0)[c.tier] * (150 if currency == "JPY" else 1)
        if not c.existing:
            made = c.since + dice.integer(1, 4) * DAY
            amount = round(worth * dice.lognormal(1.0, 0.3), -1)
            if c.contract_value:
                amount = round(c.contract_value / (1 if currency == "JPY" else 100), 2)
            if c.kind == "customer" and c.paid:
                self._deal(c, "New Business", made, c.paid[0][0], amount, currency, True)
            elif c.kind == "trial":
                self._deal(c, "New Business", made, c.start + dice.integer(10, 30) * DAY, amount, currency, False)
            else:
                self._deal(c, "New Business", made, made + dice.integer(30, 210) * DAY, amount, currency, False)
        for kind, t, amount, unit in sorted(c.happenings, key=lambda h: h[1]):
            major = amount if unit == "jpy" else amount / 100
            if kind in ("renewal", "lost renewal") and c.tier >= 1:
                close = t - dice.integer(0, 12) * DAY if kind == "renewal" else t - dice.integer(0, 5) * DAY
                self._deal(c, "Renewal", t - 90 * DAY, close, round(major, 2), currency, kind == "renewal")
            elif kind == "expansion" and dice.u() < 0.55:
                self._deal(c, "Expansion", t - dice.integer(8, 40) * DAY, t, round(major, 2), currency, True)
        for m in range(c.start_month + 2, self.months.count):
            if dice.u() < 0.008:  # an expansion that was talked about and did not come
                t = office_time(dice, work_day(dice, self.months.start[m] // DAY, 28), HOME_ZONE)
                if c.alive(t):
                    close = t + dice.integer(20, 120) * DAY
                    self._deal(c, "Expansion", t, close, round(worth * 0.3, -1), currency, False)

    def _deal(self, c: Customer, kind: str, made: int, closed: int, amount: float, currency: str, won: bool) -> None:
        dice, months = self.dice, self.months
        made = office_time(dice, made // DAY, HOME_ZONE)
        made = max(made, c.since + HOUR)
        closed = max(closed, made + 3 * HOUR)
        if made >= months.end:
            return
        ident = self.ids.salesforce("opportunity")
        path = ["Renewal Pending"] if kind == "Renewal" else ["Prospecting", "Qualification", "Proposal", "Negotiation"]
        if kind == "Expansion":
            path = path[1:]
        if not won and kind == "New Business":
            path = path[: dice.integer(1, 4)]
        stage = path[0]
        expected = (
            made // DAY * DAY + dice.integer(25, 100) * DAY if kind != "Renewal" else made // DAY * DAY + 90 * DAY
        )
        first_amount = round(amount * (0.8 + 0.5 * dice.u()), 2) if kind != "Renewal" else amount
        name = f"{c.company.core} - {kind}" + (
            f" {1970 + closed // (365 * DAY + DAY // 4)}" if kind == "Renewal" else ""
        )
        source = dice.pick(("Web", "Referral", "Event", "Outbound", "Partner")) if kind == "New Business" else None
        changes: list[Change] = []

        def change(when: int, **values: object) -> None:
            dates = {"last_modified_date": when, "system_modstamp": when}
            changes.append(changed("salesforce.opportunity", when, **values, **dates))

        for k, step in enumerate(path[1:], 1):
            t = made + (closed - made) * k // len(path)
            t = min(max(office_time(dice, t // DAY, HOME_ZONE), made + k), closed - 60)
            change(t, **_stage(step))
        if len(path) > 2:
            change(made + (closed - made) * 2 // 3, amount=amount)
        end = _stage("Closed Won" if won else "Closed Lost")
        change(closed, **end, is_closed=True, is_won=won, amount=amount, close_date=closed // DAY * DAY)
        self.rec.add(
            "salesforce.opportunity",
            made,
            changes,
            id=ident,
            account_id=self.crm.main_account(c),
            name=name,
            amount=first_amount,
            currency_iso_code=currency,
            type=kind,
            **_stage(stage),
            is_closed=False,
            is_won=False,
            is_deleted=False,
            close_date=expected,
            created_date=made,
            last_modified_date=made,
            system_modstamp=made,
            owner_id=c.owner,
            lead_source=source,
        )
