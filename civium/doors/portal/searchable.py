"""The site's own pages, for search: sign-in, privacy, checking a document and what else is no service.

What is found of them stands in ``help_pages.yaml``. Each is open to everybody or leads through the sign-in.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from django.conf import settings
from django.urls import reverse

from civium.engines.search.schema import HELP, Document, Searchable

PAGES = Path(__file__).resolve().parent / "help_pages.yaml"


def find_help_pages() -> list[Document]:
    """Each page once per language."""
    pages = yaml.safe_load(PAGES.read_text(encoding="utf-8"))
    return [
        Document(
            id=name,
            language=language,
            fields={**texts, "keywords": ", ".join(texts["keywords"])},
            address=_address(name),
        )
        for name, by_language in pages.items()
        for language, texts in by_language.items()
        if language in dict(settings.LANGUAGES)
    ]


def _address(name: str) -> str:
    """The path of a page without the language before it."""
    view, mark, place = name.partition("#")
    _nothing, _language, path = reverse(view).split("/", 2)
    return f"/{path}{mark}{place}"


SEARCHABLE = (Searchable(HELP, find_help_pages),)
