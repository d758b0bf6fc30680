"""The services that we ship: whole, in every language, and each walks to every end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from civium.journeys.catalogue.actions.check_folder import check_folder
from civium.journeys.catalogue.examples import journey_of, walks_to_ends
from civium.journeys.catalogue.loading import load_folder
from civium.journeys.catalogue.offers import Offer

FOLDERS = sorted(path.parent for path in Path(settings.CIVIUM_SERVICES).glob("*/service.yaml"))
each_service = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def _offer(folder: Path) -> Offer:
    offer = load_folder(folder).offer
    assert offer is not None
    return offer


@each_service
def test_it_has_no_problem_and_no_warning(folder: Path) -> None:
    assert [str(problem) for problem in check_folder(folder)] == []


@each_service
def test_it_says_the_same_in_every_language(folder: Path) -> None:
    documents = load_folder(folder).documents
    places = {
        language: {
            place for place in documents[f"texts.{language}.yaml"].lines if not {"keywords"} & set(place)
        }
        for language, _name in settings.LANGUAGES
    }
    for language, found in places.items():
        assert found == places["en"], (language, found ^ places["en"])


@each_service
def test_its_words_fill_in_the_same_values_in_every_language(folder: Path) -> None:
    offer = _offer(folder)
    wanted: dict[str, dict[str, list[str]]] = {}
    for language, texts in offer.texts.items():
        bodies = {**texts.notices, **texts.outputs}
        wanted[language] = {
            name: sorted(re.findall(r"\(\((\w+)\)\)", text.body)) for name, text in bodies.items()
        }
    for language, found in wanted.items():
        assert found == wanted["en"], language


@each_service
def test_it_walks_to_every_end_by_every_move(folder: Path) -> None:
    offer, loaded = _offer(folder), load_folder(folder)
    assert loaded.examples is not None
    valid = [journey_of(example, offer) for example in loaded.examples.root if not example.wrong]
    ends = {walk.end for journey in valid for walk in walks_to_ends(offer, journey.values)}
    assert ends == set(offer.document.steps.ends)
    offered = {
        (step, move.name)
        for journey in valid
        for step in offer.document.steps.names
        for move in offer.steps.moves_from(step, journey.values)
    }
    assert offered == {
        (name, move.name) for name, step in offer.document.steps.root.items() for move in step.moves
    }


@each_service
def test_its_examples_see_every_page(folder: Path) -> None:
    offer, loaded = _offer(folder), load_folder(folder)
    assert loaded.examples is not None
    seen = {name for example in loaded.examples.root for name in journey_of(example, offer).page_names}
    assert seen == {page.name for page in offer.form.pages}
