"""A year in the demo town: a hundred and fifty people, more than four hundred cases, lived in the order of time.

What happens is planned first (demo_wishes.py), the same way for the same ``now``; then every act of the plan is done by the real
actions (demo_lives.py). The record says how far that came: each act has a moment of its own there. So a year that was broken off
goes on behind its last act, and nothing of it happens twice.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from django.conf import settings

from civium.engines.cases.models import Case
from civium.engines.registries.adapters.demo_companies import COMPANIES
from civium.foundation.identity.actions.join import join
from civium.foundation.identity.models import Person
from civium.foundation.journal.models import Entry
from civium.journeys.catalogue.queries import find_offers
from config.demo_lives import GoneWrong, Life
from config.demo_people import RESIDENT, WITH_ENTRIES, Neighbour, neighbours
from config.demo_story import Act, tell_life
from config.demo_wish import Wish
from config.demo_wishes import AT_LEAST, DAYS, plan_wishes, with_companies

Say = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How much of a year: so many people, everything at least so often, and so many wishes more by chance."""

    people: int = 150
    at_least: int = AT_LEAST
    more: int = 350
    # All of them, where none is named.
    services: Collection[str] = ()


WHOLE: Final = Size()


def live_a_year(
    say: Say, *, sample: bytes, with_file: Callable[..., Any], now: datetime, size: Size = WHOLE
) -> None:
    """Let the year before ``now`` happen, or the rest of one that was broken off.

    ``sample``: a file to send; ``with_file``: puts it where an answer names one.
    """
    with _unfinished(say) as is_ours:
        if not is_ours:
            return
        begun = _begun_at()
        if begun is None:
            say("  The town's past year is being lived: 150 people and more than 400 cases, in some minutes.")
        end = now if begun is None else begun + timedelta(days=DAYS)
        acts, lives = _planned(size, sample=sample, with_file=with_file, now=end)
        left = list(_left(acts, since=end - timedelta(days=DAYS), until=end))
        if begun is not None:
            say(
                f"  The town's past year was broken off; it goes on after {len(acts) - len(left)} of {len(acts)} things."
            )
        _live(left, lives)
    say(f"  The past year is complete: {Case.objects.count()} cases.")


def plan_year(size: Size, *, now: datetime) -> list[Wish]:
    """What everybody wants in the year before ``now``: the same for the same moment, and the same services."""
    chance = Random(20)  # noqa: S311 - chance for a story, not for a secret
    people = with_companies([*neighbours(size.people, chance), *WITH_ENTRIES], COMPANIES)
    offers = [
        offer for offer in find_offers() if offer.form and (not size.services or offer.name in size.services)
    ]
    # The one about what was read comes last, when something was read.
    offers.sort(key=lambda offer: (offer.name == "data-request", offer.name))
    return plan_wishes(offers, people, random=chance, now=now, at_least=size.at_least, more=size.more)


def _planned(
    size: Size, *, sample: bytes, with_file: Callable[..., Any], now: datetime
) -> tuple[list[Act], dict[int, Life]]:
    """Every act of the year in the order of time, and the lives that they belong to, by number. Everybody has joined then."""
    wishes, begins = plan_year(size, now=now), now - timedelta(days=DAYS)
    joined = {one.email: _join(one, at=begins) for one in (wish.who for wish in wishes)}
    lives = {wish.number: Life(wish, joined[wish.who.email], sample, with_file) for wish in wishes}
    acts = sorted((act for wish in wishes for act in tell_life(wish, now=now)), key=lambda act: act.at)
    return acts, lives


def _join(one: Neighbour, *, at: datetime) -> Person:
    known = Person.objects.filter(email=one.email).first()
    return known or join(one.email, name=one.name, password=None, language=one.language, at=at)


def _left(acts: Sequence[Act], *, since: datetime, until: datetime) -> Iterator[Act]:
    """What did not happen yet: everything behind the last act that the record knows, and that one where it may be half done."""
    recorded = set(Entry.objects.filter(at__gte=since, at__lt=until).values_list("at", flat=True))
    last = max((act.at for act in acts if act.at in recorded), default=since)
    return (act for act in acts if act.at > last or (act.at == last and act.may_be_half_done))


def _live(acts: Iterable[Act], lives: dict[int, Life]) -> None:
    for act in acts:
        life = lives.get(act.number)
        if life is not None:
            try:
                life.act(act)
            except GoneWrong:  # nothing more comes of it
                del lives[act.number]


def _begun_at() -> datetime | None:
    """When the people of the year came, which is its first moment; None when there are none."""
    first = Person.objects.filter(email=f"{RESIDENT}-001@port-lumen.example").first()
    return first.joined_at if first else None


@contextmanager
def _unfinished(say: Say) -> Iterator[bool]:
    """Keep a mark in the data folder until the year is complete, and hold it, so that no other process lives the same year.

    False when there is nothing to do: the year is there already, or somebody else is at it.
    """
    mark = Path(settings.CIVIUM_DATA) / "demo-year-unfinished"
    if _begun_at() is not None and not mark.exists():
        yield False
        return
    with mark.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  The town's past year is being lived by another process already.")
            yield False
            return
        yield True
        mark.unlink(missing_ok=True)
