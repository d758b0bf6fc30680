"""Reading what was posted: a page, a row of a list, the question whether to add another, a removal, one field as it is left.

One rule for all of them: the type's own ``settle_posted``.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from civium.engines.forms.asking import ACT, Asked, Posted, Question, Words, Wrong, field_id
from civium.engines.forms.compiled import Ready, ReadyPage, ReadyQuestion, ReadyRule
from civium.engines.forms.journey import ROW_ID, Answered, Journey, compute, make_journey
from civium.engines.forms.questions.computed import Computed
from civium.engines.forms.questions.file import File
from civium.foundation.kit.refusals import NotFound

# Inputs of ours beside the questions' own: names of questions never begin with "_".
SHOWN = "_shown"
ANOTHER = "_another"
REMOVE = "_remove"
ROW = "_row"
LATER = "_later"
NEW_ROW = "new"
# A machine that sends 5,000 wrong rows is told of so many mistakes.
MOST_MESSAGES = 100
# A longer list is read in parts of so many rows.
ROWS_SHOWN = 50
# The id of a list on its page.
LIST = "_list"


@dataclass(frozen=True, slots=True)
class Turn:
    """Which turn of a page that repeats: the list (neither), one row's questions (``row``), or taking a row out (``remove``).

    ``rows``: a long list is shown from this row on; the first is 1.
    """

    row: str = ""
    remove: str = ""
    rows: int = 1

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Turn:
        """The turn in a page's query: ``?row=new``, ``?row=<id>``, ``?remove=<id>``, ``?rows=51`` or nothing."""
        rows = str(query.get("rows", ""))
        first = int(rows) if re.fullmatch(r"[0-9]{1,5}", rows) else 1
        return cls(str(query.get("row", ""))[:40], str(query.get("remove", ""))[:40], max(first, 1))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to store for a question, already checked for kind and size by its name."""

    question: str
    file: Any
    accept: tuple[str, ...]
    max_bytes: int


@dataclass(frozen=True)
class PageReading:
    """What a post came to.

    ``values``: the changes for ``save_answers`` and ``merge_answers``; ``errors`` by field id; ``typed``: what stands in the inputs
    again; ``uploads``: files to store, see ``take_page_files``; ``revealed``: questions that these answers made visible and that
    were not on the page yet; ``then``: where to go when it is fine: None on, else a query for the same page (``""``: its list);
    ``for_later``: whoever posted it comes back another time, so it has what is valid, and no errors; ``left_out``: then, that something was not; ``again``: something on the
    page itself was changed, such as a row added to a table, so it is shown as it is now, without errors, and nothing is saved;
    ``computed``: what these answers come to, for the page that is shown again; ``acted``: the id of what was changed.
    """

    page: str
    turn: Turn = Turn()
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    uploads: tuple[Upload, ...] = ()
    revealed: tuple[str, ...] = ()
    then: str | None = None
    row_id: str = ""
    for_later: bool = False
    left_out: bool = False
    again: bool = False
    computed: Mapping[str, Any] = field(default_factory=dict)
    acted: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether to save and go on; otherwise the page is shown again."""
        return not (self.errors or self.revealed or self.again)

    @property
    def answers(self) -> Mapping[str, Any]:
        """The answers that were read, by question: of the row when it is one."""
        if not self.turn.row:
            return self.values
        return next((value for value in self.values.values() if isinstance(value, Mapping)), {})

    def with_files(self, stored: Mapping[str, list[dict[str, str]]]) -> PageReading:
        """The same reading with stored files, ``{"id", "name"}`` each, by question, in the place of its uploads."""
        values = {key: _with_files(key, value, stored) for key, value in self.values.items()}
        return replace(self, values=values, uploads=())


def _with_files(key: str, value: Any, stored: Mapping[str, list[dict[str, str]]]) -> Any:
    if "/" in key and isinstance(value, Mapping):
        return {name: _with_files(name, one, stored) for name, one in value.items()}
    if key not in stored or not isinstance(value, list):
        return value
    return [one for one in value if "upload" not in one] + stored[key] or None


def read_page(
    form: Ready,
    journey: Journey,
    page_name: str,
    posted: Mapping[str, Any],
    files: Mapping[str, Any] | None,
    *,
    language: str,
    turn: Turn,
) -> PageReading:
    """This will read one post of one page; for later, only what is valid in it.

    Refuses a page that is hidden, or a row that is not there.
    """
    read = _read_turn(form, journey, page_name, posted, files, language=language, turn=turn)
    if LATER in posted:
        return _what_is_valid(read, journey)
    if ACT in posted and read.typed:
        return replace(read, errors={}, revealed=(), then=None, again=True, acted=_acted(read, posted))
    return read


def _acted(read: PageReading, posted: Mapping[str, Any]) -> str:
    """The question whose rows were changed, and how: ``dates-add``."""
    for name in read.typed:
        if does := Posted(name, posted).act():
            return field_id(name, does[0])
    return ""


def _what_is_valid(read: PageReading, journey: Journey) -> PageReading:
    """The reading of whoever comes back another time: nothing is asked, nothing is concluded from what was not chosen."""
    repeats = journey.state(read.page).page.repeat is not None
    is_row = bool(read.turn.row) and any(value not in (None, [], "") for value in read.answers.values())
    values = read.values if is_row or not repeats else {}
    return replace(
        read,
        values=values,
        errors={},
        revealed=(),
        then=None,
        for_later=True,
        left_out=bool(read.errors) and bool(read.typed),
    )


def _read_turn(
    form: Ready,
    journey: Journey,
    page_name: str,
    posted: Mapping[str, Any],
    files: Mapping[str, Any] | None,
    *,
    language: str,
    turn: Turn,
) -> PageReading:
    state = journey.state(page_name)
    page = state.page
    asked = form.asked(language, journey.today)
    if page.repeat is None:
        return _read_questions(page, posted, files, journey.answers, journey, asked)
    if turn.remove:
        return _read_removal(page, state.row(turn.remove).id, posted, turn, language)
    if turn.row:
        return _read_row(page, journey, posted, files, turn, asked)
    read = _read_another(page, len(state.rows), posted, language)
    if read.then is None and not read.errors and state.broken:
        return replace(read, errors={LIST: state.broken[0].say(language)})
    return read


def _read_questions(
    page: ReadyPage,
    posted: Mapping[str, Any],
    files: Mapping[str, Any] | None,
    kept: Mapping[str, Any],
    journey: Journey,
    asked: Asked,
) -> PageReading:
    shown = set(Posted(SHOWN, posted).choices())
    values = _values_before(page, journey)
    changes: dict[str, Any] = {}
    errors: dict[str, str] = {}
    typed: dict[str, Mapping[str, Any]] = {}
    uploads: list[Upload] = []
    revealed: list[str] = []
    for ready in page.questions:
        if not ready.applies(values):
            continue
        question = ready.question
        if isinstance(question, Computed):
            compute(ready, values)
            continue
        if shown and ready.name not in shown:
            revealed.append(ready.name)
            continue
        one = Posted(ready.name, posted, files)
        typed[ready.name] = question.typed(one)
        read = question.settle_posted(one, asked, kept.get(ready.name))
        if read.wrong:
            errors.update(_messages(ready, read.wrong, asked.language))
            if (
                isinstance(question, File)
                and read.value is not None
                and not question.check(read.value, asked)
            ):
                changes[ready.name] = read.value  # the good ones among several files are kept
                uploads += _uploads(ready, one, read.value)
            elif read.value is not None and question.kind.code == "rows":
                values[ready.name] = question.to_cel(read.value)  # totals show what the good cells come to
            continue
        changes[ready.name] = read.value
        if read.value is not None:
            values[ready.name] = question.to_cel(read.value)
            uploads += _uploads(ready, one, read.value)
    if not (errors or revealed):
        errors |= _broken(
            page, [rule for rule in page.rules_of_rows if rule.is_broken(values)], asked.language
        )
    return PageReading(
        page.name,
        values=changes,
        errors=errors,
        typed=typed,
        uploads=tuple(uploads),
        revealed=tuple(revealed),
        computed=values,
    )


def _broken(page: ReadyPage, rules: Iterable[ReadyRule], language: str) -> dict[str, str]:
    """What broken rules say, each at the question to put right."""
    found: dict[str, str] = {}
    for rule in rules:
        found.setdefault(page.find(rule.at).first_field, rule.say(language))
    return found


def errors_of_kept(page: ReadyPage, answered: Answered, language: str) -> dict[str, str]:
    """The rules that kept answers break, because something before them was changed: told before anything is posted."""
    return _broken(page, answered.broken, language)


def _values_before(page: ReadyPage, journey: Journey) -> dict[str, Any]:
    """What was answered before the page: its own answers are read anew, so that none of them is stale."""
    own = {ready.name for ready in page.questions}
    return {name: value for name, value in journey.values.items() if name not in own}


def _messages(ready: ReadyQuestion, wrong: tuple[Wrong, ...], language: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for mistake in wrong:
        at = field_id(ready.name, mistake.part or ready.question.parts[0])
        found.setdefault(at, ready.question.message(mistake, ready.words, language))
    return found


def _uploads(ready: ReadyQuestion, posted: Posted, value: Any) -> list[Upload]:
    question = ready.question
    if not isinstance(question, File):
        return []
    good = {each["upload"] for each in value if "upload" in each}
    return [
        Upload(ready.name, file, question.accept_types, question.max_bytes)
        for at, file in enumerate(posted.files())
        if at in good
    ]


def new_row_id() -> str:
    """An id for a row to come. The page carries it, so that posting twice makes one row."""
    return secrets.token_hex(4)


def _read_row(
    page: ReadyPage,
    journey: Journey,
    posted: Mapping[str, Any],
    files: Mapping[str, Any] | None,
    turn: Turn,
    asked: Asked,
) -> PageReading:
    rows = {row.id: row for row in journey.state(page.name).rows}
    repeat = page.repeat
    row_id = _coming_row_id(posted) if turn.row == NEW_ROW else turn.row
    is_there = row_id in rows
    if repeat is None or (not is_there and (turn.row != NEW_ROW or len(rows) >= repeat.at_most)):
        raise NotFound
    kept = rows[row_id].answered.answers if is_there else {}
    read = _read_questions(page, posted, files, kept, journey, asked)
    at = list(rows).index(row_id) if is_there else len(rows)
    return replace(
        read,
        values={f"{repeat.name}/{row_id}": dict(read.values)},
        turn=turn,
        row_id=row_id,
        then=rows_query(at + 1),
    )


def rows_query(number: int) -> str:
    """The query of the part of the list where that row is; empty for the first part."""
    first = number - (number - 1) % ROWS_SHOWN
    return f"?rows={first}" if first > 1 else ""


def _coming_row_id(posted: Mapping[str, Any]) -> str:
    brought = Posted(ROW, posted).text()
    return brought if re.fullmatch(r"[0-9a-f]{8}", brought) else new_row_id()


def _read_removal(
    page: ReadyPage, row_id: str, posted: Mapping[str, Any], turn: Turn, language: str
) -> PageReading:
    choice = Posted(REMOVE, posted).text()
    if choice not in {"yes", "no"}:
        with override(language):
            return PageReading(page.name, turn, errors={REMOVE: _("Select yes if you want to remove this")})
    assert page.repeat is not None
    changes = {f"{page.repeat.name}/{row_id}": None} if choice == "yes" else {}
    return PageReading(page.name, turn, changes, then="")


def _read_another(page: ReadyPage, count: int, posted: Mapping[str, Any], language: str) -> PageReading:
    repeat = page.repeat
    assert repeat is not None
    choice = Posted(ANOTHER, posted).text()
    if choice == "yes" and count < repeat.at_most:
        return PageReading(page.name, then="?row=" + NEW_ROW)
    with override(language):
        if count < repeat.at_least:
            problem = ngettext("Add at least %(count)s", "Add at least %(count)s", repeat.at_least) % {
                "count": repeat.at_least
            }
            return PageReading(page.name, errors={ANOTHER: problem})
        if choice != "no" and 0 < count < repeat.at_most:
            return PageReading(page.name, errors={ANOTHER: _("Select yes if you want to add another")})
    return PageReading(page.name, values={} if count else {repeat.name: []})


def check_field(
    form: Ready,
    page_name: str,
    field_name: str,
    posted: Mapping[str, Any],
    *,
    language: str,
    today: dt.date,
) -> str | None:
    """This will say what is wrong with one field as it is left, by the very same rule; None when nothing is.

    Silence about what is not there yet: an empty field, and other parts of the same question that are still empty.
    """
    question, words = _question_of(form.page(page_name), field_name)
    one = Posted(question.name, posted)
    empty = {part for part in question.parts if not any(one.choices(part))}
    read = question.settle_posted(one, form.asked(language, today))
    for mistake in read.wrong:
        is_here = field_id(question.name, mistake.part) == field_name
        if mistake.code != "required" and mistake.part not in empty and (is_here or not empty):
            return question.message(mistake, words, language)
    return None


def _question_of(page: ReadyPage, field_name: str) -> tuple[Question, Words]:
    """The question that an input belongs to, or the one of its cell; NotFound when there is no such input."""
    name, _dash, part = field_name.partition("-")
    ready = next((one for one in page.asked if one.name == name), None)
    if ready is None:
        raise NotFound
    question, words = ready.question.find_cell(part, ready.words) or (ready.question, ready.words)
    if field_name not in {field_id(question.name, part) for part in question.parts}:
        raise NotFound
    return question, words


def validate_answers(
    form: Ready, given: Mapping[str, Any], *, language: str, today: dt.date
) -> tuple[Journey, dict[str, str]]:
    """This will check answers that a machine sent: (the journey of those that are valid, messages by path such as ``members[0].age``).

    A list that may be empty may be left out; so may an optional answer. What a condition hides is dropped. Unknown names are errors;
    so is a page that stops, by its name.
    """
    filled: dict[str, Any] = {}
    errors: dict[str, str] = {}
    known = {
        name
        for page in form.pages
        for name in ([page.repeat.name] if page.repeat else [q.name for q in page.asked])
    }
    with override(language):
        errors |= {name: _("There is no such question") for name in map(str, given) if name not in known}
    for page in form.pages:
        if page.repeat is None:
            filled |= _filled(page, given)
        else:
            filled[page.repeat.name] = _filled_rows(page, given.get(page.repeat.name))
    journey = make_journey(form, filled, today=today)
    for state in journey.pages:
        if state.page.stops:
            errors[state.page.name] = state.page.say("title", language)
        if state.answered is not None:
            errors |= _said(state.answered, filled, state.page, "", form.asked(language, today))
            continue
        assert state.page.repeat is not None
        name = state.page.repeat.name
        for number, row in enumerate(state.rows):
            at = f"{name}[{number}]."
            errors |= _said(row.answered, filled[name][number], state.page, at, form.asked(language, today))
        if state.broken:
            errors[name] = state.broken[0].say(language)
        errors |= _said_of_list(name, given.get(name), state.page, language)
    return journey, dict(islice(errors.items(), MOST_MESSAGES))


def _filled(page: ReadyPage, given: Mapping[str, Any]) -> dict[str, Any]:
    optional = {ready.name: None for ready in page.asked if ready.question.optional}
    return optional | {ready.name: given[ready.name] for ready in page.asked if ready.name in given}


def _filled_rows(page: ReadyPage, rows: Any) -> list[dict[str, Any]]:
    assert page.repeat is not None
    kept = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []
    return [
        {ROW_ID: str(row.get(ROW_ID) or at), **_filled(page, row)}
        for at, row in enumerate(kept[: page.repeat.at_most], 1)
    ]


def _said(
    answered: Answered, filled: Mapping[str, Any], page: ReadyPage, prefix: str, asked: Asked
) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, first in answered.wrong.items():
        ready = page.find(name)
        for mistake in ready.question.settle(filled.get(name), asked).wrong or (first,):
            at = _path_of(mistake)
            found.setdefault(prefix + name + at, ready.question.message(mistake, ready.words, asked.language))
            if not at:
                break
    return {prefix + rule.at: rule.say(asked.language) for rule in reversed(answered.broken)} | found


def _path_of(mistake: Wrong) -> str:
    """Where in a table a mistake is; empty for anything else."""
    if "row" not in mistake.details:
        return ""
    return f"[{mistake.details['row'] - 1}].{mistake.details['column']}"


def _said_of_list(name: str, rows: Any, page: ReadyPage, language: str) -> dict[str, str]:
    repeat = page.repeat
    assert repeat is not None
    with override(language):
        if rows is not None and not (
            isinstance(rows, list | tuple) and all(isinstance(row, Mapping) for row in rows)
        ):
            return {name: _("This must be a list of rows")}
        count = len(rows or [])
        if count < repeat.at_least:
            return {
                name: ngettext("Add at least %(count)s", "Add at least %(count)s", repeat.at_least)
                % {"count": repeat.at_least}
            }
        if count > repeat.at_most:
            return {name: _("Add at most %(count)s") % {"count": repeat.at_most}}
        known = {ready.name for ready in page.asked} | {ROW_ID}
        unknown = (
            (f"{name}[{at}].{field}", _("There is no such question"))
            for at, row in enumerate(rows or [])
            for field in row
            if field not in known
        )
        return dict(islice(unknown, MOST_MESSAGES))
