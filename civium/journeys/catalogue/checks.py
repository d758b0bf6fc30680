"""Everything that is wrong with a service and would fail later, found before it is published.

Each engine checks its own part; here are the checks that no engine can make, and all problems get their line.
A text that is missing is an error in the town's first language, which everybody falls back to, and a warning in the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings

from civium.engines.cases.rules import check_step_texts, check_steps
from civium.engines.notices.rules import check_notice_texts, nearly_placeholders, placeholders
from civium.engines.registries.queries import find_abilities, find_registers
from civium.engines.registries.rules import Lookup, check_lookup, check_prefill, check_tell
from civium.foundation.kit.expressions import ExpressionError, Kind, compile_expression
from civium.foundation.kit.town import the_town

from .examples import run_examples
from .loading import EXAMPLES_FILE, SERVICE_FILE, ServiceFolder, texts_file
from .marked_yaml import Place
from .offers import Offer
from .plain_words import LONGEST_SENTENCE, find_long_sentences
from .problems import Problem, did_you_mean, nearest_word
from .rules import ALWAYS, DUE, TAKEN, known_by_notice, moments, output_values
from .schema import (
    ASKED,
    INFORMATION_PAGE,
    KINDS,
    START_PAGE,
    Information,
    InformationTexts,
    Listed,
    Service,
    Texts,
)

Check = Callable[[ServiceFolder, Service, Offer], Iterable[Problem]]

_WORD = re.compile(r"[^\W\d_]{2,}")
_FILLED = re.compile(r"\(\([^()]*\)\)|https?:\S+|\S+@\S+")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


@lru_cache(maxsize=64)
def check_loaded(folder: ServiceFolder) -> tuple[Problem, ...]:
    """Every problem of a loaded folder, which never changes. The examples are run when nothing else is wrong."""
    found = list(folder.problems)
    offer = folder.offer
    if folder.service is not None and offer is not None:
        for check in CHECKS:
            found += check(folder, folder.service, offer)
        if not any(not problem.is_warning for problem in found):
            found += run_examples(folder, offer)
    if folder.information is not None:
        found += _check_information(folder, folder.information)
    return tuple(sorted(dict.fromkeys(found), key=_in_reading_order))


def _in_reading_order(problem: Problem) -> tuple[int, str, int]:
    order = 0 if problem.file.endswith(SERVICE_FILE) else 2 if problem.file.endswith(EXAMPLES_FILE) else 1
    return order, problem.file, problem.line


# --- the service as a whole ------------------------------------------------------------------------------------------


def _check_names(folder: ServiceFolder, service: Listed, offer: Offer | None = None) -> Iterator[Problem]:
    town = the_town()
    if service.service != folder.name:
        words = (
            f"the service is called '{service.service}' and its folder '{folder.name}'; give both one name"
        )
        yield folder.problem(SERVICE_FILE, ("service",), words)
    if service.agency not in town.agencies and not _names_its_agency(folder):
        words = f"town.yaml has no agency '{service.agency}'; {did_you_mean(service.agency, town.agencies)}"
        yield folder.problem(SERVICE_FILE, ("agency",), words)
    for part, names, known in (
        ("topics", service.topics, town.topics),
        ("life_events", service.life_events, town.life_events),
    ):
        for at, name in enumerate(names):
            if name not in known:
                words = f"town.yaml has no '{name}' among its {part}; {did_you_mean(name, known)}"
                yield folder.problem(SERVICE_FILE, (part, at), words)
    audiences = (*KINDS, *town.audiences)
    for at, name in enumerate(service.audience):
        if name not in audiences:
            words = f"'{name}' is nobody that a service can be for; {did_you_mean(name, audiences)}"
            yield folder.problem(SERVICE_FILE, ("audience", at), words)


def _names_its_agency(folder: ServiceFolder) -> bool:
    """Whether the words of an information page say who provides it: others than the town's agencies may."""
    return any(texts.agency for texts in folder.information_texts.values())


def _check_audience(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    """Somebody must be able to apply, and a form for organisations alone must ask which one."""
    if not set(service.audience) & set(KINDS):
        words = f"nobody could apply; add 'person' or 'organisation' to {', '.join(service.audience)}"
        yield folder.problem(SERVICE_FILE, ("audience",), words)
    if "organisation" in service.audience and "person" not in service.audience:
        types = {getattr(ready.question, "type", "") for _page, ready in offer.form.questions()}
        if "organisation-number" not in types:
            words = "only organisations apply, but no question asks for an organisation-number: nobody could tell which one"
            yield folder.problem(SERVICE_FILE, ("audience",), words, warning=True)
    if service.applicants == {"organisation"}:
        yield from _check_what_organisations_cannot(folder, service)


def _check_what_organisations_cannot(folder: ServiceFolder, service: Service) -> Iterator[Problem]:
    """An organisation never signs in: somebody with an account acts for it, as a register or a mandate says."""
    if service.sign_in == "none":
        words = "only organisations apply, and nobody acts for one without an account: nobody could apply; write 'account'"
        yield folder.problem(SERVICE_FILE, ("sign_in",), words, warning=True)
    if service.sign_in == "high":
        words = "only organisations apply, and a register vouches for one as 'verified', never 'high': nobody could apply"
        yield folder.problem(SERVICE_FILE, ("sign_in",), words, warning=True)
    for question, source in service.prefill.items():
        words = f"only organisations apply, and of one '{source}' says nothing: whoever acts for it fills in '{question}'; take this out"
        yield folder.problem(SERVICE_FILE, ("prefill", question), words, warning=True)


def _check_information(folder: ServiceFolder, information: Information) -> Iterator[Problem]:
    yield from _check_names(folder, information)
    yield from _check_first_words(folder, folder.information_texts, INFORMATION_PAGE)
    links = [link for texts in folder.information_texts.values() for link in texts.links]
    if not links and not any(texts.how for texts in folder.information_texts.values()):
        words = "nothing says how to get this; write 'how' or 'links' in the words of one language"
        yield folder.problem(SERVICE_FILE, ("information",), words, warning=True)


def _check_eligibility(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    """The check beforehand is a form of its own: it must work alone, be able to say no, and lead to services that are there."""
    chosen = service.eligibility
    if chosen is None:
        return
    place: Place = ("eligibility", "pages")
    pages = {page.name: page for page in offer.form.pages}
    for at, name in enumerate(chosen.pages):
        if name not in pages:
            yield folder.problem(
                SERVICE_FILE, (*place, at), f"the form has no page '{name}'; {did_you_mean(name, pages)}"
            )
        elif pages[name].repeat or any(_needs_keeping(ready.question) for ready in pages[name].questions):
            words = f"the page '{name}' cannot be asked beforehand: nothing is kept, so no lists, files or long texts"
            yield folder.problem(SERVICE_FILE, (*place, at), words)
    stops = [name for name in chosen.pages if name in pages and pages[name].stops]
    if not stops:
        words = "nobody could be told that it is not for them; add a page with 'stop: true'"
        yield folder.problem(SERVICE_FILE, place, words)
    for page, names in chosen.instead.items():
        if page not in stops:
            words = f"the check does not stop at '{page}'; {did_you_mean(page, stops)}"
            yield folder.problem(SERVICE_FILE, ("eligibility", "instead", page), words)
        if service.service in names:
            words = "this is the service itself; name another one"
            yield folder.problem(SERVICE_FILE, ("eligibility", "instead", page), words)
    for problem in offer.eligibility.problems if offer.eligibility else ():
        if not problem.language:
            words = f"beforehand this cannot be worked out: {problem.message}; add the page that asks it"
            yield folder.problem(SERVICE_FILE, place, words)


def _check_sign_in(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    """What is said about people without an account must be about a service that takes them."""
    if service.needs_email and service.sign_in != "none":
        words = "everybody who signs in has an e-mail address; leave it out, or write 'sign_in: none'"
        yield folder.problem(SERVICE_FILE, ("needs_email",), words)
    if service.asks_again and service.sign_in == "none":
        words = "who has no account cannot be asked who they are; leave it out, or write 'sign_in: account'"
        yield folder.problem(SERVICE_FILE, ("asks_again",), words)


def _check_form(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    for problem in offer.form.check():
        place = _place(problem.path)
        if problem.language:
            yield _in_texts(folder, problem.language, place, problem.message)
        else:
            place = place if place[:1] == ("form",) else ("form", *place)
            yield folder.problem(SERVICE_FILE, place, problem.message)
    for page, ready in offer.form.questions():
        if ready.name in TAKEN and not page.repeat:
            words = f"'(({ready.name}))' means something else in notices and documents; choose another name"
            yield folder.problem(SERVICE_FILE, ("form", *_place(ready.path), "name"), words)


def _needs_keeping(question: Any) -> bool:
    return getattr(question, "type", "") in {"file", "long-text", "table", "own-case"}


def _check_about(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    if service.about is None:
        return
    try:
        compile_expression(service.about, names=offer.kinds, wants=Kind.TEXT)
    except ExpressionError as error:
        yield folder.problem(SERVICE_FILE, ("about",), error.message)


def _check_prefill(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    questions = {
        ready.name for page, ready in offer.form.questions() if ready.question.is_asked and not page.repeat
    }
    for problem in check_prefill(service.prefill, questions, find_registers()):
        yield folder.problem(SERVICE_FILE, _place(problem.path), problem.message)


def _check_tell(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    kinds = offer.kinds
    answers = {*kinds, *(f"{name}.{part}" for name, kind in kinds.items() for part in kind.fields)}
    takers = {name: ability.messages for name, ability in find_abilities().items()}
    for problem in check_tell(service.tell, moments(service), answers, takers):
        yield folder.problem(SERVICE_FILE, _place(problem.path), problem.message)
    for moment, tellings in service.tell.items():
        for at, telling in enumerate(tellings):
            try:
                if telling.when is not None:
                    compile_expression(telling.when, names=kinds, wants=Kind.BOOL)
            except ExpressionError as error:
                yield folder.problem(SERVICE_FILE, ("tell", moment, at, "when"), error.message)


def _check_found(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    """Questions whose answers a register finds: it must be there, have the keys, and know the facts."""
    finders = {name: (ability.keys, ability.facts) for name, ability in find_abilities().items()}
    before: set[str] = set()
    for page, ready in offer.form.questions():
        question: Any = ready.question
        if question.type == "found":
            wanted = Lookup(question.look_in, {question.key, *question.other_keys}, question.facts)
            place = ("form", *_place(ready.path))
            for problem in check_lookup(wanted, finders):
                yield folder.problem(SERVICE_FILE, (*place, *_place(problem.path)), problem.message)
            for key, name in question.other_keys.items():
                if name not in before:
                    words = f"'{name}' is not asked before this; {did_you_mean(name, before)}"
                    yield folder.problem(SERVICE_FILE, (*place, "other_keys", key), words)
        if question.is_asked and not page.repeat:
            before.add(ready.name)


def _check_own_cases(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    """A question for a case of this service that was decided in some way: it must be possible to decide it so."""
    outcomes = {step.end for step in service.steps.root.values() if step.end}
    for _page, ready in offer.form.questions():
        question: Any = ready.question
        if question.type != "own-case" or question.service != service.service or not question.outcome:
            continue
        if question.outcome not in outcomes:
            words = f"no step of this service has 'end: {question.outcome}'; {did_you_mean(question.outcome, outcomes)}"
            yield folder.problem(SERVICE_FILE, ("form", *_place(ready.path), "outcome"), words)


def _check_fee(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    texts = {language: texts.fee for language, texts in offer.texts.items()}
    if offer.fee is None:
        for language, words in texts.items():
            for name in words.root:
                yield _in_texts(
                    folder, language, ("fee", name), "service.yaml has no fee; take these words out"
                )
        return
    for problem in offer.fee.check(texts):
        place = ("fee", *problem.path)
        if problem.language:
            yield _in_texts(folder, problem.language, place, problem.message)
        else:
            yield folder.problem(SERVICE_FILE, place, problem.message)


def _check_steps(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    for problem in check_steps(service.steps, offer.kinds):
        yield folder.problem(SERVICE_FILE, _place(problem.path), problem.message)
    for name, step in service.steps.root.items():
        for at, move in enumerate(step.moves):
            if move.is_by_payment and service.fee is None:
                words = "there is no fee to pay; add a 'fee', or say who of the staff makes this move"
                yield folder.problem(SERVICE_FILE, ("steps", name, "moves", at, "by"), words)
    for language, texts in offer.texts.items():
        for problem in check_step_texts(service.steps, texts):
            yield _in_texts(folder, language, _place(problem.path), problem.message)


def _check_options(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    """Options that do not exist, in expressions outside the form: they would never hold, silently."""
    options = {
        ready.name: ready.question.option_names
        for _page, ready in offer.form.questions()
        if ready.question.option_names
    }
    for place, source in _expressions(service):
        try:
            compared = [*compile_expression(source, names=offer.kinds, wants=None).compared_texts()]
        except ExpressionError:
            continue  # told by the part's own check
        for name, option in compared:
            if name in options and option not in options[name]:
                words = f"'{name}' has no option '{option}'; {did_you_mean(option, options[name])}"
                yield folder.problem(SERVICE_FILE, place, words)


def _expressions(service: Service) -> Iterator[tuple[Place, str]]:
    """Every expression outside the form, with its place."""
    written: list[tuple[Place, str | None]] = [(("about",), service.about)]
    for moment, tellings in service.tell.items():
        written += [(("tell", moment, at, "when"), telling.when) for at, telling in enumerate(tellings)]
    if service.fee is not None:
        written.append((("fee", "waive"), service.fee.waive))
        for at, line in enumerate(service.fee.lines):
            written += [
                (("fee", "lines", at, "amount"), line.amount),
                (("fee", "lines", at, "when"), line.when),
            ]
    for name, step in service.steps.root.items():
        written += [(("steps", name, "moves", at, "when"), move.when) for at, move in enumerate(step.moves)]
    return ((place, source) for place, source in written if source is not None)


# --- what comes of a case --------------------------------------------------------------------------------------------


def _check_notices(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    existing = moments(service)
    for moment in service.notices:
        if moment not in existing:
            words = (
                f"there is no step '{moment}' at which this could be sent; {did_you_mean(moment, existing)}"
            )
            yield folder.problem(SERVICE_FILE, ("notices", moment), words)
    for end in service.steps.ends:
        if end not in service.notices:
            words = (
                f"nobody is told of the end '{end}'; write '{end}: ...' with a notice's name under notices"
            )
            yield folder.problem(SERVICE_FILE, ("steps", end), words)
    if ASKED in existing and ASKED not in service.notices:
        words = f"the applicant would not hear of a question; write '{ASKED}: ...' with a notice's name"
        yield folder.problem(SERVICE_FILE, ("notices",), words)
    if service.steps.first not in service.notices:
        words = (
            f"nobody gets a receipt; write '{service.steps.first}: ...' with a notice's name under notices"
        )
        yield folder.problem(SERVICE_FILE, ("notices",), words, warning=True)
    known, meant = known_by_notice(service), _mistyped_notices(service, offer)
    for moment, name in service.notices.items():
        if name in meant:
            words = f"there is no notice '{name}'; did you mean '{meant[name]}'?"
            yield folder.problem(SERVICE_FILE, ("notices", moment), words)
    wanted = {meant.get(name, name) for name in service.notices.values()}
    known = {meant.get(name, name): names for name, names in known.items()}
    for language, texts in offer.texts.items():
        for problem in check_notice_texts(texts.notices, wanted, known):
            yield _in_texts(folder, language, _place(problem.path), problem.message)


def _check_templates(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    """Messages that staff write often: in the town's first language at least, and with placeholders that something fills."""
    known = ALWAYS | {DUE} | {ready.name for page, ready in offer.form.questions() if not page.repeat}
    first = settings.LANGUAGE_CODE
    for language, texts in offer.texts.items():
        for name, template in texts.templates.items():
            for wanted in sorted(placeholders(template.text) - known):
                words = f"nothing fills '(({wanted}))' here; {did_you_mean(wanted, known)}"
                yield _in_texts(folder, language, ("templates", name, "text"), words)
            if first in offer.texts and name not in offer.texts[first].templates:
                words = f"'{name}' has no words in '{first}'; write it there too, or take it out here"
                yield _in_texts(folder, language, ("templates", name), words)
    agency = the_town().agencies.get(service.agency)
    for name, of_agency in agency.templates.items() if agency else ():
        for language, text in of_agency.text.items():
            for wanted in sorted(placeholders(text) - ALWAYS - {DUE}):
                words = f"town.yaml, templates.{name}.text.{language}: nothing fills '(({wanted}))'"
                yield folder.problem(SERVICE_FILE, ("agency",), words)


def _mistyped_notices(service: Service, offer: Offer) -> dict[str, str]:
    """Notices that no texts have, by the one that was most likely meant: a near one that nothing else sends."""
    sent = set(service.notices.values())
    written = {name for texts in offer.texts.values() for name in texts.notices}
    near = {name: nearest_word(name, written - sent) for name in sent - written}
    return {name: meant for name, meant in near.items() if meant}


def _check_outputs(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    answers = frozenset(offer.kinds)
    known: dict[str, frozenset[str]] = {}
    for step, output in service.outputs.items():
        if step not in service.steps.ends:
            words = f"'{step}' is no step that ends a case; {did_you_mean(step, service.steps.ends)}"
            yield folder.problem(SERVICE_FILE, ("outputs", step), words)
            continue
        values = output_values(service, step, output, answers)
        known[output.document] = known.get(output.document, values) & values
    for language in offer.texts:
        yield from _check_output_texts(folder, language, known)


def _check_output_texts(
    folder: ServiceFolder, language: str, known: dict[str, frozenset[str]]
) -> Iterator[Problem]:
    texts = folder.texts[language].outputs
    for name in known.keys() - texts.keys():
        words = f"the document '{name}' has no words; write its title and body under outputs"
        yield _in_texts(folder, language, ("outputs", name), words)
    for name, text in texts.items():
        if name not in known:
            words = f"service.yaml gives out no document '{name}'; {did_you_mean(name, known)}"
            yield _in_texts(folder, language, ("outputs", name), words)
            continue
        for part in ("title", "body"):
            for wanted in sorted(placeholders(getattr(text, part)) - known[name]):
                words = f"nothing fills '(({wanted}))' here; {did_you_mean(wanted, known[name])}"
                yield _in_texts(folder, language, ("outputs", name, part), words)
            for words in nearly_placeholders(getattr(text, part), known[name]):
                yield _in_texts(folder, language, ("outputs", name, part), words)


def _check_keep(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    for step in service.keep:
        if step not in service.steps.ends:
            words = f"'{step}' is no step that ends a case; {did_you_mean(step, service.steps.ends)}"
            yield folder.problem(SERVICE_FILE, ("keep", step), words)
    for end in service.steps.ends:
        if end not in service.keep:
            words = f"how long is a case kept after '{end}'? Write '{end}: 3 years', for example, under keep"
            yield folder.problem(SERVICE_FILE, ("keep",) if service.keep else ("steps", end), words)


# --- words -----------------------------------------------------------------------------------------------------------


def _check_start_page(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    yield from _check_first_words(folder, offer.texts, START_PAGE)


def _check_first_words(
    folder: ServiceFolder, texts: Mapping[str, Texts | InformationTexts], wanted: Sequence[str]
) -> Iterator[Problem]:
    for language, said in texts.items():
        for part in wanted:
            if not getattr(said, part):
                yield _in_texts(folder, language, (part,), f"'{part}' is missing; the start page shows it")
        if not said.keywords:
            words = "'keywords' is missing; without other words that people use, search finds less"
            yield folder.problem(texts_file(language), ("keywords",), words, warning=True)


def _check_sentences(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    for language in offer.texts:
        for found in find_long_sentences(folder.documents[texts_file(language)].value):
            words = (
                f"the sentence that begins '{found.begins}' has {found.words} words; "
                f"of more than {LONGEST_SENTENCE} hardly anybody keeps hold: make two of it"
            )
            yield folder.problem(texts_file(language), found.place, words, warning=True)


def _check_languages(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    """Languages without a file. One that cannot be read has said so already."""
    for language, name in settings.LANGUAGES:
        if not (folder.path / texts_file(language)).is_file():
            is_first = language == settings.LANGUAGE_CODE
            words = f"there are no words in {name}; " + (
                "write them: every other language falls back to them"
                if is_first
                else f"its readers see {settings.LANGUAGE_CODE} until this file is written"
            )
            yield folder.problem(texts_file(language), (), words, warning=not is_first)


def _check_translated(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    """Whole phrases that are the same as in the first language: a file was copied, and not all of it translated."""
    written = folder.documents.get(texts_file(settings.LANGUAGE_CODE))
    first = dict(_phrases(written.value)) if written else {}
    for language in offer.texts.keys() - {settings.LANGUAGE_CODE}:
        phrases = _phrases(folder.documents[texts_file(language)].value)
        same = [place for place, phrase in phrases if first.get(place) == phrase]
        if same:
            words = f"{len(same)} texts are the same as in {texts_file(settings.LANGUAGE_CODE)}, the first of them here; translate them"
            if len(same) == 1:
                words = f"this text is the same as in {texts_file(settings.LANGUAGE_CODE)}; translate it"
            yield folder.problem(texts_file(language), same[0], words, warning=True)


def _phrases(value: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Texts of two words and more, with their places; a single word may well be the same in two languages."""
    if isinstance(value, str):
        if len(_WORD.findall(_FILLED.sub("", value))) > 1:
            yield place, value
        return
    inside = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, below in inside:
        yield from _phrases(below, (*place, step))


def _check_has_examples(folder: ServiceFolder, service: Service, offer: Offer) -> Iterator[Problem]:
    if not (folder.path / EXAMPLES_FILE).is_file():
        words = "there are no examples; write one for each way an application can go"
        yield folder.problem(EXAMPLES_FILE, (), words, warning=True)


def _in_texts(folder: ServiceFolder, language: str, place: Place, words: str) -> Problem:
    """A problem with a language's words. What is not there at all is only a warning outside the first language."""
    document: Any = folder.documents.get(texts_file(language))
    is_missing = document is None or place not in document.lines
    return folder.problem(
        texts_file(language), place, words, warning=is_missing and language != settings.LANGUAGE_CODE
    )


def _place(path: str) -> Place:
    """An engine's path (``steps.review.moves[1].to``) as a place."""
    return tuple(int(at) if at else name for name, at in _STEP.findall(path))


CHECKS: tuple[Check, ...] = (
    _check_names,
    _check_audience,
    _check_languages,
    _check_sign_in,
    _check_form,
    _check_eligibility,
    _check_about,
    _check_prefill,
    _check_tell,
    _check_found,
    _check_own_cases,
    _check_fee,
    _check_steps,
    _check_options,
    _check_notices,
    _check_templates,
    _check_outputs,
    _check_keep,
    _check_start_page,
    _check_translated,
    _check_sentences,
    _check_has_examples,
)
