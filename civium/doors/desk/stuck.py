"""What an administrator reads about work that failed: what it was, what its failure means, and which case waits for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civium.engines.cases.models import Case
from civium.engines.cases.queries import find_cases_of_streams
from civium.engines.cases.rules import may_work_on
from civium.engines.notices.queries import StuckMail
from civium.foundation.identity.models import Person
from civium.foundation.jobs.models import QueuedJob
from civium.foundation.journal.models import ReactionRun

# By name: what the work is, and what does not happen while it is stuck.
WORK = {
    "api.end_tokens_made_since": (
        gettext_lazy("End the access of programs after a sign-in that was not the owner's"),
        gettext_lazy("A program that a stranger let in may still get in."),
    ),
    "applications.ask_registers_again": (
        gettext_lazy("Ask registers again who may act for whom"),
        gettext_lazy("Somebody may still act for a child or a company who should not."),
    ),
    "applications.copy_to_those_who_receive": (
        gettext_lazy("Copy a message to those who may receive it"),
        gettext_lazy("Whoever receives for the applicant does not have the message."),
    ),
    "applications.tell_that_a_mandate_ends_soon": (
        gettext_lazy("Tell both sides that a mandate ends soon"),
        gettext_lazy("They may not give it anew in time."),
    ),
    "applications.tell_that_a_mandate_holds": (
        gettext_lazy("Tell both sides that a mandate holds"),
        gettext_lazy("They do not know that one acts for the other. Their pages show it."),
    ),
    "applications.tell_that_a_mandate_is_over": (
        gettext_lazy("Tell both sides that a mandate is over"),
        gettext_lazy("They do not know that it is over. It lets nobody do anything any more."),
    ),
    "applications.tell_that_an_invitation_was_declined": (
        gettext_lazy("Tell somebody that their invitation was declined"),
        gettext_lazy("They do not know that they must ask somebody else."),
    ),
    "applications.tell_what_the_register_said": (
        gettext_lazy("Tell people what a register said about who acts for whom"),
        gettext_lazy("They do not know what they can do."),
    ),
    "applications.write_the_invitation": (
        gettext_lazy("Send an invitation to act for somebody"),
        gettext_lazy("The invited person has no link."),
    ),
    "federation.end_what_was_linked_since": (
        gettext_lazy("End identities and sister systems after a sign-in that was not the owner's"),
        gettext_lazy(
            "A sister system may still know what a stranger let it know. The identity opens nothing any more."
        ),
    ),
    "identity.forget_accounts_of_old_sign_ins": (
        gettext_lazy("Forget what accounts were at sign-ins that are older than a week"),
        gettext_lazy("They are kept longer than needed, sealed."),
    ),
    "federation.forget_old_tokens": (
        gettext_lazy("Forget old tokens of sister systems"),
        gettext_lazy("They are kept longer than needed. They open nothing any more."),
    ),
    "identity.end_mandates_of_yesterday": (
        gettext_lazy("Write down which mandates ran out"),
        gettext_lazy("Their pages may still show them. They let nobody do anything any more."),
    ),
    "identity.tell_of_mandates_that_end": (
        gettext_lazy("Find mandates that end soon"),
        gettext_lazy("Nobody is reminded of them."),
    ),
    "emergencies.tell_of_the_emergency": (
        gettext_lazy("Tell somebody that their case was opened in an emergency"),
        gettext_lazy("The person does not know yet. They must be told without delay."),
    ),
    "rights.carry_out": (
        gettext_lazy("Do what was decided about somebody's data"),
        gettext_lazy("What the person was promised is not done yet. The law counts the days."),
    ),
    "rights.do_what_was_decided": (
        gettext_lazy("Begin what was decided about somebody's data"),
        gettext_lazy("What the person was promised is not done yet. The law counts the days."),
    ),
    "rights.erase_what_is_over": (
        gettext_lazy("Erase what has been kept long enough"),
        gettext_lazy("Data is kept longer than the law allows."),
    ),
    "rights.link_to_the_reading": (
        gettext_lazy("Link a question to the reading that it names"),
        gettext_lazy("Whoever read may see the question, and those who answer do not see what it is about."),
    ),
    "rights.make_export": (
        gettext_lazy("Make somebody's copy of their data"),
        gettext_lazy("The person waits for it."),
    ),
    "rights.tell_of_erasure": (
        gettext_lazy("Tell a register that somebody was erased"),
        gettext_lazy("The register may still hold what it heard from us."),
    ),
    "applications.deliver_outcome": (
        gettext_lazy("Make the document of a decision and tell the applicant"),
        gettext_lazy("The applicant has neither the document nor the message about the decision."),
    ),
    "applications.hand_in_what_was_paid": (
        gettext_lazy("Hand in an application that was paid for"),
        gettext_lazy("The money came, but no case is open yet."),
    ),
    "applications.tell_of_money_that_nobody_expected": (
        gettext_lazy("Tell the payer of money that nobody expected"),
        gettext_lazy("The payer does not know what happens with the money."),
    ),
    "applications.send_the_receipt": (
        gettext_lazy("Send the receipt of an application"),
        gettext_lazy("The applicant has no message with the reference."),
    ),
    "applications.tell_of_the_step": (
        gettext_lazy("Tell the applicant of the next step"),
        gettext_lazy("The applicant has no message about where the case stands."),
    ),
    "applications.tell_of_a_file_that_cannot_be_used": (
        gettext_lazy("Tell the applicant of a file that cannot be used"),
        gettext_lazy("The applicant does not know that the file is missing."),
    ),
    "applications.pass_on_the_question": (
        gettext_lazy("Send a question to the applicant"),
        gettext_lazy("The applicant has no message about the question. The page of the case shows it."),
    ),
    "applications.pass_on_the_message": (
        gettext_lazy("Tell somebody of a message about a case"),
        gettext_lazy("They do not know of the message. The page of the case shows it."),
    ),
    "applications.remind_the_applicant": (
        gettext_lazy("Remind an applicant of a question"),
        gettext_lazy("The applicant may forget to answer."),
    ),
    "applications.tell_colleagues_of_the_note": (
        gettext_lazy("Tell colleagues of a note"),
        gettext_lazy("Whoever the note names does not know of it. The page of the case shows it."),
    ),
    "applications.tell_of_the_reopened_case": (
        gettext_lazy("Tell the applicant that a case is open again"),
        gettext_lazy("The applicant has no message about it. The page of the case shows it."),
    ),
    "applications.tell_that_no_answer_is_needed": (
        gettext_lazy("Tell the applicant that no answer is needed any more"),
        gettext_lazy("The applicant may answer for nothing."),
    ),
    "applications.tell_one_register": (
        gettext_lazy("Tell another register"),
        gettext_lazy("The register does not know of the change yet."),
    ),
    "applications.tell_registers_of_the_opening": (
        gettext_lazy("Begin to tell other registers of a new case"),
        gettext_lazy("The registers do not know of it yet."),
    ),
    "applications.tell_registers_of_the_step": (
        gettext_lazy("Begin to tell other registers of a step"),
        gettext_lazy("The registers do not know of it yet."),
    ),
    "applications.tell_registers_of_the_end": (
        gettext_lazy("Begin to tell other registers of a decision"),
        gettext_lazy("The registers do not know of it yet."),
    ),
    "cases.find_the_new_case": (
        gettext_lazy("Let a new case be found by its words"),
        gettext_lazy("The search does not find the case by words or names. Its reference and its queue do."),
    ),
    "cases.find_by_the_new_name": (
        gettext_lazy("Let somebody's cases be found by their new name"),
        gettext_lazy("Staff find them by the old name only."),
    ),
    "cases.forget_presences": (
        gettext_lazy("Forget who had the page of a case open"),
        gettext_lazy("It is kept longer than needed. Nobody waits for this."),
    ),
    "cases.remind_applicants": (
        gettext_lazy("Look for answers that are due soon or overdue"),
        gettext_lazy("Applicants are not reminded."),
    ),
    "catalogue.count_what_services_do": (
        gettext_lazy("Work out how long services really take"),
        gettext_lazy("The pages of services show older figures."),
    ),
    "identity.forget_old_sessions": (
        gettext_lazy("Forget sign-ins that are over"),
        gettext_lazy("They are kept longer than needed. Nobody waits for this."),
    ),
    "applications.give_the_outcome": (
        gettext_lazy("Begin to make the document of a decision"),
        gettext_lazy("The applicant has neither the document nor the message about the decision."),
    ),
    "applications.remind_of_expiring_applications": (
        gettext_lazy("Remind people of applications that are deleted soon"),
        gettext_lazy("Somebody may lose what they began without having been told."),
    ),
    "applications.end_help_of_the_day": (
        gettext_lazy("End the help at the counter for the night"),
        gettext_lazy("Staff can still open applications that they helped with at the counter."),
    ),
    "payments.close_checkout": (
        gettext_lazy("Close a payment page"),
        gettext_lazy("Somebody can still pay what we do not ask for any more."),
    ),
    "payments.deliver_demo_call": (
        gettext_lazy("Say that a demo payment was made"),
        gettext_lazy("A payment of the demo town stays open."),
    ),
    "payments.ask_about_pending": (
        gettext_lazy("Ask the payment service about payments on their way"),
        gettext_lazy("Payments without an answer stay open."),
    ),
    "notices.carry_notice": (
        gettext_lazy("Send a message by e-mail"),
        gettext_lazy("The message is in the person's inbox here, but not in their e-mail."),
    ),
    "notices.carry_letter": (
        gettext_lazy("Send an e-mail about an account"),
        gettext_lazy("Somebody waits for a code or a link."),
    ),
    "files.check_quarantine": (
        gettext_lazy("Check new files for viruses"),
        gettext_lazy("New files wait and nobody can open them."),
    ),
    "files.sweep_files": (
        gettext_lazy("Remove files that belong to nothing"),
        gettext_lazy("They are kept longer than needed."),
    ),
    "jobs.forget_done_jobs": (
        gettext_lazy("Clear the list of done work"),
        gettext_lazy("The list grows. Nobody waits for this."),
    ),
    "journal.run_reactions": (
        gettext_lazy("Do what follows from something that was recorded"),
        gettext_lazy("What should have followed did not happen."),
    ),
    "journal.sign_the_record": (
        gettext_lazy("Sign the record"),
        gettext_lazy("What was recorded since cannot be proved yet."),
    ),
    "journal.sign_what_came_late": (
        gettext_lazy("Sign what came late to the record"),
        gettext_lazy("What was recorded since cannot be proved yet."),
    ),
    "journal.find_lost_reactions": (
        gettext_lazy("Look for work that got lost"),
        gettext_lazy("Lost work is not found by itself."),
    ),
}
# By the class of the error: what is wrong, and what can be done about it.
ERRORS = {
    "SealMissing": gettext_lazy("The town's seal key is missing. Put it back, then try again."),
    "SealBroken": gettext_lazy("Something that is kept sealed does not open. It may be damaged or changed."),
    "SigningKeyMissing": gettext_lazy(
        "The key that signs the record is missing. Put it back, then try again."
    ),
    "RootKeyMissing": gettext_lazy("The root key is missing. Put it back, then try again."),
    "KeyDestroyed": gettext_lazy("What it needs was deleted for good. Trying again does not help."),
    "PdfLibrariesMissing": gettext_lazy("Programs that make PDF files are missing on this machine."),
    "OperationalError": gettext_lazy("The database did not answer. Try again."),
    "ContentMissing": gettext_lazy("A file is missing from the data folder."),
    "ConnectionRefusedError": gettext_lazy("Another system did not answer. Try again."),
    "TimeoutError": gettext_lazy("Another system did not answer in time. Try again."),
    "DoesNotExist": gettext_lazy("What it is about is not there any more. Trying again does not help."),
}
# By the kind of a message that no service document words: what it says.
MESSAGES = {
    "file-refused": gettext_lazy("A file cannot be used"),
    "document-withdrawn": gettext_lazy("A document is withdrawn"),
    "unexpected-money": gettext_lazy("Money came that nobody expected"),
    "answer-overdue": gettext_lazy("An answer is overdue"),
    "answer-reminder": gettext_lazy("An answer is due soon"),
    "question-withdrawn": gettext_lazy("A question needs no answer any more"),
    "message": gettext_lazy("A message about a case"),
    "applicant-wrote": gettext_lazy("The applicant wrote a message"),
    "case-reopened": gettext_lazy("A case is open again"),
}
_STREAM = re.compile(r"(?:case|application):[0-9a-f-]{36}")


@dataclass(frozen=True)
class StuckWork:
    """One job or reaction that failed for good. ``error`` and ``trace`` are for whoever repairs the program."""

    kind: str
    id: Any
    name: str
    what: str
    means: str
    why: str
    error: str
    trace: str
    at: datetime | None
    about: str
    href: str


def stuck_work(
    jobs: Sequence[QueuedJob], reactions: Sequence[ReactionRun], *, for_: Person
) -> list[StuckWork]:
    """Everything that failed for good, in words, with the case that each is about: one read for all of them."""
    rows: list[QueuedJob | ReactionRun] = [*jobs, *reactions]
    streams = [_streams_of(row) for row in rows]
    cases: dict[str, Case] = {}
    for case in find_cases_of_streams({stream for each in streams for stream in each}):
        cases[case.subject] = cases[case.stream] = case
    return [_told(row, each, cases, for_) for row, each in zip(rows, streams, strict=True)]


@dataclass(frozen=True)
class ShownMail:
    """A message that is not out: what it is, to which kind of person, about which case; nothing about anybody."""

    mail: StuckMail
    what: str
    to: str
    about: str
    href: str


def shown_mail(mail: Sequence[StuckMail], *, for_: Person) -> list[ShownMail]:
    """Each message in words, with the case that it is about: one read for all of them."""
    streams = {each.about for each in mail if _STREAM.fullmatch(each.about)}
    cases = {name: case for case in find_cases_of_streams(streams) for name in (case.subject, case.stream)}
    return [_mail_words(each, cases.get(each.about), for_) for each in mail]


def _mail_words(mail: StuckMail, case: Case | None, for_: Person) -> ShownMail:
    if mail.is_letter:
        return ShownMail(
            mail, _("About an account: a code, a link or a warning"), _("Whoever has it"), "", ""
        )
    what = MESSAGES.get(mail.kind) or _("Message “%(kind)s” of the service") % {"kind": mail.kind}
    return ShownMail(
        mail,
        str(what),
        _("A colleague") if mail.to_staff else _("The applicant"),
        case.shown_reference if case else _("An application without a case") if mail.about else "",
        reverse("desk:case", args=[case.reference]) if case and may_work_on(for_, case) else "",
    )


def work_words(name: str) -> str:
    """What the work is; its name when nobody has put it into words."""
    return str(WORK[name][0]) if name in WORK else name


def error_words(error: str) -> str:
    """What an error means, by the last part of its class's name."""
    kind = error.rpartition(".")[2]
    return str(
        ERRORS.get(kind, _("Something went wrong that the program did not expect. Show it to its makers."))
    )


def _streams_of(row: QueuedJob | ReactionRun) -> list[str]:
    if isinstance(row, ReactionRun):
        told: Iterable[str] = (row.entry.stream, row.entry.also)
    else:
        told = (value for value in row.args_kwargs["args"] if isinstance(value, str))
    return [name for name in told if _STREAM.fullmatch(name)]


def _told(
    row: QueuedJob | ReactionRun, streams: Sequence[str], cases: dict[str, Case], for_: Person
) -> StuckWork:
    if isinstance(row, QueuedJob):
        kind, name, error, trace, at = "job", row.name, row.why, row.traceback, row.finished_at
    else:
        kind, name, error, trace, at = "reaction", row.reaction, row.error, row.trace, row.tried_at
    case = next((cases[stream] for stream in streams if stream in cases), None)
    return StuckWork(
        kind=kind,
        id=row.id,
        name=name,
        what=work_words(name),
        means=str(WORK[name][1]) if name in WORK else "",
        why=error_words(error),
        error=error,
        trace=trace,
        at=at,
        about=case.shown_reference if case else _("An application without a case") if streams else "",
        href=reverse("desk:case", args=[case.reference]) if case and may_work_on(for_, case) else "",
    )
