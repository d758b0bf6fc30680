"""Pure decisions about applications: who may do what, and how the record of one reads to people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civium.engines.cases.events import (
    ApplicantAnswered,
    ApplicantAsked,
    ApplicantReminded,
    CaseClaimed,
    CaseDecided,
    CaseGivenBack,
    CaseHandedOver,
    CaseLinked,
    CaseMoved,
    CaseOpened,
    CaseReopened,
    CaseTakenOver,
    CaseUnlinked,
    CaseWithdrawn,
    MessageSent,
    NoteWritten,
    QuestionWithdrawn,
)
from civium.engines.cases.rules import usual_way
from civium.engines.cases.schema import Steps
from civium.engines.payments.events import (
    PaymentAsked,
    PaymentCancelled,
    PaymentDeclined,
    PaymentRefunded,
    PaymentSettled,
)
from civium.engines.registries.events import RegisterTold
from civium.foundation.design.showing import day, weekday
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.events import DataRead
from civium.foundation.privacy.rules import purpose_words
from civium.journeys.applications.events import (
    ActedForApplicant,
    ApplicationClaimed,
    ApplicationReopened,
    ApplicationSent,
    ApplicationStarted,
    CertificateIssued,
    CertificateWithdrawn,
    CounterHelpBegan,
    CounterHelpEnded,
    VersionChanged,
    WayBackClosed,
    WayBackMade,
    WayBackTaken,
)

if TYPE_CHECKING:
    from civium.engines.cases.models import Case
    from civium.engines.forms.rules import Form

READING = "eye"
FILLING = "pencil"


@dataclass(frozen=True)
class StoryLine:
    """One thing that happened, as a person reads it. ``icon`` and ``tone`` repeat the words for the eye.

    ``entry``: its number on the record. A page may let the line lead somewhere: ``href``, with ``link`` as the words.
    """

    at: datetime
    title: str
    by: str = ""
    icon: str = "info"
    tone: str = "sea"
    entry: int = 0
    href: str = ""
    link: str = ""


class RecordedEntry(Protocol):
    """An entry of the journal, as far as a story needs it."""

    pk: int
    at: datetime
    by_id: UUID | None
    on_behalf_of_id: UUID | None

    @property
    def event(self) -> Any: ...


@dataclass(frozen=True)
class Reader:
    """Who reads the story: words for steps and registers in their language, names of staff, and whether they are the applicant."""

    step_words: Callable[[str], str]
    staff_names: Mapping[UUID, str]
    applicant: UUID
    is_staff: bool
    guest: UUID | None = None
    register_words: Callable[[str], str] = str
    # Who acted for the applicant, and who reads it now when they do.
    hand_names: Mapping[UUID, str] = field(default_factory=dict)
    hands: UUID | None = None
    applicant_name: str = ""
    # Who of the staff read it, for the applicant: without a name, as “Who looked” says it; empty for who is no staff.
    reader_words: Callable[[DataRead, UUID], str] = lambda event, by: ""


def tell(entry: RecordedEntry, reader: Reader) -> StoryLine | None:
    """The entry in the reader's words; None for what is only of use to machines, or to staff."""
    told = _words(entry.event, reader)
    if told is None:
        return None
    title, icon, tone = told
    by = _by(entry, reader)
    return StoryLine(at=entry.at, title=title, by=by, icon=icon, tone=tone, entry=entry.pk)


def _by(entry: RecordedEntry, reader: Reader) -> str:
    person = entry.by_id
    if person is None:
        return ""
    is_read = isinstance(entry.event, DataRead) and not reader.is_staff
    if is_read and (said := reader.reader_words(entry.event, person)):
        return said
    if entry.on_behalf_of_id is not None:
        return _by_hands(person, reader)
    if reader.hands is not None and person in (reader.applicant, reader.guest):
        return reader.applicant_name
    if person in (reader.applicant, reader.guest):
        return _("The applicant") if reader.is_staff else _("You")
    return _("A member of staff") if is_read else reader.staff_names.get(person, _("A member of staff"))


def _by_hands(person: UUID, reader: Reader) -> str:
    """Who did it, and for whom: both names, for everybody who reads it."""
    if person in reader.staff_names:
        return _("At the counter, with %(name)s") % {"name": reader.staff_names[person]}
    if person == reader.hands:
        return _("You, for %(name)s") % {"name": reader.applicant_name}
    name = reader.hand_names.get(person) or _("Somebody")
    if reader.hands is not None:
        return _("%(name)s, for %(other)s") % {"name": name, "other": reader.applicant_name}
    said = _("%(name)s, for the applicant") if reader.is_staff else _("%(name)s, for you")
    return said % {"name": name}


def _words(event: Any, reader: Reader) -> tuple[str, str, str] | None:
    match event:
        case ApplicationStarted():
            return _("Application started"), "pencil", "grey"
        case ApplicationReopened():
            return _("Answers opened again to change them"), "pencil", "grey"
        case ApplicationClaimed():
            return _("Kept in an account from now on"), "user", "grey"
        case VersionChanged():
            return _("Moved to the newer form"), "pencil", "grey"
        case WayBackMade():
            return _("Code or link made, to go on later"), "mail", "grey"
        case WayBackTaken():
            return _("Opened with a code or link"), "eye", "grey"
        case WayBackClosed():
            return _("Code closed after wrong answers"), "triangle-alert", "coral"
        case ActedForApplicant(what=what):
            return {
                "pay": (_("Went to the payment page"), FILLING, "grey"),
                "ready": (_("Said that it is ready to be sent"), FILLING, "grey"),
            }.get(what, (_("Filled in"), FILLING, "grey"))
        case CounterHelpBegan():
            return _("Opened at the counter, to help"), "users", "sun"
        case CounterHelpEnded():
            return _("Help at the counter ended"), "users", "grey"
        case ApplicationSent():
            return _("Application sent"), "mail", "sea"
        case PaymentAsked():
            return _("Payment asked for"), "credit-card", "grey"
        case PaymentSettled():
            return _("Payment received"), "credit-card", "leaf"
        case PaymentDeclined():
            return _("Payment declined"), "credit-card", "coral"
        case PaymentCancelled():
            return _("Payment cancelled"), "credit-card", "grey"
        case PaymentRefunded():
            return _("Payment sent back"), "credit-card", "grey"
        case CaseOpened():
            return _("Application received"), "inbox", "sea"
        case CaseClaimed():
            return _("Took the case"), "user", "grey"
        case CaseGivenBack() if reader.is_staff:
            return _("Case given back to the team"), "users", "grey"
        case CaseHandedOver(to=to) if reader.is_staff:
            return _handed_over(to, reader), "users", "grey"
        case CaseTakenOver(held_by=held_by) if reader.is_staff:
            had = reader.staff_names.get(held_by, _("a colleague"))
            return _("Case taken over from %(name)s") % {"name": had}, "user", "grey"
        case NoteWritten() if reader.is_staff:
            return _("Note for colleagues"), "pencil", "grey"
        case CaseLinked() if reader.is_staff:
            return _("Linked to another case"), "folder-open", "grey"
        case CaseUnlinked() if reader.is_staff:
            return _("Link to another case removed"), "folder-open", "grey"
        case CaseMoved(step=step):
            return _("Now: %(step)s") % {"step": reader.step_words(step)}, "chevron-right", "sea"
        case ApplicantAsked(named=named, until=until):
            return _asked(bool(named), until, reader), "message-circle", "sun"
        case ApplicantReminded(is_late=is_late):
            return _("The day to answer has passed") if is_late else _("Reminder sent"), "clock", "sun"
        case QuestionWithdrawn():
            return _("The question was withdrawn. The clock goes on."), "message-circle", "grey"
        case ApplicantAnswered(named=named):
            return (
                _("Answers corrected. The clock goes on.")
                if named
                else _("Question answered. The clock goes on."),
                "message-circle",
                "sea",
            )
        case MessageSent(is_from_applicant=is_from_applicant):
            mine = is_from_applicant != reader.is_staff
            return _("Message sent") if mine else _("Message received"), "mail", "grey"
        case CaseReopened(step=step):
            return _("Reopened: %(step)s") % {"step": reader.step_words(step)}, "pencil", "sun"
        case CaseWithdrawn():
            return (
                _("Withdrawn by the applicant") if reader.is_staff else _("You withdrew your application"),
                "undo-2",
                "grey",
            )
        case CaseDecided(step=step):
            return _("Decided: %(step)s") % {"step": reader.step_words(step)}, "check", "leaf"
        case CertificateIssued():
            return _("Document issued"), "file-text", "leaf"
        case CertificateWithdrawn():
            return _("Document withdrawn"), "file-text", "coral"
        case RegisterTold(register=register, result="taken"):
            return _("Told: %(register)s") % {"register": reader.register_words(register)}, "check", "leaf"
        case RegisterTold(register=register, result="refused"):
            said = _("Not accepted by %(register)s. A member of staff looks at it")
            return said % {"register": reader.register_words(register)}, "info", "coral"
        case RegisterTold(register=register):
            said = _("No answer yet from %(register)s. We try again by ourselves")
            return said % {"register": reader.register_words(register)}, "clock", "grey"
        case DataRead(channel="job"):
            return None
        case DataRead(purpose="find-case") if reader.is_staff:
            return None  # each list that a colleague opened would stand between what was done
        case DataRead(channel="file"):
            return _("A file opened, to work on the case"), READING, "grey"
        case DataRead(purpose="work-on-case"):
            return _("Answers read, to work on the case"), READING, "grey"
        case DataRead(purpose=purpose):
            return _("Data read: %(purpose)s") % {"purpose": purpose_words(purpose)}, READING, "grey"
    return None


def _asked(is_named: bool, until: date | None, reader: Reader) -> str:
    if reader.is_staff:
        said = (
            _("Asked the applicant to correct answers. The clock stands still.")
            if is_named
            else _("Question to the applicant. The clock stands still.")
        )
    elif is_named:
        said = _("We asked you to correct answers. The clock stands still until you do.")
    else:
        said = _("We asked you a question. The clock stands still until you answer.")
    # Not inside the f-string: there, the tool that collects words for translation does not find them.
    last = _("Until %(day)s") % {"day": day(until)} if until else ""
    return f"{said} {last}." if last else said


def _handed_over(to: UUID | None, reader: Reader) -> str:
    if to is None:
        return _("Case handed to the team")
    return _("Case handed to %(name)s") % {"name": reader.staff_names.get(to, _("a colleague"))}


def once_a_day(lines: Iterable[StoryLine]) -> Iterator[StoryLine]:
    """The lines without repetition: the same thing by the same person on the same day is told once, where it was last."""
    seen: set[tuple[str, str, date]] = set()
    for line in lines:
        same = (line.title, line.by, line.at.date())
        if same not in seen:
            yield line
        if line.icon in (READING, FILLING):
            seen.add(same)


def initials(name: str) -> str:
    """The first letter of each part of a name, for comparing a paper with its holder: ``A. H.``."""
    return " ".join(f"{part[0].upper()}." for part in name.split()[:6])


# The colour of each status; the words say the same.
TONES = {
    "received": "sea",
    "in-review": "sea",
    "waiting-for-you": "sun",
    "waiting-for-others": "grey",
    "agreed": "leaf",
    "refused": "coral",
    "closed": "grey",
    "withdrawn": "grey",
}


STATUSES = {
    "received": gettext_lazy("Received"),
    "in-review": gettext_lazy("In review"),
    "waiting-for-you": gettext_lazy("Waiting for you"),
    "waiting-for-others": gettext_lazy("Waiting for others"),
    "agreed": gettext_lazy("Agreed"),
    "refused": gettext_lazy("Refused"),
    "closed": gettext_lazy("Closed"),
    "withdrawn": gettext_lazy("Withdrawn"),
}


def status_words(status: str) -> str:
    """A status as people read it."""
    return str(STATUSES.get(status, status))


def promise(case: Case, *, is_staff: bool = False) -> str:
    """The date that counts for the applicant, in a sentence for whoever reads it."""
    if case.closed_at and case.is_withdrawn:
        return _("Withdrawn on %(day)s") % {"day": day(the_town().today(case.closed_at))}
    if case.closed_at:
        return _("Decided on %(day)s") % {"day": day(the_town().today(case.closed_at))}
    if case.is_paused and is_staff:
        return _("The clock stands still until the applicant answers.")
    if case.is_paused:
        return _("The clock stands still until you answer.")
    if case.chosen_on and case.due_on == case.chosen_on:
        return (_("On %(day)s, as chosen") if is_staff else _("Your day: %(day)s")) % {
            "day": weekday(case.chosen_on)
        }
    if case.chosen_on and case.expected_on == case.chosen_on and not is_staff:
        words = _("You chose %(day)s. We answer by %(due)s.")
        return words % {"day": weekday(case.chosen_on), "due": day(case.due_on)}
    if case.chosen_on and case.expected_on == case.chosen_on:
        return _("Chosen: %(day)s") % {"day": weekday(case.chosen_on)}
    return _("Decision by %(day)s") % {"day": day(case.expected_on)}


@dataclass(frozen=True)
class Stop:
    """One step on the way of a case: behind, here, or ahead."""

    text: str
    state: Literal["done", "now", "ahead"]


def stops(
    steps: Steps, here: str, visited: Sequence[str], words: Callable[[str], str], *, is_over: bool = False
) -> list[Stop]:
    """The way of a case: the steps it went through, where it is, and the usual rest of the way.

    A case that was sent back stands where it stood before: what came after that is ahead of it again. ``is_over``: it was
    withdrawn, so nothing is.
    """
    way = list(dict.fromkeys([steps.first, *visited, here]))
    behind = way[: way.index(here)]
    if is_over:
        return [Stop(words(step), "done") for step in [*behind, here]]
    ahead = [] if steps[here].end else [step for step in usual_way(steps, here)[1:] if step not in behind]
    return [
        *(Stop(words(step), "done") for step in behind),
        Stop(words(here), "done" if steps[here].end else "now"),
        *(Stop(words(step), "ahead") for step in ahead),
    ]


def answers_that_stay(answers: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """The answers to questions and lists that a form has by the same name; whether they still fit is for its journey to say."""
    known = {ready.name for _page, ready in form.questions()}
    known |= {page.repeat.name for page in form.pages if page.repeat}
    return {name: value for name, value in answers.items() if name in known}


def said_of_self(form: Form, prefill: Mapping[str, str], answers: Mapping[str, Any]) -> tuple[str, str]:
    """The name and the e-mail address that somebody without an account gave in their answers; empty when they did not."""
    by_register = next((name for name, source in prefill.items() if source.endswith(".name")), "")
    name = answers.get(by_register) or _first_answer(form, answers, "person-name")
    if isinstance(name, Mapping):
        name = name.get("full", "")
    email = _first_answer(form, answers, "email")
    return (name if isinstance(name, str) else ""), (email if isinstance(email, str) else "")


def _first_answer(form: Form, answers: Mapping[str, Any], kind: str) -> Any:
    asked = (ready for page, ready in form.questions() if ready.question.type == kind and not page.repeat)
    return next((answers[ready.name] for ready in asked if answers.get(ready.name)), "")
