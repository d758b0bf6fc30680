"""The face of the forms engine: a compiled form, and what can be asked of it. Pure: no database, no request, no clock.

```python
form = compile_form(part, {"en": texts, "es": textos}, currency="EUR")
problems = form.check()
journey = form.journey(answers, today=today)
reading = form.read_page("dog", journey, request.POST, request.FILES, language="en", turn=Turn.of(request.GET))
template, context = form.show_page("dog", journey, language="en", turn=Turn.of(request.GET), reading=reading)
```
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from civium.engines.forms.asking import Wrong
from civium.engines.forms.checking import find_problems
from civium.engines.forms.compiled import Problem, Ready, ReadyPage, ReadyQuestion, make_ready
from civium.engines.forms.journey import (
    ROW_ID,
    Journey,
    PageState,
    Progress,
    make_journey,
    merge_answers,
)
from civium.engines.forms.lists import LONGEST_SEARCH, MOST_BYTES, OptionList, read_list
from civium.engines.forms.narrowing import (
    ShortPage,
    answer_name,
    find_answer_names,
    find_short_pages,
    narrowed,
    turn_of,
    whole_rows,
)
from civium.engines.forms.questions.iban import find_ibans
from civium.engines.forms.reading import (
    PageReading,
    Turn,
    Upload,
    check_field,
    read_page,
    validate_answers,
)
from civium.engines.forms.schema import FormPart, FormTexts
from civium.engines.forms.showing import PageView, view_page
from civium.engines.forms.summary import (
    ChangeUrl,
    Section,
    SummaryRow,
    find_file_ids,
    rows_wanted,
    shown_answers,
    summarise,
)

__all__ = [
    "LONGEST_SEARCH",
    "MOST_BYTES",
    "ROW_ID",
    "Form",
    "Journey",
    "OptionList",
    "PageReading",
    "PageState",
    "PageView",
    "Problem",
    "Progress",
    "ReadyPage",
    "ReadyQuestion",
    "Section",
    "ShortPage",
    "SummaryRow",
    "Turn",
    "Upload",
    "Wrong",
    "answer_name",
    "compile_form",
    "find_answer_names",
    "find_ibans",
    "find_short_pages",
    "merge_answers",
    "narrowed",
    "read_list",
    "rows_wanted",
    "turn_of",
    "whole_rows",
]


# Where a shape is asked for and no rule about days matters.
ANY_DAY = dt.date(2000, 1, 1)


class Form(Ready):
    """A compiled form. ``names`` (kinds by name) is for the expressions of fees and steps; they take ``journey.values``."""

    def check(self) -> list[Problem]:
        """Every mistake in the document and its texts, each with a path; none when the form may be published."""
        return find_problems(self)

    def journey(self, answers: Mapping[str, Any], *, today: dt.date) -> Journey:
        """The journey for these answers on this day."""
        return make_journey(self, answers, today=today)

    def read_page(
        self,
        page: str,
        journey: Journey,
        posted: Mapping[str, Any],
        files: Mapping[str, Any] | None = None,
        *,
        language: str,
        turn: Turn | None = None,
    ) -> PageReading:
        """Read one post of one page; NotFound for a hidden page or a row that is not there."""
        return read_page(self, journey, page, posted, files, language=language, turn=turn or Turn())

    def typed_again(
        self,
        page: str,
        journey: Journey,
        boxes: Mapping[str, Any],
        *,
        language: str,
        turn: Turn | None = None,
    ) -> PageReading:
        """A page as it was being typed: everything in its box again, nothing judged. NotFound as ``read_page``."""
        read = self.read_page(page, journey, boxes, None, language=language, turn=turn)
        return replace(read, values={}, errors={}, uploads=(), revealed=(), then=None)

    def show_page(
        self,
        page: str,
        journey: Journey,
        *,
        language: str,
        turn: Turn | None = None,
        reading: PageReading | None = None,
        change_url: ChangeUrl | None = None,
    ) -> tuple[str, dict[str, Any]]:
        """The template of a page and its context; with ``reading`` as it was typed, with the errors.

        ``change_url(page, row id or "")``: where a page that stops leads, to change what ended the way.
        """
        template, view = view_page(
            journey, page, language=language, turn=turn or Turn(), reading=reading, change_url=change_url
        )
        return template, {"form_page": view}

    def check_field(
        self, page: str, field: str, posted: Mapping[str, Any], *, language: str, today: dt.date
    ) -> str | None:
        """What is wrong with one field as it is left; None when nothing is. ``field`` is its input's name."""
        return check_field(self, page, field, posted, language=language, today=today)

    def summary(
        self,
        answers: Mapping[str, Any],
        *,
        language: str,
        today: dt.date,
        change_url: ChangeUrl | None = None,
        rows_from: Mapping[str, int] | None = None,
    ) -> list[Section]:
        """Every visible answer, page by page, for ``summary_list``; ``change_url(page, row id or "")`` makes the change links.

        A list of more than twenty rows is one section with a table of fifty of them, from the row that ``rows_from`` gives by the
        list's name (from 1; see ``rows_wanted``); the section knows the queries of the parts around it.
        """
        return summarise(
            self.journey(answers, today=today),
            language=language,
            change_url=change_url,
            rows_from=rows_from or {},
        )

    def shown_answers(self, answers: Mapping[str, Any], *, language: str, today: dt.date) -> dict[str, str]:
        """Every visible answer and computed value as one text by name, for notices and certificates."""
        return shown_answers(self, self.journey(answers, today=today), language=language)

    def file_ids(self, answers: Mapping[str, Any]) -> list[str]:
        """The ids of every file in the answers."""
        return find_file_ids(self.journey(answers, today=ANY_DAY))

    def usable_answers(self, known: Mapping[str, Any]) -> dict[str, Any]:
        """What a register knows, as answers: of a question's shape, unknown names left out. The journey checks it as any answer."""
        asked = self.asked("en", ANY_DAY)
        read = {
            ready.name: ready.question.accept(known[ready.name], asked).value
            for page, ready in self.questions()
            if ready.name in known and not page.repeat
        }
        return {name: value for name, value in read.items() if value is not None}

    def validate_answers(
        self, answers: Mapping[str, Any], *, today: dt.date, language: str = "en"
    ) -> tuple[Journey, dict[str, str]]:
        """(the journey, messages by path) for answers that a machine or a test sent; its ``answers`` are those that are valid and visible."""
        return validate_answers(self, answers, language=language, today=today)

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of the answers. What a condition may hide is not required; the conditions are not in it."""
        properties: dict[str, Any] = {}
        required: list[str] = []
        for page in self.pages:
            if page.repeat is None:
                properties |= {ready.name: _schema_of(ready) for ready in page.asked}
                required += [ready.name for ready in _always_asked(page)] if page.page.when is None else []
                continue
            properties[page.repeat.name] = _schema_of_list(page)
            if page.page.when is None and page.repeat.at_least:
                required.append(page.repeat.name)
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


def _always_asked(page: ReadyPage) -> list[ReadyQuestion]:
    return [ready for ready in page.asked if not (ready.question.optional or ready.conditions)]


def _schema_of(ready: ReadyQuestion) -> dict[str, Any]:
    titles = ready.words.all("label")
    schema = ready.question.json_schema()
    for column in ready.columns:
        schema["items"]["properties"][column.name] = _schema_of(column)
    return {**schema, **({"title": next(iter(titles.values()))} if titles else {})}


def _schema_of_list(page: ReadyPage) -> dict[str, Any]:
    assert page.repeat is not None
    return {
        "type": "array",
        "minItems": page.repeat.at_least,
        "maxItems": page.repeat.at_most,
        "items": {
            "type": "object",
            "properties": {"_id": {"type": "string"}}
            | {ready.name: _schema_of(ready) for ready in page.asked},
            "required": [ready.name for ready in _always_asked(page)],
            "additionalProperties": False,
        },
    }


def compile_form(
    part: FormPart,
    texts_by_language: Mapping[str, FormTexts],
    *,
    currency: str | None = None,
    country: str | None = None,
    lists: Mapping[str, OptionList] | None = None,
) -> Form:
    """Compile a form once per version. ``currency`` is the service's, ``country`` a phone's default; None: the town's.

    ``lists``: the list files that its questions choose from, by name.
    """
    ready = make_ready(part, texts_by_language, country=country, currency=currency)
    return Form(
        part=ready.part,
        pages=ready.pages,
        names=ready.names,
        problems=ready.problems,
        texts=ready.texts,
        country=ready.country,
        currency=ready.currency,
        lists=lists or {},
    )
