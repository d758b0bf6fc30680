"""Parameters for GOV.UK's field macros, built from the few words that our wrappers in ``components.html`` ask for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from babel import Locale
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

Params = dict[str, Any]
_IN_CODE = re.compile(r"(?<=[A-Z0-9])-(?=[A-Z0-9])")


def field(
    name: str, label: object, hint: object = "", error: object = "", id: str = "", heading: bool = False
) -> Params:
    """What every single field has: its name, label, hint and error."""
    params: Params = {
        "name": name,
        "id": id or name,
        "label": {
            "text": label,
            "isPageHeading": heading,
            "classes": "govuk-label--l" if heading else "govuk-label--s",
        },
    }
    return params | _hint_and_error(hint, error)


def choice_field(
    name: str,
    legend: object,
    items: Iterable[Any],
    hint: object = "",
    error: object = "",
    id: str = "",
    heading: bool = False,
) -> Params:
    """What radios and checkboxes have."""
    params: Params = {
        "name": name,
        "idPrefix": id or name,
        "items": choice_items(items),
        "fieldset": {"legend": _legend(legend, heading)},
    }
    return params | _hint_and_error(hint, error)


def choice_items(items: Iterable[Any]) -> list[Params]:
    """Choices as the macros want them, from pairs or dictionaries."""
    return [_choice(item) for item in items]


def date_field(
    name: str,
    legend: object,
    value: Mapping[str, object] | None = None,
    hint: object = "",
    error: object = "",
    wrong: Sequence[str] = (),
    id: str = "",
    heading: bool = False,
    birth: bool = False,
) -> Params:
    """Three boxes for a day. ``birth`` lets the browser fill in the reader's own."""
    given = value or {}
    in_error = tuple(wrong) or ("day", "month", "year") if error else ()
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    params: Params = {
        "id": id or name,
        "fieldset": {"legend": _legend(legend, heading), "role": "group"},
        "items": [
            {
                "id": f"{id or name}-{part}",
                "name": f"{name}-{part}",
                "label": label,
                "value": given.get(part) or "",
                "autocomplete": f"bday-{part}" if birth else None,
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
                + (" govuk-input--error" if part in in_error else ""),
            }
            for part, label in labels.items()
        ],
    }
    return params | _hint_and_error(hint, error)


def error_links(errors: Iterable[tuple[str, object]]) -> list[Params]:
    """The error summary's links, from (id of the field, message)."""
    return [{"href": f"#{target}", "text": message} for target, message in errors]


def counting_words() -> Params:
    """What the character counter says while somebody writes, in every plural form that the language has."""
    count = {"count": "%{count}"}
    numbers = _number_of_each_plural(get_language() or "en")
    return {
        "textareaDescriptionText": _("You can enter up to %(count)s characters") % count,
        "charactersUnderLimitText": {
            form: ngettext("You have %(count)s character left", "You have %(count)s characters left", number)
            % count
            for form, number in numbers.items()
        },
        "charactersAtLimitText": _("You have no characters left"),
        "charactersOverLimitText": {
            form: ngettext(
                "You have %(count)s character too many", "You have %(count)s characters too many", number
            )
            % count
            for form, number in numbers.items()
        },
    }


@lru_cache
def _number_of_each_plural(language: str) -> dict[str, int]:
    """A number for each of the language's plural forms (CLDR): for Arabic zero, one, two, few, many and other."""
    plural = Locale.parse(language).plural_form
    return {plural(number): number for number in range(200, -1, -1)}


def _choice(item: Any) -> Params:
    if not isinstance(item, Mapping):
        value, text = item
        return {"value": value, "text": text}
    made = dict(item)
    if made.get("hint") and not isinstance(made["hint"], Mapping):
        made["hint"] = {"text": made["hint"]}
    return made


def _legend(text: object, heading: bool) -> Params:
    return {
        "text": text,
        "isPageHeading": heading,
        "classes": "govuk-fieldset__legend--l" if heading else "govuk-fieldset__legend--s",
    }


def _with_whole_codes(text: object) -> object:
    """The text, in which no line ends within a reference such as ``7K4M-92QX``."""
    return text if hasattr(text, "__html__") else _IN_CODE.sub("\u2060-\u2060", str(text))


def _hint_and_error(hint: object, error: object) -> Params:
    return {
        "hint": {"text": _with_whole_codes(hint)} if hint else None,
        "errorMessage": {"text": error, "visuallyHiddenText": _("Error")} if error else None,
    }
