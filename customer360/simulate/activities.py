"""Calls, meetings and mail: what the vendor and its customers do together, as the CRM has it."""

from __future__ import annotations

from customer360.simulate import texts
from customer360.simulate.clock import DAY, HOUR, MINUTE, add_working_seconds
from customer360.simulate.company import Customer, office_time, work_day
from customer360.simulate.crm import HOME_ZONE, Crm, Employee
from customer360.simulate.dice import logistic
from customer360.simulate.names import Person
from customer360.simulate.recorder import Change, changed


class Activities:
    """Writes the activities of a block."""

    def __init__(self, crm: Crm) -> None:
        self.crm, self.months, self.latents = crm, crm.months, crm.latents
        self.dice, self.mess, self.ids, self.rec = crm.dice, crm.mess, crm.ids, crm.rec

    def write(self, c: Customer) -> None:
        """Calls, meetings and mail while the customer is here (and a few while sales is at it)."""
        if not c.crm_id:
            return
        dice, months, latents = self.dice, self.months, self.latents
        owner = next((e for e in (*self.crm.managers, *self.crm.sellers) if e.id == c.owner), self.crm.managers[0])
        if not c.existing:
            for _ in range(dice.poisson(1.3)):
                t = office_time(dice, work_day(dice, c.since // DAY + 1, 40), HOME_ZONE)
                if c.since < t < months.end:
                    self._task(c, owner, t, dice.pick(("Intro call", "Discovery call", "Send offer", "Demo follow-up")))
        touch = (0.05, 0.09, 0.17, 0.33)[c.tier]
        for a, b in c.lives:
            begin, end = max(a, months.begin), min(b, months.end)
            if end <= begin:
                continue
            if not (c.existing and a <= months.begin + 5 * DAY) and a == c.lives[0][0]:
                t = office_time(dice, work_day(dice, a // DAY + 1, 9), HOME_ZONE)
                if t < end:
                    self._event(c, owner, t, "Kick-off", "Meeting", 45)
                if c.tier >= 1 or dice.u() < 0.3:
                    t = office_time(dice, work_day(dice, a // DAY + 8, 25), HOME_ZONE)
                    if t < end:
                        self._event(c, owner, t, "Training: first steps", "Training", 90)
            for m in range(max(months.index(begin), 0), min(months.index(end - 1), months.count - 1) + 1):
                lo, hi = max(begin, months.start[m]), min(end, months.start[m + 1])
                if hi - lo < 3 * DAY:
                    continue
                days = (hi - lo) // DAY
                engagement = latents.state("engagement", c.i, m)

                def some_time(lo: int = lo, days: int = days) -> int:
                    return office_time(dice, work_day(dice, lo // DAY, days), HOME_ZONE)

                for _ in range(dice.poisson(touch * 1.1)):
                    self._task(c, owner, some_time(), dice.pick(texts.CALLS))
                if c.tier >= 2 and (m + c.i) % 3 == 0 and dice.u() < 0.35 + 0.4 * logistic(engagement):
                    self._event(c, owner, some_time(), "Quarterly business review", "QBR", 60)
                elif dice.u() < touch * 0.5:
                    kind, subject, length = dice.pick(texts.MEETINGS)
                    self._event(c, owner, some_time(), subject, kind, length)
                for _ in range(dice.poisson(touch * 1.05)):
                    self._thread(c, owner, some_time(), m)

    def _who(self, c: Customer, t: int) -> Person | None:
        there = [p for p in c.people_at(t) if p.contact and p.contact_made <= t]
        if not there:
            return None
        champions = [p for p in there if p.role == "champion"]
        return champions[0] if champions and self.dice.u() < 0.65 else self.dice.pick(there)

    def _task(self, c: Customer, owner: Employee, t: int, subject: str) -> None:
        dice = self.dice
        t = min(t, self.months.end - HOUR)
        call = "call" in subject.lower()
        who = self._who(c, t)
        due = work_day(dice, t // DAY, 7) * DAY
        open_task = dice.u() < 0.12
        done = office_time(dice, work_day(dice, due // DAY, 4), HOME_ZONE)
        done = max(done, t + 5 * MINUTE)
        talked = call and dice.u() < 0.7
        changes: list[Change] = []
        if not open_task:
            spoken = int(dice.lognormal(420, 0.8)) if talked else None
            outcome = ("Connected" if talked else "No answer") if call else None
            changes.append(
                changed(
                    "salesforce.task",
                    done,
                    status="Completed",
                    is_closed=True,
                    completed_date_time=done,
                    call_duration_in_seconds=spoken,
                    call_disposition=outcome,
                    system_modstamp=done,
                )
            )
        self.rec.add(
            "salesforce.task",
            t,
            changes,
            id=self.ids.salesforce("task"),
            account_id=self.crm.main_account(c),
            who_id=who.contact if who else None,
            owner_id=c.owner or owner.id,
            subject=subject,
            type="Call" if call else "Other",
            task_subtype="Call" if call else "Task",
            status="Not Started",
            priority="Normal",
            is_closed=False,
            is_deleted=False,
            activity_date=due,
            created_date=t,
            system_modstamp=t,
        )
        c.activity.append(done if changes else t)

    def _event(self, c: Customer, owner: Employee, t: int, subject: str, kind: str, minutes: int) -> None:
        dice = self.dice
        start = t // (15 * MINUTE) * 15 * MINUTE
        made = max(start - dice.integer(2, 15) * DAY, c.since + MINUTE)
        who = self._who(c, made)
        deleted = dice.u() < 0.03
        changes: list[Change] = []
        if deleted:
            gone = max(made + HOUR, start - DAY)
            changes.append(changed("salesforce.event", gone, is_deleted=True, system_modstamp=gone))
        self.rec.add(
            "salesforce.event",
            made,
            changes,
            id=self.ids.salesforce("event"),
            account_id=self.crm.main_account(c),
            who_id=who.contact if who else None,
            owner_id=owner.id,
            subject=subject,
            type=kind,
            event_subtype="Event",
            start_date_time=start,
            end_date_time=start + minutes * MINUTE,
            duration_in_minutes=minutes,
            is_deleted=False,
            created_date=made,
            system_modstamp=made,
        )
        if not deleted:
            c.activity.append(start)

    def _thread(self, c: Customer, owner: Employee, t: int, month: int) -> None:
        """A conversation by mail. How fast, and whether, the customer answers follows its state."""
        dice, months = self.dice, self.months
        who = self._who(c, t)
        if who is None:
            return
        keen = 0.8 * float(self.latents.responsive[c.i]) + 0.7 * self.latents.state("engagement", c.i, month)
        zone = c.company.country.zone
        incoming = dice.u() < 0.4
        subject = dice.pick(texts.MAIL_SUBJECTS)
        if dice.u() < self.mess.odd_text / 2:
            subject += dice.pick(texts.ODD_SUBJECTS)
            self.rec.count("odd_text")
        thread = self.ids.row("thread")
        answers_to: str | None = None
        for n in range(1 + dice.integer(1, 4)):
            if t >= months.end:
                break
            ident = self.ids.salesforce("email_message")
            sender, receiver = (who.email, owner.email) if incoming else (owner.email, who.email)
            late = dice.integer(2, 8) if dice.u() < self.mess.late else 0
            self.rec.add(
                "salesforce.email_message",
                t + 40,
                late=late,
                id=ident,
                related_to_id=self.crm.main_account(c),
                created_date=t + 40,
                message_date=t,
                incoming=incoming,
                from_address=sender,
                to_address=receiver,
                subject=subject if n == 0 else f"Re: {subject}",
                status="0" if incoming else "3",
                has_attachment=dice.u() < 0.12,
                reply_to_email_message_id=answers_to,
                thread_identifier=thread,
                is_deleted=False,
            )
            c.activity.append(t)
            answers_to = ident
            if incoming:  # our turn
                if dice.u() < 0.07:
                    break
                t = add_working_seconds(t, int(dice.lognormal(2.6 * HOUR, 0.9)), HOME_ZONE)
            else:
                if dice.u() > logistic(0.9 + 0.8 * keen):
                    break
                t = add_working_seconds(t, int(dice.lognormal(6.5 * HOUR, 1.0) * 1.6 ** -min(max(keen, -2), 2)), zone)
            incoming = not incoming
