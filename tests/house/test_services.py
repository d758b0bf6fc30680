"""Every service that we ship walks to every end, in every language."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from civium.journeys.catalogue.actions.check_folder import check_folder
from civium.journeys.catalogue.actions.publish_service import publish_folder
from civium.journeys.catalogue.examples import journey_of
from civium.journeys.catalogue.loading import load_folder
from civium.journeys.catalogue.queries import get_offer
from setup import ROOT
from tests.cast import NOW

SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/service.yaml"))
LANGUAGES = [code for code, _ in settings.LANGUAGES]


def folder(service: str) -> Path:
    return ROOT / "services" / service


@pytest.fixture
def published(service: str, db: None) -> None:
    """The service itself, published; no other is needed."""
    publish_folder(folder(service), by=None, at=NOW)


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_is_wrong_and_nothing_is_missing(service: str) -> None:
    """Not even a warning: every end is reached by an example, and every word is there in every language."""
    assert [str(problem) for problem in check_folder(folder(service))] == []


@pytest.mark.parametrize("service", SERVICES)
def test_the_examples_reach_every_end(service: str) -> None:
    loaded = load_folder(folder(service))
    assert loaded.service is not None
    assert loaded.examples is not None
    ends = {name for name, step in loaded.service.steps.root.items() if step.end}
    reached = {example.steps[-1] for example in loaded.examples.root if example.steps}
    assert ends - reached == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("service", SERVICES)
def test_the_way_to_every_end_is_told_in_the_readers_language(
    service: str, language: str, published: None
) -> None:
    offer = get_offer(service)
    words = offer.words(language)
    assert {name for name, said in words.steps.items() if said.language != language} == set()
    assert words.steps.keys() >= offer.document.steps.root.keys()
    moves = {move.name for step in offer.document.steps.root.values() for move in step.moves}
    assert {name for name in moves if words.moves[name].language != language} == set()
    messages = {**words.notices, **words.outputs}
    assert {name for name, message in messages.items() if message.language != language} == set()


@pytest.mark.parametrize("service", SERVICES)
def test_lists_say_in_a_few_words_what_each_case_is_about(service: str, published: None) -> None:
    """Else a queue of one service is one line, many times. A line is no place for anybody's name."""
    loaded, offer = load_folder(folder(service)), get_offer(service)
    assert loaded.examples is not None
    journeys = [journey_of(each, offer) for each in loaded.examples.root]
    lines = [offer.about(each.values, language="en") for each in journeys if each.is_complete]
    assert lines
    assert [line for line in lines if not line.strip() or len(line) > 80] == []
    names = [ready.name for _page, ready in offer.form.questions() if ready.question.type == "person-name"]
    assert not any(name in (offer.document.about or "") for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("service", SERVICES)
def test_every_example_can_be_read_back_in_every_language(
    service: str, language: str, published: None
) -> None:
    loaded, offer = load_folder(folder(service)), get_offer(service)
    assert loaded.examples is not None
    for example in loaded.examples.root:
        journey = journey_of(example, offer)
        sections = offer.form.summary(journey.answers, language=language, today=example.today)
        rows = [row for section in sections for row in section.rows]
        assert rows, f"nothing of {example.example!r} is shown"
        assert [row.name for row in rows if not row.key.strip()] == []
