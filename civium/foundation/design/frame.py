"""The parts of the frame that are the same on every page in a language, made once per process.

Head, header and footer are half of a small page's cost and never change while the process lives.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.template import engines
from django.urls import get_urlconf
from markupsafe import Markup

from civium.foundation.design.showing import reading_language
from civium.foundation.kit.town import the_town


def framed(name: str, **values: str | bool) -> Markup:
    """The piece ``design/<name>`` in the reader's language. It sees no request: only the values given here."""
    return _piece(
        name,
        reading_language(),
        get_urlconf() or settings.ROOT_URLCONF,
        id(the_town()),
        tuple(sorted(values.items())),
    )


@lru_cache(maxsize=512)
def _piece(
    name: str, language: str, urlconf: str, town: int, values: tuple[tuple[str, str | bool], ...]
) -> Markup:
    template = engines["jinja2"].env.get_template(f"design/{name}")  # type: ignore[attr-defined]
    return Markup(template.render(dict(values)))  # noqa: S704 - a template's own output
