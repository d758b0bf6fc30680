"""What is said about a case: messages to the applicant, notes for colleagues, questions withdrawn, who is looking at it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.doors.desk.views.case_page import case_page, form_page, open_file, refused, revision_of
from civium.doors.desk.views.page import caseworkers, get_work, reader_language, show
from civium.engines.cases.actions.be_present import be_present, leave
from civium.engines.cases.actions.send_message import SentAlready
from civium.engines.cases.actions.withdraw_question import withdraw_question
from civium.engines.cases.actions.write_note import write_note
from civium.engines.cases.models import Case, Note
from civium.engines.cases.queries import find_colleagues, find_mentions, get_question
from civium.engines.cases.rules import mentioned, mentioned_in_vain
from civium.foundation.identity.policy import SignedInRequest, open_to
from civium.foundation.identity.queries import find_shown_names
from civium.foundation.kit.languages import listed
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.journeys.applications.actions.send_answer import UnusableFile
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.applications.queries import find_message_templates, get_filled_template
from civium.journeys.catalogue.queries import get_offer_version

MENTIONS = 30


@open_to(caseworkers)
@require_GET
def mentions(request: SignedInRequest) -> HttpResponse:
    """Where notes of colleagues name the reader, the latest first. What a note says stays with its case."""
    before, unread = request.GET.get("before", ""), request.GET.get("only") == "unread"
    require(before == "" or (before.isascii() and before.isdigit() and len(before) < 19), NotFound)
    found = find_mentions(
        request.user, unread=unread, before=int(before) if before else None, limit=MENTIONS + 1
    )
    names = find_shown_names({each.note.written_by_id for each in found})
    rows = [
        {
            "mention": each,
            "case": each.note.case,
            "service": _title_of(each.note.case),
            "who": names.get(each.note.written_by_id) or _("A colleague"),
            "why": _WHY[Note.Kind(each.note.kind)],
        }
        for each in found[:MENTIONS]
    ]
    following = found[MENTIONS - 1].pk if len(found) > MENTIONS else None
    return show(
        request,
        "mentions.html",
        counts=True,
        rows=rows,
        only_unread=unread,
        is_first_page=not before,
        following=following,
    )


_WHY = {
    Note.Kind.NOTE: gettext_lazy("Named you in a note"),
    Note.Kind.HAND_OVER: gettext_lazy("Handed you the case"),
    Note.Kind.TAKE_OVER: gettext_lazy("Took the case over from you"),
}


def _title_of(case: Case) -> str:
    return str(get_offer_version(case.service, case.version).words(reader_language()).title)


@open_to(caseworkers)
@require_http_methods(["GET", "POST"])
def message(request: SignedInRequest, reference: str) -> HttpResponse:
    """Write to the applicant, with files, from nothing or from a ready text that is shown as the applicant will read it."""
    found = get_work(request, reference)
    if request.method == "GET" or request.POST.get("do") == "template":
        return _message_page(request, found)
    try:
        send_case_message(
            found,
            words=request.POST.get("message", ""),
            uploads=request.FILES.getlist("files"),
            by=request.user,
            at=timezone.now(),
            refuse_same="again" not in request.POST,
        )
    except Refusal as refusal:
        return _message_page(request, found, refusal)
    messages.success(request, _("Sent. The applicant gets it by e-mail too."))
    return redirect("desk:case", reference=found.reference)


def _message_page(request: SignedInRequest, found: Case, refusal: Refusal | None = None) -> HttpResponse:
    """What is being written; a ready text that was chosen stands below it, so that nothing typed is lost."""
    chosen = "" if refusal else request.POST.get("template", "")
    filled = get_filled_template(found, chosen, language=reader_language()) if chosen else None
    typed = request.POST.get("message", "")
    if filled:
        typed = "\n\n".join(part for part in (typed.strip(), filled.text) if part)
    file = open_file(request, found)
    ready = [(each.name, each.title) for each in find_message_templates(found, language=reader_language())]
    return form_page(
        request,
        found,
        "message.html",
        file=file,
        refusal=refusal,
        field="files" if isinstance(refusal, UnusableFile) else "message",
        is_same=isinstance(refusal, SentAlready),
        thread=file.thread(),
        templates=[("", _("Choose")), *ready] if ready else [],
        filled=filled,
        typed=typed,
    )


@open_to(caseworkers)
@require_POST
def note(request: SignedInRequest, reference: str) -> HttpResponse:
    """Leave a note for colleagues; whoever is named with @ is told."""
    found, words = get_work(request, reference), request.POST.get("note", "")
    try:
        write_note(found, words=words, by=request.user, at=timezone.now())
    except Refusal as refusal:
        return case_page(
            request, found, status=refusal.status, note_error=str(refusal.message), note_typed=words
        )
    messages.success(request, _("Your note is kept. Only colleagues see it."))
    _say_who_is_told(request, found, words)
    return redirect("desk:case", reference=found.reference)


def _say_who_is_told(request: SignedInRequest, found: Case, words: str) -> None:
    """Whom the note told; and each name in it that is nobody's, with the names that there are."""
    if "@" not in words:
        return
    names = sorted({person.shown_as for person in find_colleagues(found) if person != request.user})
    if told := sorted(mentioned(words, names)):
        messages.success(request, _("Told: %(names)s.") % {"names": listed(told)})
    if nobody := mentioned_in_vain(words, {*names, request.user.shown_as}):
        messages.warning(
            request,
            _("Nobody was told for “%(name)s”: no colleague who works on this case is called that.")
            % {"name": "”, “".join(f"@{each}" for each in nobody)}
            + " "
            + (
                _("You can write: %(names)s.") % {"names": listed(f"@{name}" for name in names)}
                if names
                else ""
            ),
        )


@open_to(caseworkers)
@require_http_methods(["GET", "POST"])
def question_withdrawal(request: SignedInRequest, reference: str, id: UUID) -> HttpResponse:
    """Withdraw what was asked of the applicant, after asking once."""
    found = get_work(request, reference)
    question = get_question(id, for_=request.user)
    require(question.case_id == found.pk, NotFound)
    if request.method == "GET" and question.is_open:
        return form_page(request, found, "question_withdrawal.html")
    try:
        withdraw_question(question, by=request.user, at=timezone.now(), revision=revision_of(request))
    except Refusal as refusal:
        return refused(request, get_work(request, reference), refusal)
    messages.success(request, _("The question is withdrawn, and the clock goes on. The applicant is told."))
    return redirect("desk:case", reference=found.reference)


@open_to(caseworkers, by_itself=True)
@require_POST
def presence(request: SignedInRequest, reference: str) -> HttpResponse:
    """A sign of life of an open page: who else is looking at the case now, and whether it has changed meanwhile."""
    found, now = get_work(request, reference), timezone.now()
    if request.POST.get("leave"):
        leave(found, by=request.user)
        return HttpResponse(status=204)
    return render(
        request,
        "desk/_presence.html",
        {
            "case": found,
            "present": be_present(found, by=request.user, at=now),
            "has_changed": bool(revision_of(request)) and found.revision != revision_of(request),
        },
    )
