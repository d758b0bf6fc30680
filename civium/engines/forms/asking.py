"""What every type of question has: its grammar, and how an answer is read, accepted, checked and shown.

A type is one module in ``questions`` with one subclass of Question, and one template of the same name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, NamedTuple

from babel.numbers import format_decimal
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from civium.engines.forms.cleaning import clean_line, clean_lines
from civium.engines.forms.lists import OptionList
from civium.foundation.kit.expressions import Kind, name_problem
from civium.foundation.kit.languages import pick_text


class Part(BaseModel):
    """A part of a document: frozen, and nothing in it that the grammar does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _good_name(name: str) -> str:
    if problem := name_problem(name):
        raise ValueError(problem)
    return name


Name = Annotated[str, AfterValidator(_good_name)]
PageName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
OptionName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")]
Source = Annotated[str, Field(min_length=1, max_length=1000)]


class OptionTexts(Part):
    """The words of one option."""

    label: str = ""
    hint: str = ""


class QuestionTexts(Part):
    """The words of one question in one language. ``short`` stands in summaries and error texts; ``statement`` beside a tick box.

    For a table: ``row`` names one row, ``another`` is on the button that adds one.
    """

    label: str = ""
    hint: str = ""
    short: str = ""
    statement: str = ""
    unit: str = ""
    row: str = ""
    another: str = ""
    errors: dict[str, str] = {}
    options: dict[str, str | OptionTexts] = {}

    def option(self, name: str) -> OptionTexts:
        """The words of an option; empty when there are none."""
        texts = self.options.get(name, "")
        return OptionTexts(label=texts) if isinstance(texts, str) else texts


@dataclass(frozen=True, slots=True)
class Asked:
    """The circumstances in which a question is asked: the reader's language, the town's day, country and currency, the form's lists."""

    language: str
    today: dt.date
    country: str
    currency: str
    lists: Mapping[str, OptionList] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with an answer: a code, the part of the question it is about, and what the message needs to say."""

    code: str
    part: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


class Read(NamedTuple):
    """An answer as kept (None: there is none), or what is wrong with it."""

    value: Any = None
    wrong: tuple[Wrong, ...] = ()


def wrong(code: str, part: str = "", **details: Any) -> Read:
    """An answer that cannot be read."""
    return Read(None, (Wrong(code, part, details),))


# Pressed to change the page itself, such as adding a row to a table: it is shown again, and nothing is saved.
ACT = "_act"


class Posted:
    """What a browser sent for one question: texts by part, choices, files. Hostile until cleaned."""

    def __init__(self, name: str, data: Mapping[str, Any], files: Mapping[str, Any] | None = None) -> None:
        self.name = name
        self._data = data
        self._files = files or {}

    def _all(self, source: Mapping[str, Any], part: str) -> list[Any]:
        key = field_id(self.name, part)
        if hasattr(source, "getlist"):
            return source.getlist(key)
        found = source.get(key, [])
        return list(found) if isinstance(found, list | tuple) else [found]

    def below(self, part: str) -> Posted:
        """What was posted for something inside this question, such as a cell of a table."""
        return Posted(field_id(self.name, part), self._data, self._files)

    def act(self) -> list[str]:
        """What was pressed inside this question, ``["remove", "3"]``; empty when nothing was."""
        name, *does = str(self._data.get(ACT) or "")[:100].split("-")
        return does if name == self.name else []

    def text(self, part: str = "", *, longest: int = 1000) -> str:
        """One line, cleaned, cut at ``longest`` characters."""
        return clean_line(self._first(part), longest)

    def lines(self, part: str = "", *, longest: int) -> str:
        """Several lines, cleaned, cut at ``longest`` characters."""
        return clean_lines(self._first(part), longest)

    def choices(self, part: str = "") -> list[str]:
        """Every value that was chosen, once, in order; at most 1000."""
        return list(
            dict.fromkeys(clean_line(str(one)[:200]) for one in self._all(self._data, part)[:1000] if one)
        )

    def files(self) -> list[Any]:
        """The uploads."""
        return [upload for upload in self._all(self._files, "") if upload]

    def _first(self, part: str) -> str:
        found = self._all(self._data, part)
        return found[-1] if found and isinstance(found[-1], str) else ""


def field_id(name: str, part: str = "") -> str:
    """The name and id of a question's input."""
    return f"{name}-{part}" if part else name


@dataclass(frozen=True)
class Words:
    """A question's words in every language it has. ``columns``: those of a table's columns, by name."""

    texts: Mapping[str, QuestionTexts]
    columns: Mapping[str, Words] = field(default_factory=dict)

    def all(self, what: str) -> dict[str, str]:
        """One of the words by language, for templates' ``words``; empty ones left out."""
        return {language: said for language, texts in self.texts.items() if (said := getattr(texts, what))}

    def say(self, what: str, language: str) -> str:
        """One of the words in the reader's language or the nearest there is."""
        return pick_text(self.all(what), language).words

    def all_of_option(self, name: str, what: str = "label") -> dict[str, str]:
        """The words of an option by language."""
        found = {language: getattr(texts.option(name), what) for language, texts in self.texts.items()}
        return {language: said for language, said in found.items() if said}

    def option(self, name: str, language: str) -> str:
        """The label of an option in the reader's language, else its bare name."""
        return pick_text(self.all_of_option(name), language).words or name

    def short(self, language: str) -> str:
        """What the question is called in summaries: its short name, else its label."""
        return self.say("short", language) or self.say("label", language)


@dataclass(frozen=True, slots=True)
class Cell:
    """One question inside another's row, under a name of its own, and what stands in its inputs."""

    question: Question
    words: Words
    typed: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row of a question that has rows: the key that its inputs carry, what it is called, its cells."""

    key: str
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """An answer that is read as a table: what its columns are called, and the lines in each cell, row by row from row ``first``."""

    headings: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    first: int = 1


class Question(Part):
    """A question of some type. Subclasses say what it is; everything here has a default that suits a line of text."""

    name: Name
    type: str
    optional: bool = False
    when: Source | None = None

    is_asked: ClassVar[bool] = True
    # Whether it is small enough for a cell of a table, and for the room below an option.
    is_short: ClassVar[bool] = True
    # Whether a row of a list may be called by the answer.
    names_rows: ClassVar[bool] = False
    # Whether the answer says where money is to go.
    names_an_account: ClassVar[bool] = False
    is_many_inputs: ClassVar[bool] = False
    text_direction: ClassVar[str] = "auto"
    parts: ClassVar[tuple[str, ...]] = ("",)
    messages: ClassVar[Mapping[str, str | Promise]] = {}
    needs_words: ClassVar[tuple[str, ...]] = ("label",)

    @property
    def kind(self) -> Kind:
        """What sort of value the answer is in expressions."""
        return Kind.TEXT

    @property
    def option_names(self) -> tuple[str, ...]:
        """The options to choose from; empty for other types."""
        return ()

    @property
    def buttons(self) -> Mapping[str, Any]:
        """The radio buttons it is shown as, each with its answer; empty for other types, and for a list to open."""
        return {}

    @property
    def template(self) -> str:
        """The template that shows the question as an input."""
        return f"forms/questions/{self.type}.html"

    def read(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        """The answer that was posted. ``kept`` is the answer there was, for types that add to it."""
        return self.accept(posted.text(), asked)

    def accept(self, value: Any, asked: Asked) -> Read:
        """The answer as kept, from any value that a machine may send; never raises."""
        raise NotImplementedError

    def check(self, value: Any, asked: Asked) -> tuple[Wrong, ...]:
        """What is wrong with an answer of the right shape."""
        return ()

    def inputs(self, value: Any, asked: Asked) -> dict[str, Any]:
        """What stands in the inputs for a kept answer, by part."""
        return {"": value}

    def typed(self, posted: Posted) -> dict[str, Any]:
        """What stands in the inputs after a mistake: what was typed."""
        return {part: posted.text(part) for part in self.parts}

    def shown(self, value: Any, asked: Asked, words: Words) -> list[str]:
        """The answer for readers, line by line: summaries, the case, the printed form."""
        return [str(value)]

    def shown_table(self, value: Any, asked: Asked, words: Words) -> ShownTable | None:
        """The answer as a table, for types that are one."""
        return None

    def to_cel(self, value: Any) -> Any:
        """The answer as expressions see it."""
        return value

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema (2020-12) of the answer as kept."""
        raise NotImplementedError

    def view(self, asked: Asked, words: Words) -> dict[str, Any]:
        """What only this type's template needs."""
        return {}

    def typed_rows(self, typed: Mapping[str, Any], asked: Asked, words: Words) -> tuple[TypedRow, ...]:
        """The rows to show as inputs for what is ``typed``, for types that have rows."""
        return ()

    def find_cell(self, part: str, words: Words) -> tuple[Question, Words] | None:
        """The question of the cell that this part of an input's name stands for; None when there is no such cell."""
        return None

    # --- the same for every type ---

    def settle(self, value: Any, asked: Asked) -> Read:
        """Accept and check: the whole rule for one answer, except whether there must be one."""
        read = self.accept(value, asked)
        if read.wrong or read.value is None:
            return read
        found = self.check(read.value, asked)
        return Read(None, found) if found else read

    def settle_posted(self, posted: Posted, asked: Asked, kept: Any = None) -> Read:
        """Read and check what was posted, the same rule; an answer that must be there and is not is ``required``."""
        read = self.read(posted, asked, kept)
        if read.wrong:
            return read
        if read.value is None:
            return read if self.optional else Read(None, (Wrong("required", self.parts[0]),))
        found = self.check(read.value, asked)
        return Read(None, found) if found else read

    def message(self, mistake: Wrong, words: Words, language: str) -> str:
        """What to tell the reader: the designer's own error text for the code, else ours."""
        own = pick_text(
            {at: texts.errors.get(mistake.code, "") for at, texts in words.texts.items()}, language
        ).words
        if own:
            return own
        short = words.say("short", language)
        name = short or "“" + words.say("label", language) + "”"
        with override(language):
            template = str(self.our_text(mistake))
            if mistake.code == "required" and not short and "%(" in template:
                return _now("Answer the question: %(label)s") % {"label": words.say("label", language)}
            details = {
                detail: format_decimal(value, locale=language) if isinstance(value, int) else value
                for detail, value in mistake.details.items()
            }
            return template % {**details, "name": lowered(name), "Name": name}

    def our_text(self, mistake: Wrong) -> str | Promise:
        """What we say of a mistake when the designer says nothing, before its details stand in it."""
        return self.messages.get(mistake.code) or MESSAGES.get(mistake.code) or MESSAGES["wrong"]

    @property
    def codes(self) -> set[str]:
        """Every code that an error text may be written for."""
        return {"required", *self.messages}


MESSAGES: Mapping[str, str | Promise] = {
    "required": _("Enter %(name)s"),
    "wrong": _("%(Name)s cannot be read. Enter it again"),
    "too_long": _("%(Name)s must be %(limit)s characters or fewer"),
}


def lowered(name: str) -> str:
    """A name inside a sentence: ``Dog's name`` becomes ``dog's name``, ``VAT number`` stays."""
    return name[:1].lower() + name[1:] if name[1:2].islower() or name[1:2] == " " else name


class WithPurpose(Part):
    """A question about the person who fills in: the input says what for, so that browsers can help (WCAG 1.3.5)."""

    autocomplete: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9 -]{1,60}$")


def as_text(value: Any, *, longest: int) -> str | None:
    """A machine's text as a line; None when it is no text at all."""
    return clean_line(value, longest) if isinstance(value, str) else None


def spell_options(names: Sequence[str], words: Words) -> list[dict[str, Any]]:
    """Options for templates: name, label and hint by language."""
    return [
        {
            "name": name,
            "label": words.all_of_option(name) or {"": name},
            "hint": words.all_of_option(name, "hint"),
        }
        for name in names
    ]
