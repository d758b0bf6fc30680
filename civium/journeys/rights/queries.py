"""Reads about what people ask for: which case they mean, what an erasure would do, what is on its way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case
from civium.foundation.design.showing import day
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import beyond_the_wall
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.queries import find_asked_to_lie, find_locked_away, is_kept_by_law
from civium.foundation.vault.actions.sealing import KeyDestroyed
from civium.journeys.applications.models import Application
from civium.journeys.applications.queries import (
    Fate,
    applications_of,
    fates_of,
    kept_once_ended,
    read_journey,
)
from civium.journeys.catalogue.queries import get_offer_version

from .checking import (
    WHICH,
    CheckedReading,
    agencies_to_check,
    check_readings,
    check_staff,
    count_asked,
    find_asked,
    find_person_asked_for,
    find_reading_asked_about,
)
from .holding_words import held_rows, kept_rows
from .kept import OCCASIONS, Kept, find_kept, find_openings, get_kept, is_open_to, read_kept
from .models import CarriedOut, Export
from .odd_readings import OFFICE_HOURS
from .register import find_to_be_done, find_was_done, officer, register
from .rules import (
    BEING_DONE,
    DONE,
    EFFECTS,
    KEPT_FOR,
    NOT_AS_ASKED,
    OBJECTED_PURPOSES,
    REQUEST_SERVICE,
    RESULTS,
    WAS_DONE,
    Wish,
    read_wish,
)
from .usage import Usage, find_first_reading_at, find_usages
from .waiting_for_another import WaitsForAnother, find_waiting_for_another, roles_that_nobody_has

# What other rooms may have of our own modules.
__all__ = [
    "OCCASIONS",
    "OFFICE_HOURS",
    "WHICH",
    "CheckedReading",
    "Kept",
    "Usage",
    "WaitsForAnother",
    "agencies_to_check",
    "check_readings",
    "check_staff",
    "count_asked",
    "find_asked",
    "find_first_reading_at",
    "find_kept",
    "find_openings",
    "find_person_asked_for",
    "find_reading_asked_about",
    "find_to_be_done",
    "find_usages",
    "find_waiting_for_another",
    "find_was_done",
    "get_kept",
    "held_rows",
    "is_open_to",
    "kept_rows",
    "officer",
    "read_kept",
    "register",
]


@dataclass(frozen=True)
class Plan:
    """What an erasure will do, before it does it. ``refusal``: a code when it cannot be done. ``unseen``: how many more cases it ends that
    whoever looks at it may not see."""

    fates: list[Fate]
    is_everything: bool
    refusal: str = ""
    unseen: int = 0

    @property
    def destroys(self) -> bool:
        """Whether anything goes for good."""
        return not self.refusal and (self.is_everything or bool(self.erased))

    @property
    def kept(self) -> list[Fate]:
        """What the law keeps, locked away until its date."""
        return [fate for fate in self.fates if fate.until is not None]

    @property
    def erased(self) -> list[Fate]:
        """What goes at once."""
        return [fate for fate in self.fates if fate.until is None]


@dataclass(frozen=True)
class Request:
    """What a case asks for about data: which case is meant, of which service; what an erasure will do; that it is being done, or what
    was done, in words."""

    about: Case | None
    title: str
    erasure: Plan | None
    being_done: str
    was_done: str


@dataclass(frozen=True)
class Effect:
    """What carrying out a request will do, before it is done: in words, with the case that is meant, or the plan of an erasure."""

    words: str = ""
    erasure: Plan | None = None
    about: Case | None = None
    title: str = ""


def get_case_of_wish(person: Person, wish: Wish) -> Case | None:
    """The person's own case that the wish names; None when there is none of that reference."""
    try:
        case = get_case(wish.reference, for_=person)
    except NotFound:
        return None
    return case if case.applicant_id == person.pk else None


def plan_erasure(person: Person, *, about: Case | None, at: datetime) -> Plan:
    """What an erasure of the person, or of one of their cases, does."""
    if about is None and person.works_here:
        return Plan([], is_everything=True, refusal="works-here")
    owner = about.subject if about else person.vault_key
    return Plan(fates_of(owner, at=at), is_everything=about is None)


def read_request(case: Case, *, for_: Person, at: datetime) -> Request | None:
    """What this case asks for about data, for whoever decides it; None for a case that asks for nothing of the kind.

    Opens the answers: whoever asks has said why they read the case. A question about what they did themselves is not shown to them here either.
    """
    if case.service != REQUEST_SERVICE:
        return None
    wish = wish_of(case)
    is_erasure = wish.what == "erase" and case.closed_at is None
    with beyond_the_wall():  # the whole town's cases of the person are what it is about
        meant = _meant_by(wish, case)
        about = _shown_to(for_, meant)
        return Request(
            about=about,
            title=_title(about),
            erasure=_plan_of(wish, case, meant, for_=for_, at=at) if is_erasure else None,
            being_done=being_done(case, at=at),
            was_done=_was_done(case, about),
        )


def _shown_to(person: Person, about: Case | None) -> Case | None:
    return about if about and about.concerns_id != person.pk else None


def _title(about: Case | None) -> str:
    return title_of_case(about, language=get_language() or "en") if about else ""


def _was_done(case: Case, about: Case | None) -> str:
    done = CarriedOut.objects.filter(case=case).select_related("case", "person").first()
    if done is None:
        return ""
    said = [str(WAS_DONE[result_now(done)])]
    locked = find_locked_away(owner=about.subject) if about else []
    said += [_("It will be erased on %(day)s.") % {"day": day(each.until)} for each in locked if each.until]
    return " ".join(said)


def was_granted(case: Case, *, at: datetime) -> bool:
    """Whether the case asks for something about data that was agreed to, as long as one knows what became of it."""
    return (
        case.service == REQUEST_SERVICE
        and case.step == DONE
        and case.closed_at is not None
        and at - case.closed_at < KEPT_FOR
    )


def waits_for_another(case: Case) -> bool:
    """Whether the case is about somebody at work here, and nobody else may answer it before an administrator lets them."""
    return case.concerns_id is not None and case.closed_at is None and bool(roles_that_nobody_has(case))


def being_done(case: Case, *, at: datetime) -> str:
    """That what the case asks for about data was agreed to and is not carried out yet, in words; empty when that is not so."""
    waits = was_granted(case, at=at) and not CarriedOut.objects.filter(case=case).exists()
    return str(BEING_DONE) if waits else ""


@dataclass(frozen=True)
class Became:
    """What became of a request that was agreed to, for whoever asked. ``as_asked``: whether it is what they wanted."""

    words: str
    as_asked: bool


def what_became(case: Case, *, at: datetime) -> Became | None:
    """What became of what the case asks for about data; None where that is not agreed to, or no longer known."""
    if not was_granted(case, at=at):
        return None
    return became_of(
        case, CarriedOut.objects.filter(case=case).select_related("case", "person").first(), at=at
    )


def became_of(case: Case, done: CarriedOut | None, *, at: datetime) -> Became | None:
    """The same, with what was done at hand."""
    if done is None:
        return Became(str(BEING_DONE), as_asked=True) if was_granted(case, at=at) else None
    result = result_now(done)
    return Became(str(RESULTS[result]), as_asked=result not in NOT_AS_ASKED)


def find_not_as_asked(cases: Collection[Case]) -> set[UUID]:
    """Those of these cases that asked for something about data, were agreed to, and did not become what was asked for."""
    requests = [case.pk for case in cases if case.service == REQUEST_SERVICE]
    if not requests:
        return set()
    found = CarriedOut.objects.filter(case__in=requests, result__in=NOT_AS_ASKED)
    return {
        done.case_id for done in found.select_related("case", "person") if result_now(done) in NOT_AS_ASKED
    }


def title_of_case(case: Case, *, language: str) -> str:
    """Which service it is of."""
    return str(get_offer_version(case.service, case.version).words(language).title)


def find_effect(case: Case, *, to: str, for_: Person, at: datetime) -> Effect | None:
    """What moving this case to the step will do; None when it carries out nothing. Opens the answers."""
    if case.service != REQUEST_SERVICE or to != DONE:
        return None
    wish = wish_of(case)
    with beyond_the_wall():  # the whole town's cases of the person are what it is about
        meant = _meant_by(wish, case)
        if wish.what == "erase":
            return Effect(erasure=_plan_of(wish, case, meant, for_=for_, at=at))
    words, shown = str(EFFECTS[_effect_code(wish, meant)]), _shown_to(for_, meant)
    return Effect(words, about=shown, title=_title(shown))


def _effect_code(wish: Wish, about: Case | None) -> str:
    if wish.what == "restrict":
        if about:
            return "restrict-kept" if is_kept_by_law(about.subject) else "restrict-case"
        return "restrict-nothing" if wish.reference else "restrict-everything"
    if wish.what == "object":
        return "object" if wish.purpose in OBJECTED_PURPOSES else "note"
    if wish.right_name:
        return "correct-name"
    if about is None:
        return "note"
    return "correct-kept" if is_kept_by_law(about.subject) else "correct-case"


def wish_of(case: Case) -> Wish:
    """What the case asks for about data, by the answers that count. Opens them: whoever asks has said why they read the case."""
    application = Application.objects.select_related("draft").get(pk=case.subject.partition(":")[2])
    return read_wish(read_journey(application).answers)


def _meant_by(wish: Wish, case: Case) -> Case | None:
    return get_case_of_wish(case.applicant, wish) if wish.reference else None


def _plan_of(wish: Wish, case: Case, meant: Case | None, *, for_: Person, at: datetime) -> Plan:
    if wish.reference and meant is None:
        return Plan([], is_everything=False, refusal="nothing-found")
    plan = plan_erasure(case.applicant, about=meant, at=at)
    seen = [fate for fate in plan.fates if fate.concerns_id != for_.pk]
    fates = [_once_carried_out(fate, case, at=at) for fate in seen]
    return replace(plan, fates=fates, unseen=len(plan.fates) - len(seen))


def _once_carried_out(fate: Fate, case: Case, *, at: datetime) -> Fate:
    """The request itself is decided by then, and kept."""
    if fate.application.subject != case.subject or not fate.is_open:
        return fate
    return replace(fate, is_open=False, until=kept_once_ended(fate.application, DONE, at=at))


def find_requests(person: Person) -> list[Case]:
    """What the person asked for about their data, the newest first."""
    mine = Case.objects.filter(applicant=person, service=REQUEST_SERVICE)
    return list(mine.order_by("-opened_at")[:20])


def title_of_request(case: Case, *, language: str) -> str:
    """What the person asked for, in the reader's words: the case keeps it in those of the language that it was sent in."""
    return get_offer_version(case.service, case.version).retell_about(case.about, language=language)


def find_done(person: Person) -> list[CarriedOut]:
    """What was done of it, the newest first."""
    return list(
        CarriedOut.objects.filter(person=person).select_related("case", "person").order_by("-done_at")[:20]
    )


def result_now(done: CarriedOut) -> str:
    """The code of what was done, as it is now: what lay still may be used again since, and what the law kept be erased."""
    if done.result == "everything-restricted":
        owner = done.person.vault_key
    elif done.result in ("case-restricted", "kept-by-law"):
        try:
            about = get_case_of_wish(done.person, wish_of(done.case))
        except KeyDestroyed:  # what the request was about is forgotten
            return "noted"
        owner = about.subject if about else ""
        if not applications_of(owner):
            return "case-erased"
        if is_kept_by_law(owner):
            return "kept-by-law"
    else:
        return done.result
    return done.result if find_asked_to_lie([owner]) else "no-longer-restricted"


def find_export(person: Person) -> Export | None:
    """The copy that is being made or lies ready; None when there is none."""
    return (
        Export.objects.filter(person=person, forgotten_at=None)
        .select_related("file")
        .order_by("-asked_at")
        .first()
    )


def find_subjects(person: Person) -> list[str]:
    """What the person's cases are about, but for those that ask about the data itself: these go on."""
    mine = Case.objects.filter(applicant=person).exclude(service=REQUEST_SERVICE)
    return list(mine.order_by("opened_at").values_list("subject", flat=True))
