"""What will happen to one wish of the demo town's past year, act by act, before any of it does."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from civium.engines.cases.schema import Move
from civium.engines.clock.queries import the_calendar
from civium.foundation.kit.town import the_town
from config import demo_words as words
from config.demo_wish import Wish, usual_days


@dataclass(frozen=True)
class Act:
    """One thing that somebody does at a moment that no other act has. ``number``: of the wish."""

    at: datetime
    number: int
    do: str
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def may_be_half_done(self) -> bool:
        """Whether it takes several transactions, each of which can be done again."""
        return self.do in ("begin", "pay")


def tell_life(wish: Wish, *, now: datetime) -> list[Act]:
    """Everything that will happen to the wish, in order; nothing from ``now`` on."""
    return [act for act in _told(wish, now).acts if act.at < now]


def is_told_whole(wish: Wish, *, now: datetime) -> bool:
    """Whether everything that is meant to happen happens before ``now``."""
    told = _told(wish, now)
    return bool(told.acts) and told.acts[-1].at < now


def _told(wish: Wish, now: datetime) -> _Telling:
    told = _Telling(wish, now, Random(wish.number))  # noqa: S311 - chance for a story, not for a secret
    told.tell()
    if wish.is_for_a_company or wish.offer.document.sign_in in ("verified", "high"):
        day_before = (wish.begins - timedelta(days=1)).replace(microsecond=wish.begins.microsecond + 99)
        told.acts.insert(0, Act(day_before, wish.number, "prove"))
    return told


class _Telling:
    """The story of one wish as it is made up: what was told so far, and when that was."""

    def __init__(self, wish: Wish, now: datetime, random: Random) -> None:
        self.wish, self.now, self.random = wish, now, random
        self.at = wish.begins
        self.acts: list[Act] = []
        self.is_slow = wish.fate == "goes-on" and random.random() < 0.08

    def tell(self) -> None:
        """From the first page as far as it comes."""
        wish = self.wish
        self._add("begin", half=wish.fate == "draft")
        if wish.fate == "draft":
            return
        if "reading" not in wish.answers:
            self._add("send", minutes=self.random.randint(4, 40))
            if wish.fate == "unpaid":
                return
            self._add("pay", minutes=2)
        way = wish.way[:-1] if wish.fate == "withdrawn" else wish.way
        self._work(way, wish.offer.steps.steps.first)
        self._end()

    def _work(self, way: tuple[Move, ...], step: str) -> None:
        for move in way:
            if not move.is_by_payment:
                self._wait_in(step)
                self._talk(step, move)
                self._add("move", minutes=7, move=move, step=step, role=move.roles[0])
                if move.asks_applicant:
                    self._answer(step)
            step = move.to

    def _wait_in(self, step: str) -> None:
        wish, day = self.wish, self.wish.offer.steps[step].on
        if day and wish.answers.get(day):
            chosen = datetime.fromisoformat(wish.answers[day]).replace(hour=9, tzinfo=the_town().time_zone)
            self.at = max(self.at, chosen)
        else:
            days = (
                usual_days(wish.offer, step)
                * self.random.lognormvariate(0, 0.4)
                * (2.5 if self.is_slow else 1)
            )
            self.at += timedelta(days=days)
        self.at = at_work(self.at, self.random)

    def _talk(self, step: str, move: Move) -> None:
        """What is said beside the work."""
        random, role = self.random, move.roles[0]
        wrote = random.random() < 0.12
        if wrote:
            self._add("write", words=random.randrange(len(words.WRITES)))
            self.at = at_work(self.at + timedelta(hours=5), random)
        self._add("claim", minutes=3, role=role)
        self._add("read", minutes=4, role=role)
        if wrote and random.random() < 0.7:
            self._add("reply", minutes=5, role=role)
        if random.random() < 0.12:
            self._add("note", minutes=3, role=role, words=random.choice(words.NOTES))
        asking = self._asking(step)
        if asking is not None and not move.asks_applicant and random.random() < 0.15:
            self._add("move", minutes=9, move=asking, step=step, role=asking.roles[0])
            self._answer(step)
        elif random.random() < 0.05:
            self._add("hand_over", minutes=4, role=role)
            self.at = at_work(self.at + timedelta(days=1), random)

    def _asking(self, step: str) -> Move | None:
        return next((each for each in self.wish.offer.steps[step].moves if each.asks_applicant), None)

    def _answer(self, step: str) -> None:
        self.at += timedelta(days=self.random.lognormvariate(1.0, 0.5))
        self.at = self.at.replace(hour=self.random.randint(8, 21))
        self._add("answer")
        self.at = at_work(
            self.at + timedelta(days=0.5 + 0.5 * usual_days(self.wish.offer, step)), self.random
        )

    def _end(self) -> None:
        """What comes after the way."""
        wish, random, step = self.wish, self.random, self.wish.leads_to
        if wish.fate == "withdrawn":
            self.at += timedelta(days=random.uniform(0.3, 1))
            self._add("withdraw")
        elif wish.fate == "waits" and (asking := self._asking(step)):
            self.at = at_work(self.at + timedelta(hours=6), random)
            self._add("claim", role=asking.roles[0])
            self._add("move", minutes=9, move=asking, step=step, role=asking.roles[0])
        elif wish.fate == "rests":
            self._rest(step)
        elif wish.fate in ("reopened", "decided-again") and (reopen := wish.offer.steps[step].reopen):
            self.at = at_work(self.at + timedelta(days=random.uniform(3, 9)), random)
            self._add("reopen", role=reopen.by[-1], step=step)
            self._work(wish.again, reopen.to)

    def _rest(self, step: str) -> None:
        """An open case: taken or not, with something new in it or not, perhaps beside another of the same person."""
        random, moves = self.random, self.wish.offer.steps[step].moves
        role = moves[0].roles[0] if moves and moves[0].roles else "clerk"
        self.at = at_work(self.at + timedelta(hours=2), random)
        if self.wish.number % 2:
            self._add("claim", role=role)
            self._add("read", minutes=2, role=role)
        if self.wish.number % 3 == 0:
            self._add("note", minutes=6, role=role, words=words.ASKS_A_COLLEAGUE, tell="officer")
        if self.wish.number % 4 == 0:
            self._add("link", minutes=6, role=role)
        if self.wish.number % 5 < 2:
            self._add("write", minutes=50, words=random.randrange(len(words.WRITES)))

    def _add(self, do: str, minutes: int = 0, **given: Any) -> None:
        self.at += timedelta(minutes=minutes)
        apart = self.wish.begins.microsecond + len(self.acts)
        self.acts.append(Act(self.at.replace(microsecond=apart), self.wish.number, do, given))


def at_work(at: datetime, random: Random) -> datetime:
    """The next moment from then on at which the desk is open."""
    zone, calendar = the_town().time_zone, the_calendar()
    local = at.astimezone(zone)
    if local.hour >= 16:
        local = (local + timedelta(days=1)).replace(hour=0)
    day = calendar.working_day_from(local.date())
    if day == local.date() and local.hour >= 8:
        return local + timedelta(minutes=random.randint(1, 20))
    return datetime.combine(day, time(random.randint(8, 15), random.randint(0, 59), local.second), zone)
