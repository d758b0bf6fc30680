"""The Jinja environment: GOV.UK's macros beside our own templates, and what every template may use without asking."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.backends.utils import csrf_input
from django.utils.functional import SimpleLazyObject, lazy
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import (
    ChainableUndefined,
    ChoiceLoader,
    FileSystemBytecodeCache,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
)
from markupsafe import Markup

from civium.foundation.design import built, fields, frame, links, showing
from civium.foundation.design.account_fields import account_field
from civium.foundation.design.quick_templates import QuickEnvironment
from civium.foundation.kit.languages import listed, listed_apart
from civium.foundation.kit.prose import render_line, render_plain, render_prose
from civium.foundation.kit.references import shown_reference
from civium.foundation.kit.town import the_town

# Macros of ours that replace GOV.UK's where the Python port lags behind the npm package; same names, same parameters.
OURS_INSTEAD = Path(__file__).parent / "govuk"


class _TheTown:
    """The town as templates see it; read when it is first needed, so that templates compile without one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(the_town(), name)


def translated(message: str, **values: object) -> Markup:
    """Jinja's ``gettext``: the message in the reader's language with its values. What has none is looked up once per process."""
    if values:
        return Markup(gettext(message)) % values  # noqa: S704 - a template's own words; values are escaped
    return _without_values(message, showing.reading_language())


@lru_cache(maxsize=4096)
def _without_values(message: str, language: str) -> Markup:
    return Markup(gettext(message)) % {}  # noqa: S704 - a template's own words


def one_form_token(request: HttpRequest) -> dict[str, Any]:
    """For every template: the hidden field of forms, made once however many forms a page has."""
    return {"csrf_input": SimpleLazyObject(lambda: csrf_input(request))}


def has_session(request: HttpRequest | None) -> bool:
    """True when the visitor brought a session cookie. Only then may a page look at ``request.user``."""
    return isinstance(request, HttpRequest) and settings.SESSION_COOKIE_NAME in request.COOKIES


def signed_in_person(request: HttpRequest | None) -> Any:
    """Who is signed in, or None; costs nothing for a visitor without a session."""
    if not isinstance(request, HttpRequest) or not has_session(request):
        return None
    person = getattr(request, "user", None)
    return person if person is not None and person.is_authenticated else None


def messages_for(request: HttpRequest | None) -> list[Any]:
    """What the last action wanted to say; looks only where something can be."""
    if not isinstance(request, HttpRequest) or not (has_session(request) or "messages" in request.COOKIES):
        return []
    return list(get_messages(request))


def _compiled_templates() -> FileSystemBytecodeCache | None:
    """Where compiled templates are kept between starts, readable by us alone; nowhere when nothing can be written.

    Compiling them costs a third of a cold start and some memory that is never given back.
    """
    folder = Path(settings.CIVIUM_BUILD) / "templates"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder), "quick-%s.cache") if os.access(folder, os.W_OK) else None


def environment(**options: Any) -> QuickEnvironment:
    """Django's Jinja2 backend calls this. GOV.UK's macros need missing parameters to be quietly absent."""
    options["undefined"] = ChainableUndefined  # Django has set it already: a default would be ignored
    options["loader"] = ChoiceLoader(
        [
            options["loader"],
            PrefixLoader(
                {
                    "govuk_frontend_jinja": ChoiceLoader(
                        [FileSystemLoader(OURS_INSTEAD), PackageLoader("govuk_frontend_jinja")]
                    )
                }
            ),
        ]
    )
    options["bytecode_cache"] = _compiled_templates()
    made = QuickEnvironment(
        **options, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"]
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    made.filters["listed"] = listed
    made.filters["listed_apart"] = listed_apart
    made.globals.update(
        _=translated,
        gettext=translated,
        account_field=account_field,
        asset=built.asset,
        choice_field=fields.choice_field,
        choice_items=fields.choice_items,
        counting_words=fields.counting_words,
        date_field=fields.date_field,
        error_links=fields.error_links,
        field=fields.field,
        bare_words=showing.bare_words,
        clock_of=showing.clock_of,
        day=showing.day,
        demo=settings.CIVIUM_DEMO,
        direction=lazy(showing.reading_direction, str)(),
        first_url=links.first_url,
        framed=frame.framed,
        icon=built.icon,
        language=lazy(showing.reading_language, str)(),
        line=render_line,
        messages_for=messages_for,
        moment=showing.moment,
        money=showing.money,
        other_languages=links.other_languages,
        own_language=showing.own_language,
        plain=render_plain,
        place_of=links.place_of,
        prose=render_prose,
        ref=shown_reference,
        short_day=showing.short_day,
        signed_in_person=signed_in_person,
        town=_TheTown(),
        url=links.url,
        weekday=showing.weekday,
        words=showing.words,
    )
    return made
