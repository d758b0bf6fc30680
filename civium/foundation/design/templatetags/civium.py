"""What the account library's Django templates need to look like every other page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template import engines
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from civium.foundation.design import built, showing
from civium.foundation.design.account_fields import errors_of
from civium.foundation.design.frame import framed
from civium.foundation.kit.town import the_town

register = template.Library()


@register.simple_tag(takes_context=True)
def part(context: template.Context, name: str, **values: Any) -> SafeString:
    """A piece of our own layout, ``design/<name>``."""
    piece = engines["jinja2"].get_template(f"design/{name}")
    return mark_safe(piece.render(values, context.get("request")))  # noqa: S308 - Jinja has escaped it


@register.simple_tag
def framed_part(name: str) -> str:
    """A piece of the frame that is the same on every page."""
    return framed(name)


@register.simple_tag
def problems(*forms: Any) -> SafeString:
    """The error summary over all the forms of a page."""
    # The account library gives some forms to a page under two names.
    errors = [error for form in dict.fromkeys(forms) if form for error in errors_of(form)]
    if not errors:
        return mark_safe("")
    return mark_safe(engines["jinja2"].get_template("design/_problems.html").render({"errors": errors}))  # noqa: S308 - Jinja escaped it


@register.simple_tag
def error_word(*forms: Any) -> str:
    """What the page's title begins with when something is wrong."""
    return _("Error: ") if any(form and form.errors for form in forms) else ""


@register.simple_tag
def town_name() -> str:
    """The town's name in the reader's language."""
    return showing.bare_words(the_town().name)


@register.simple_tag
def today() -> str:
    """The day it is in the town, as the reader expects it."""
    return showing.day(the_town().today(timezone.now()))


@register.simple_tag
def icon(name: str) -> str:
    """An icon, decorative."""
    return built.icon(name)


@register.simple_tag
def direction() -> str:
    """``rtl`` or ``ltr``."""
    return showing.reading_direction()


@register.simple_tag
def shown_day(at: datetime) -> str:
    """The day of a moment, in the town."""
    return showing.day(at.astimezone(the_town().time_zone).date())
