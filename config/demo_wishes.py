"""What the people of the demo town's past year wanted, and how far it came: planned before any of it happens.

Every step and every end of every service that can be applied for is reached by somebody; the rest is chance, the same every time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings

from civium.journeys.catalogue.examples import journey_of
from civium.journeys.catalogue.examples_schema import Example
from civium.journeys.catalogue.loading import load_folder
from civium.journeys.catalogue.queries import Offer
from config.demo_answers import Papers, write_answers
from config.demo_people import ENTRIES, Neighbour
from config.demo_story import is_told_whole
from config.demo_wish import Fate, Way, Wish, usual_days

DAYS = 365
# How often somebody is found in every step and at every end; one more in each step is asked something and has not answered.
AT_LEAST = 2
# Ends that come seldom, beside refusals.
RARE = {"not-there", "given-back", "not-found", "upheld"}
# How often a service is asked for by chance, beside the others; 3 where nothing is said.
WANTED = {
    "dog-licence": 5,
    "resident-parking": 7,
    "library-card": 7,
    "bulky-waste": 6,
    "parking-fine": 6,
    "property-tax": 4,
    "building-permit": 2,
    "business-licence": 1,
    "birth-certificate": 2,
    "data-request": 0.3,
}


@dataclass
class Plan:
    """What planning has come to."""

    people: Sequence[Neighbour]
    random: Random
    now: datetime
    papers: Papers = field(default_factory=Papers)
    wishes: list[Wish] = field(default_factory=list)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)


def plan_wishes(
    offers: Sequence[Offer],
    people: Sequence[Neighbour],
    *,
    random: Random,
    now: datetime,
    at_least: int,
    more: int,
) -> list[Wish]:
    """Everything that is wanted in the year before ``now``: what makes the town whole, and ``more`` by chance."""
    plan = Plan(people, random, now)
    ways = {offer.name: _Ways(offer) for offer in offers}
    for offer in offers:
        _fill_every_place(plan, ways[offer.name], at_least=at_least)
    alive = [each for each in ways.values() if each.examples]
    likely = [WANTED.get(each.offer.name, 3) for each in alive]
    for _ in range(more):
        chosen = random.choices(alive, weights=likely)[0]
        example = random.choice(chosen.examples)
        _want(plan, chosen, example, chosen.usual(example, random), _chance(random), by_chance=True)
    return plan.wishes


def _fill_every_place(plan: Plan, ways: _Ways, *, at_least: int) -> None:
    steps = ways.offer.steps.steps
    for step in steps.names:
        for turn in range(at_least):
            _reach(plan, ways, step, "goes-on" if steps[step].end else "rests", turn)
        if any(move.asks_applicant for move in steps[step].moves):
            _reach(plan, ways, step, "waits")
    _reach(plan, ways, steps.first, "withdrawn")
    # Nobody supervises the data-protection officer, so what they decided is not reopened.
    ends = [end for end in steps.ends if steps[end].reopen and ways.offer.name != "data-request"]
    fates: tuple[Fate, ...] = ("reopened", "decided-again")
    for end, fate in zip(ends, fates, strict=False):
        _reach(plan, ways, end, fate)


def _reach(plan: Plan, ways: _Ways, step: str, fate: Fate, turn: int = 0) -> None:
    """Somebody's way to that step, by the first example that can be asked for then."""
    leading = [(example, way) for example, found in ways.found for to, way in found.items() if to == step]
    for nth in range(len(leading)):
        example, way = leading[(turn + nth) % len(leading)]
        if _want(plan, ways, example, way, fate):
            return


def _chance(random: Random) -> Fate:
    fates: tuple[Fate, ...] = ("goes-on", "draft", "unpaid", "withdrawn")
    return random.choices(fates, weights=(90, 4, 2, 4))[0]


def _want(
    plan: Plan, ways: _Ways, example: Example, way: Way, fate: Fate, *, by_chance: bool = False
) -> bool:
    """Add a wish; False when the example cannot be asked for on any day near the one that fits, or the desk would not come as far.
    ``by_chance``: how far it comes is left open."""
    random, offer = plan.random, ways.offer
    if fate == "withdrawn" and any(move.is_by_payment for move in way):
        fate = "goes-on"  # what is paid is settled at once
    first = _first_day(plan, offer, way, fate)
    who = _somebody(plan, offer, example, first)
    if who is None:
        return False
    for days in range(24):
        begins = first - timedelta(days=days)
        answers = write_answers(example, offer, who, plan.papers, random=random, at=begins)
        if answers is None:
            continue
        number = len(plan.wishes)
        # No two things happen at one moment: the record tells by it what has happened already.
        begins = begins.replace(second=random.randrange(60), microsecond=number * 100)
        again = ways.again(example, way) if fate == "decided-again" else ()
        wish = Wish(number, who, offer, begins, answers, way, fate, again)
        if by_chance or is_told_whole(wish, now=plan.now):
            plan.wishes.append(wish)
            plan.asked[offer.name, who.first] += 1
            return True
    return False


def _somebody(plan: Plan, offer: Offer, example: Example, at: datetime) -> Neighbour | None:
    """Who wants it: of a few people the one who asked for it least."""
    if _names_an_entry(example, offer):
        able = [one for one in plan.people if one.first in ENTRIES]
    elif offer.document.applicants == {"organisation"}:
        able = [one for one in plan.people if "company" in one.facts]
    elif renewed := _renewed(example, offer):  # of what they were granted before
        able = _earlier(plan, at, renewed)
    elif "reading" in example.answers:  # of what somebody read who worked on their case
        able = _earlier(plan, at)
    else:
        able = [one for one in plan.people if one.given]
    few = plan.random.sample(able, min(6, len(able)))
    return min(few, key=lambda one: plan.asked[offer.name, one.first], default=None)


def _earlier(plan: Plan, at: datetime, renewed: tuple[str, str] | None = None) -> list[Neighbour]:
    """Those whose case somebody worked on long before; of that service and with that end, where they are named."""
    asked = {
        each.who.first
        for each in plan.wishes
        if each.fate == "goes-on" and each.way and (at - each.begins).days > 40
        if renewed in (None, (each.offer.name, each.leads_to))
    }
    return [one for one in plan.people if one.first in asked]


def _renewed(example: Example, offer: Offer) -> tuple[str, str] | None:
    """The service and the end of the case of their own that the example's applicant names."""
    for _page, ready in offer.form.questions():
        question: Any = ready.question
        if question.type == "own-case" and ready.name in example.answers:
            return question.narrowed_to["service"], question.narrowed_to["outcome"]
    return None


def _first_day(plan: Plan, offer: Offer, way: Way, fate: Fate) -> datetime:
    """When they begin: late enough to be open still, early enough to be decided, and by chance in between."""
    random = plan.random
    takes = sum(usual_days(offer, step) for step in _steps_on(offer, way))
    if fate in ("rests", "waits"):
        here = usual_days(offer, way[-1].to if way else offer.steps.steps.first)
        back = takes + random.uniform(0.1, 1.8) * here
    elif fate in ("draft", "unpaid"):
        back = random.uniform(0.5, 60)
    elif fate == "reopened":
        back = takes * 2 + random.uniform(20, 24)
    else:
        back = random.uniform(min(DAYS - 60, takes * 3 + 20), DAYS - 1)
        if fate == "goes-on" and len(plan.wishes) % 5 == 4:
            back = random.uniform(0, 20)
    day = plan.now - timedelta(days=back)
    return day.replace(hour=random.randint(6, 20), minute=random.randint(0, 59))


def _steps_on(offer: Offer, way: Way) -> list[str]:
    return [offer.steps.steps.first, *(move.to for move in way)][:-1]


class _Ways:
    """The ways that cases of a service can take, by its examples."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        folder = load_folder(Path(settings.CIVIUM_SERVICES) / offer.name)
        self.examples = [
            each for each in (folder.examples.root if folder.examples else ()) if _is_usable(each, offer)
        ]
        self.found = [(each, dict(self._ways(each, offer.steps.steps.first))) for each in self.examples]

    def usual(self, example: Example, random: Random) -> Way:
        """Mostly the example's own walk; now and then the shortest way to another end. Most people get what they ask for."""
        steps = self.offer.steps.steps
        if example.walk and random.random() < 0.7:
            step, way = steps.first, []
            for each in example.walk:
                move = next(move for move in steps[step].moves if move.name == each.move)
                way.append(move)
                step = move.to
            if steps[step].end and (not self._is_rare(step) or random.random() < 0.25):
                return tuple(way)
        ends = {to: way for to, way in self._ways(example, steps.first) if steps[to].end}
        likely = [1 if self._is_rare(end) else 8 for end in ends]
        return random.choices(list(ends.values()), weights=likely)[0] if ends else ()

    def _is_rare(self, end: str) -> bool:
        return end in RARE or self.offer.steps.steps.status_of(end) == "refused"

    def again(self, example: Example, way: Way) -> Way:
        """From where the case goes on when it is reopened to the end that it had, or any."""
        reopen = self.offer.steps[way[-1].to].reopen
        ways = dict(self._ways(example, reopen.to)) if reopen else {}
        ends = [each for to, each in ways.items() if self.offer.steps[to].end]
        return ends[0] if ends else ()

    def _ways(self, example: Example, start: str) -> Iterator[tuple[str, Way]]:
        """The shortest way from there to each step that a case with the example's answers can reach."""
        values = journey_of(example, self.offer).values
        waiting: list[tuple[str, Way]] = [(start, ())]
        seen = {start}
        while waiting:
            step, so_far = waiting.pop(0)
            moves = self.offer.steps.moves_from(step, values)
            # What is paid goes on by itself at once: nothing stays there.
            if not any(move.is_by_payment for move in moves):
                yield step, so_far
            for move in moves:
                if move.to not in seen:
                    seen.add(move.to)
                    waiting.append((move.to, (*so_far, move)))


def _is_usable(example: Example, offer: Offer) -> bool:
    """Whether somebody can live it: without mistakes, and with nothing that would end or stop their account, or that only the
    example knows. Who asks about a reading asks about a real one."""
    asked = offer.name == "data-request" and example.answers.get("wish") in ("erase", "restrict")
    of_others = "wrong_case" in example.answers or (
        _names_an_entry(example, offer) and example.answers.get("whose") != "mine"
    )
    return not example.wrong and not asked and not of_others


def _names_an_entry(example: Example, offer: Offer) -> bool:
    """Whether it is about somebody whom the register of births knows."""
    return offer.name == "birth-certificate" and "entry" in example.answers


def with_companies(people: Sequence[Neighbour], companies: Mapping[str, Any]) -> list[Neighbour]:
    """The people, those among them with the company that they act for."""
    theirs = {
        email: (number, company.name) for number, company in companies.items() for email in company.officers
    }
    return [
        replace(
            one, facts={**one.facts, "company": theirs[one.email][1], "company_number": theirs[one.email][0]}
        )
        if one.email in theirs
        else one
        for one in people
    ]
