"""The forms engine's part of a service document: pages with their questions, and the words of both.

```yaml
form:
  - page: dog
    ask:
      - {name: dog_name, type: text, max_length: 40}
      - {name: assistance, type: yes-no}
  - page: members
    repeat: {name: members, at_least: 1, at_most: 12}
    ask: [{name: member_name, type: text}]
  - page: proof
    when: assistance
    ask:
      - {name: certificate, type: file, accept: [pdf, jpg, png]}
      - group: trainer
        ask: [{name: trained_on, type: date}, {name: passed_on, type: date}]
    rules:
      - {name: trained_first, check: trained_on <= passed_on, at: passed_on}
  - page: not-for-you
    when: "!is_resident"
    stop: true
```
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, RootModel, model_validator

from civium.engines.forms.asking import Name, OptionTexts, PageName, Part, Question, QuestionTexts, Source
from civium.engines.forms.questions import find_types
from civium.engines.forms.questions.computed import Computed
from civium.engines.forms.questions.from_list import FromList

__all__ = [
    "AnyQuestion",
    "FormPart",
    "FormTexts",
    "Group",
    "GroupTexts",
    "OptionTexts",
    "Page",
    "PageTexts",
    "QuestionTexts",
    "Repeat",
    "Rule",
]

MOST_PAGES = 100
MOST_QUESTIONS = 40
MOST_ROWS = 5000
MOST_RULES = 20

if TYPE_CHECKING:
    AnyQuestion = Question
else:
    AnyQuestion = Annotated[reduce(or_, find_types()), Field(discriminator="type")]


def _as_written(value: Any) -> Any:
    """``when: true`` in YAML is the expression ``true``."""
    return str(value).lower() if isinstance(value, bool) else value


def _some(most: int, what: str) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """At least one and at most so many; checked after each of them, so that their mistakes are told alone."""

    def check(items: tuple[Any, ...]) -> tuple[Any, ...]:
        if not 1 <= len(items) <= most:
            raise ValueError(f"there must be 1 to {most} {what}s here")
        return items

    return check


When = Annotated[Source, BeforeValidator(_as_written)]


# What a group is to the union of all that can be asked. Nobody writes it; no key of a document can be called so.
GROUP = "~group"


def _known_by_its_name(written: Any) -> Any:
    """A group says what it is by having a ``group``; its questions by their ``type``."""
    if isinstance(written, dict) and "group" in written and "type" not in written:
        return {"type": GROUP, **written}
    return written


def _no_group(written: Any) -> Any:
    if isinstance(written, dict) and "group" in written:
        raise ValueError("a group does not stand inside a group; put its questions here, or the group beside")
    return written


class Group(Part):
    """Questions of a page that belong together, under a heading of their own. Its condition is theirs too."""

    type: Literal["~group"]
    group: PageName
    when: When | None = None
    ask: Annotated[
        tuple[Annotated[AnyQuestion, BeforeValidator(_no_group)], ...],
        AfterValidator(_some(MOST_QUESTIONS, "question")),
    ]


if TYPE_CHECKING:
    Asks = Question | Group
else:
    Asks = Annotated[
        Annotated[reduce(or_, (*find_types(), Group)), Field(discriminator="type")],
        BeforeValidator(_known_by_its_name),
    ]


class Rule(Part):
    """What must hold between answers. When it does not, the page is refused with the rule's words, at one of its questions.

    It is judged when everything it uses is answered. ``at``: the question to put right; left out, the last one it uses.
    """

    name: Name
    check: When
    at: Name | None = None


class Repeat(Part):
    """A page that is answered once for each row of a list. ``totals``: what the rows come to, shown below the list."""

    name: Name
    at_least: int = Field(default=0, ge=0, le=MOST_ROWS)
    at_most: int = Field(default=20, ge=1, le=MOST_ROWS)
    totals: Annotated[tuple[Computed, ...], Field(max_length=10)] = ()

    @model_validator(mode="after")
    def _limits_make_sense(self) -> Repeat:
        if self.at_least > self.at_most:
            raise ValueError("at_least is larger than at_most")
        return self


class Page(Part):
    """One page: what it asks, and when it is shown at all. With ``stop`` it asks nothing: the way ends there, unsent."""

    page: PageName
    when: When | None = None
    repeat: Repeat | None = None
    ask: Annotated[tuple[Asks, ...], AfterValidator(_some(MOST_QUESTIONS, "question"))] = ()
    rules: Annotated[tuple[Rule, ...], Field(max_length=MOST_RULES)] = ()
    stop: bool = False

    @property
    def questions(self) -> tuple[Question, ...]:
        """Its questions in order, those of its groups among them."""
        return tuple(
            question for one in self.ask for question in (one.ask if isinstance(one, Group) else (one,))
        )

    @model_validator(mode="after")
    def _asks_or_stops(self) -> Page:
        if self.stop and (self.ask or self.repeat or self.rules):
            raise ValueError(
                f"the page '{self.page}' stops, so it asks nothing; take 'ask', 'repeat' and 'rules' out"
            )
        if len(self.questions) > MOST_QUESTIONS:
            raise ValueError(
                f"a page asks at most {MOST_QUESTIONS} questions; make two pages of '{self.page}'"
            )
        if self.stop and self.when is None:
            raise ValueError(f"the page '{self.page}' would stop everybody; add 'when: ...'")
        if not (self.stop or self.ask):
            raise ValueError(
                f"the page '{self.page}' asks nothing; add 'ask: ...', or 'stop: true' if the way ends there"
            )
        return self


class FormPart(RootModel[Annotated[tuple[Page, ...], AfterValidator(_some(MOST_PAGES, "page"))]]):
    """The ``form:`` of a service document."""

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages in order."""
        return self.root

    @property
    def list_names(self) -> dict[tuple[str | int, ...], str]:
        """The lists that questions choose from, each by the place in the form where its name stands."""
        found: dict[tuple[str | int, ...], str] = {}
        waiting: list[tuple[tuple[str | int, ...], Page | Group | Question]] = [
            ((at,), page) for at, page in enumerate(self.root)
        ]
        for place, one in waiting:
            if isinstance(one, FromList):
                found[*place, "list"] = one.list_name
            elif not isinstance(one, Question):
                waiting += [((*place, "ask", at), below) for at, below in enumerate(one.ask)]
        return found


class PageTexts(Part):
    """The words of one page in one language. For a page that repeats: ``row`` names one row, ``another`` asks for one more."""

    title: str = ""
    intro: str = ""
    row: str = ""
    another: str = ""


class GroupTexts(Part):
    """The words of one group in one language."""

    title: str = ""
    intro: str = ""


class FormTexts(Part):
    """The words of a form in one language, by stable names. Empty words are missing ones, and ``Form.check`` lists them."""

    pages: dict[str, PageTexts] = {}
    groups: dict[str, GroupTexts] = {}
    rules: dict[str, str] = {}
    questions: dict[str, QuestionTexts] = {}
