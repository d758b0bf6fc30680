"""Messages that staff write often: their words come from the service document or from the agency, filled for one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from civium.engines.cases.models import Case
from civium.engines.cases.schema import TemplateText
from civium.engines.notices.rules import MissingValue, fill_line
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import MessageTemplate as AgencyTemplate
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import get_offer_version

from .case_file import CaseFile, read_case_file
from .notice_values import case_values


@dataclass(frozen=True)
class MessageTemplate:
    """One of them: its name, and its title for the list in the language of whoever writes."""

    name: str
    title: str


@dataclass(frozen=True)
class FilledTemplate:
    """The text as the applicant will read it, and in the writer's own language when that is another."""

    title: str
    text: str
    language: str
    same_in_writers_language: str


def find_templates(case: Case, *, language: str) -> list[MessageTemplate]:
    """What there is for this case: the service's own first, then the agency's; by title."""
    own = {name: {code: each.title for code, each in by.items()} for name, by in _of_service(case).items()}
    of_agency = {name: each.title for name, each in _agency(case).items() if name not in own}
    return [
        MessageTemplate(name, pick_text(titles, language).words)
        for part in (own, of_agency)
        for name, titles in sorted(part.items())
    ]


def fill_template(case: Case, name: str, *, language: str) -> FilledTemplate:
    """A template filled for the case, in the applicant's language and in the writer's. NotFound when there is none of that name."""
    titles, texts = _texts(case, name)
    reads = case.applicant.language
    theirs = pick_text(texts, reads)
    file = read_case_file(case, language=theirs.language, is_staff=True)
    own = pick_text(texts, language)
    in_own = ""
    if own.language != theirs.language:
        in_own = _filled(own.words, read_case_file(case, language=own.language, is_staff=True))
    return FilledTemplate(
        pick_text(titles, language).words, _filled(theirs.words, file), theirs.language, in_own
    )


def _filled(text: str, file: CaseFile) -> str:
    """Line by line: a value can be nothing but words, and a line that wants what this case does not have is left out."""
    values = _values(file)
    lines = []
    for line in text.strip().split("\n"):
        try:
            lines.append(fill_line(line, values, language=file.language))
        except MissingValue:
            continue
    return "\n".join(lines)


def _values(file: CaseFile) -> Mapping[str, str]:
    answers = file.offer.form.shown_answers(file.answers, language=file.language, today=file.sent_on)
    return {**answers, **case_values(file.case, language=file.language)}


def _texts(case: Case, name: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    own = _of_service(case).get(name)
    if own:
        return (
            {code: each.title for code, each in own.items()},
            {code: each.text for code, each in own.items()},
        )
    of_agency = _agency(case).get(name)
    if of_agency is None:
        raise NotFound
    return of_agency.title, of_agency.text


def _of_service(case: Case) -> dict[str, dict[str, TemplateText]]:
    offer = get_offer_version(case.service, case.version)
    found: dict[str, dict[str, TemplateText]] = {}
    for code, texts in offer.texts.items():
        for name, each in texts.templates.items():
            found.setdefault(name, {})[code] = each
    return found


def _agency(case: Case) -> Mapping[str, AgencyTemplate]:
    return the_town().agencies[case.agency_id].templates
