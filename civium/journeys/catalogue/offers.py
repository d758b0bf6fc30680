"""What the catalogue lists: offers, which can be applied for, and information pages, which cannot.

An offer is one version of a service, ready to be used. Compiled once, when it is first needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from civium.engines.cases.rules import CompiledSteps, compile_steps
from civium.engines.forms.rules import Form, OptionList, ReadyQuestion, compile_form
from civium.engines.forms.schema import FormPart
from civium.engines.payments.rules import CompiledFee, compile_fee
from civium.foundation.kit.expressions import Expression, Kind, compile_expression

from .schema import Information, InformationTexts, Listed, Service, Texts
from .wording import InformationWords, Words, information_words_for, words_for


@dataclass(frozen=True)
class Listing:
    """One version of something in the catalogue. Shared by every request of the process: nothing in it changes."""

    name: str
    version: int
    document: Listed
    texts: Mapping[str, Texts] | Mapping[str, InformationTexts]
    digest: str = ""
    published_at: datetime | None = None
    is_withdrawn: bool = False
    _words: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def words(self, language: str) -> Words | InformationWords:
        """What it says to a reader of the language."""
        raise NotImplementedError

    def texts_of(self, part: str) -> dict[str, str]:
        """One of its own texts (``title``, ``summary``...) by language, for templates' ``words``."""
        return {language: said for language, texts in self.texts.items() if (said := getattr(texts, part))}


@dataclass(frozen=True)
class InformationPage(Listing):
    """A page about a service that this site takes no applications for."""

    document: Information
    texts: Mapping[str, InformationTexts]

    def words(self, language: str) -> InformationWords:
        """What it says to a reader of the language."""
        if language not in self._words:
            self._words[language] = information_words_for(self.texts, language)
        found: InformationWords = self._words[language]
        return found


@dataclass(frozen=True)
class Offer(Listing):
    """A service that people can apply for. ``lists``: what its questions choose from, by the list's name."""

    document: Service
    texts: Mapping[str, Texts]
    lists: Mapping[str, OptionList] = field(default_factory=dict)

    @cached_property
    def form(self) -> Form:
        """The form, compiled."""
        document = self.document
        return compile_form(
            document.form,
            self.texts,
            currency=document.fee.currency if document.fee else None,
            country=document.country,
            lists=self.lists,
        )

    @cached_property
    def fee(self) -> CompiledFee | None:
        """The fee, compiled; None when the service is free."""
        return compile_fee(self.document.fee, self.kinds) if self.document.fee else None

    @cached_property
    def steps(self) -> CompiledSteps:
        """The steps of its cases, compiled."""
        return compile_steps(self.document.steps, self.kinds)

    @cached_property
    def eligibility(self) -> Form | None:
        """The form's pages that anybody can answer before applying, as a form of their own; None when there are none."""
        chosen = self.document.eligibility
        if chosen is None:
            return None
        pages = tuple(page for page in self.document.form.pages if page.page in chosen.pages)
        if not pages:
            return None
        return compile_form(FormPart(pages), self.texts, country=self.document.country, lists=self.lists)

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """The kind of every answer and computed value, by name: what expressions may speak of."""
        return self.form.names

    @cached_property
    def _about(self) -> Expression | None:
        about = self.document.about
        return compile_expression(about, names=self.kinds, wants=Kind.TEXT) if about else None

    @cached_property
    def _chosen(self) -> Mapping[str, ReadyQuestion]:
        return {
            ready.name: ready for _page, ready in self.form.questions() if ready.question.type == "one-of"
        }

    def about(self, values: Mapping[str, Any], *, language: str) -> str:
        """The line that lists show for these answers; empty when there is none. A choice is said in the applicant's words."""
        found = self._about.evaluate(values) if self._about else ""
        if not isinstance(found, str):
            return ""
        asked = self._chosen.get(self.document.about or "")
        return asked.words.option(found, language) if asked and found else found

    def retell_about(self, line: str, *, language: str) -> str:
        """The line as this reader says it: a choice in their words, whatever language it was kept in; else as it stands."""
        asked = self._chosen.get(self.document.about) if line and self.document.about else None
        if asked is None:
            return line
        said = (
            asked.words.option(name, language)
            for name in asked.question.option_names
            if line in asked.words.all_of_option(name).values()
        )
        return next(said, line)

    def words(self, language: str) -> Words:
        """What it says to a reader of the language."""
        if language not in self._words:
            self._words[language] = words_for(self.texts, language)
        found: Words = self._words[language]
        return found
