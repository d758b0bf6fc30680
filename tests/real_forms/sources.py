"""The official forms beside the repository, and our service documents of them."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from civium.journeys.catalogue.loading import load_folder
from civium.journeys.catalogue.offers import Offer
from setup import ROOT

OFFICIAL = ROOT.parent / "shared" / "data" / "forms"
OURS = Path(__file__).parent


def official(name: str) -> Any:
    """An official file, read; skips the test where these files are not on the machine."""
    path = OFFICIAL / name
    if not path.is_file():
        pytest.skip(f"the official form is not here: ../shared/data/forms/{name}")
    return json.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def our_offer(name: str) -> Offer:
    """Our service document of a form, as it would be offered."""
    folder = load_folder(OURS / name)
    assert folder.service is not None, "\n".join(map(str, folder.problems))
    return Offer(name, 1, folder.service, folder.texts)


def our_questions(offer: Offer) -> dict[str, Any]:
    """What the form asks, by name."""
    return {ready.name: ready.question for page in offer.form.pages for ready in page.asked}
