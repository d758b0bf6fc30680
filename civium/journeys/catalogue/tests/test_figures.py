"""What the record says of a service: how long it really takes, once there are enough cases, and how much it is used."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from civium.engines.cases.models import Decision
from civium.foundation.identity.models import Person
from civium.journeys.catalogue.actions.count_figures import count_figures
from civium.journeys.catalogue.models import ServiceFigures
from civium.journeys.catalogue.queries import catalogue_stamp, get_figures
from civium.journeys.catalogue.rules import ENOUGH_DECISIONS, days_for_share
from tests.applying import apply_for, move


@pytest.mark.parametrize(
    ("days", "percent", "expected"),
    [
        ([5], 50, 5),
        ([1, 2, 3, 4], 50, 2),
        ([1, 2, 3, 4, 5], 50, 3),
        (list(range(1, 11)), 90, 9),
        ([0, 0, 0, 100], 50, 0),
        ([0, 0, 0, 100], 90, 100),
    ],
)
def test_so_many_percent_took_so_many_days_or_less(days: list[int], percent: int, expected: int) -> None:
    assert days_for_share(Counter(days), percent) == expected


def test_nothing_is_said_of_no_cases() -> None:
    with pytest.raises(ValueError, match="no cases"):
        days_for_share({}, 50)


@pytest.fixture
def decide(
    demo_services: object, seal: object, amina: Person, boris: Person, omar: Person
) -> Callable[..., None]:
    """Decide dog licences: ``decide(10, opened=moment, after=timedelta(days=5))``."""

    def decide_some(count: int, *, opened: dt.datetime, after: dt.timedelta) -> None:
        for _each in range(count):
            case = move(apply_for(amina, at=opened), "accept", by=boris, at=opened + after)
            move(case, "refuse", by=omar, at=opened + after, reason="It is so.")

    return decide_some


def test_days_are_working_days_without_holidays(decide: Callable[..., None], now: dt.datetime) -> None:
    opened = dt.datetime(2026, 1, 2, 9, tzinfo=dt.UTC)  # a Friday; the Tuesday after is Epiphany
    decide(ENOUGH_DECISIONS, opened=opened, after=dt.timedelta(days=5))
    count_figures(at=now)
    figures = get_figures("dog-licence")
    assert figures is not None
    assert (figures.median_days, figures.most_days, figures.decided) == (2, 2, ENOUGH_DECISIONS)
    assert figures.since == dt.date(2026, 1, 7)


def test_too_few_cases_say_nothing(client: Client, decide: Callable[..., None], now: dt.datetime) -> None:
    decide(ENOUGH_DECISIONS - 1, opened=now - dt.timedelta(days=20), after=dt.timedelta(days=3))
    count_figures(at=now)
    figures = get_figures("dog-licence")
    assert figures is not None
    assert (figures.median_days, figures.decided) == (None, ENOUGH_DECISIONS - 1)
    assert "Half of all decisions" not in client.get("/en/services/dog-licence/").content.decode()


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Half of all decisions took 2 working days or less. 9 of 10 took 10 working days or less.")],
)
def test_a_start_page_says_how_long_it_really_takes(
    client: Client,
    decide: Callable[..., None],
    now: dt.datetime,
    language: str,
    said: str,
) -> None:
    opened = now - dt.timedelta(days=28)
    decide(8, opened=opened, after=dt.timedelta(days=2))
    decide(4, opened=opened, after=dt.timedelta(days=14))
    count_figures(at=now)
    page = BeautifulSoup(client.get(f"/{language}/services/dog-licence/").content, "html.parser")
    facts = " ".join(page.select(".facts")[0].get_text(" ").split())
    assert said in facts, facts
    assert "From 12 decisions since 4 February 2026" in facts


def test_decisions_that_were_set_aside_or_are_old_do_not_count(
    decide: Callable[..., None], now: dt.datetime
) -> None:
    decide(1, opened=now - dt.timedelta(days=20), after=dt.timedelta(days=1))
    Decision.objects.update(set_aside_at=now)
    decide(1, opened=now - dt.timedelta(days=500), after=dt.timedelta(days=1))
    count_figures(at=now)
    figures = get_figures("dog-licence")
    assert figures is not None
    assert (figures.applications, figures.decided) == (1, 0)


def test_pages_are_made_again_only_when_something_changed(
    decide: Callable[..., None], now: dt.datetime
) -> None:
    decide(1, opened=now - dt.timedelta(days=20), after=dt.timedelta(days=1))
    assert count_figures(at=now)
    stamp = catalogue_stamp()
    assert not count_figures(at=now)
    assert catalogue_stamp() == stamp


def test_what_is_kept_is_counts_and_days_of_nobody(decide: Callable[..., None], now: dt.datetime) -> None:
    decide(1, opened=now - dt.timedelta(days=20), after=dt.timedelta(days=1))
    count_figures(at=now)
    kept = {field.name for field in ServiceFigures._meta.get_fields()}
    assert kept == {"service", "applications", "decided", "median_days", "most_days", "since"}
