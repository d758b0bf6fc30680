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
    ask: [{name: certificate, type: file, accept: [pdf, jpg, png]}]
  - page: not-for-you
    when: "!is_resident"
    stop: true
```
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, RootModel, model_validator

from civium.engines.forms.asking import Name, OptionTexts, PageName, Part, Question, QuestionTexts, Source
from civium.engines.forms.questions import find_types

__all__ = [
    "AnyQuestion",
    "FormPart",
    "FormTexts",
    "OptionTexts",
    "Page",
    "PageTexts",
    "QuestionTexts",
    "Repeat",
]

MOST_PAGES = 100
MOST_QUESTIONS = 40
MOST_ROWS = 50

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


class Repeat(Part):
    """A page that is answered once for each row of a list."""

    name: Name
    at_least: int = Field(default=0, ge=0, le=MOST_ROWS)
    at_most: int = Field(default=20, ge=1, le=MOST_ROWS)

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
    ask: Annotated[tuple[AnyQuestion, ...], AfterValidator(_some(MOST_QUESTIONS, "question"))] = ()
    stop: bool = False

    @model_validator(mode="after")
    def _asks_or_stops(self) -> Page:
        if self.stop and (self.ask or self.repeat):
            raise ValueError(f"the page '{self.page}' stops, so it asks nothing; take 'ask' and 'repeat' out")
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


class PageTexts(Part):
    """The words of one page in one language. For a page that repeats: ``row`` names one row, ``another`` asks for one more."""

    title: str = ""
    intro: str = ""
    row: str = ""
    another: str = ""


class FormTexts(Part):
    """The words of a form in one language, by stable names. Empty words are missing ones, and ``Form.check`` lists them."""

    pages: dict[str, PageTexts] = {}
    questions: dict[str, QuestionTexts] = {}
