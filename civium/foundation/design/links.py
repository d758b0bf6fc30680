"""Addresses for templates: by name, guarded while a room is not there yet, and the same page in another language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse

from civium.foundation.design.showing import reading_language


class OtherLanguage(NamedTuple):
    """A language the page can also be read in; ``name`` is its own name for itself."""

    code: str
    name: str
    url: str


def url(name: str, **kwargs: Any) -> str:
    """The address of the named page in the reader's language."""
    if kwargs:
        return reverse(name, kwargs=kwargs)
    return _plain_url(name, reading_language(), get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=1024)
def _plain_url(name: str, language: str, urlconf: str) -> str:
    return reverse(name, urlconf)


def first_url(*names: str) -> str:
    """The address of the first of the named pages that exists; empty when none does, so that no link leads nowhere."""
    for name in names:
        try:
            return url(name)
        except NoReverseMatch:
            continue
    return ""


def place_of(request: object) -> str:
    """Which of the header's places the page is, by its address; empty elsewhere. All of the desk is the desk."""
    if not isinstance(request, HttpRequest):
        return ""
    desk = first_url("desk:queue")
    if desk and request.path.startswith(desk):
        return desk
    places = (first_url("catalogue:services"), first_url("portal:my_page"))
    return request.path if request.path in places else ""


def language_of(path: str) -> str | None:
    """The language that a path begins with, if it does."""
    code = path[1:].partition("/")[0]
    return code if any(code == known for known, _name in settings.LANGUAGES) else None


def in_language(address: str, code: str) -> str:
    """A page of this site in another language; an address without a language, or of another site, as it is."""
    present = language_of(address) if address.startswith("/") else None
    return f"/{code}/{address[len(present) + 2 :]}" if present else address


def other_languages(request: object) -> list[OtherLanguage]:
    """This page in the other languages. The links pass through ``/language/``, which remembers the choice."""
    if not isinstance(request, HttpRequest):
        return []
    here = request.get_full_path() if request.method == "GET" else request.path
    present = language_of(here)
    rest = here[1:].partition("/")[2] if present else ""
    return [
        OtherLanguage(code, name, f"/language/{code}/{rest}")
        for code, name in settings.LANGUAGES
        if code != (present or reading_language())
    ]
