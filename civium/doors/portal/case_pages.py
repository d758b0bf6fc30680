"""The pages of one's own case: where it stands, what was written, what is to be answered or corrected."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.messages import success, warning
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.engines.cases.actions.answer_question import AnswerMissing
from civium.engines.cases.actions.read_messages import read_messages
from civium.engines.cases.actions.send_message import SentAlready
from civium.engines.cases.models import Case, Question
from civium.engines.cases.queries import find_questions, get_case
from civium.engines.forms.rules import (
    PageReading,
    Progress,
    ShortPage,
    Turn,
    find_ibans,
    rows_wanted,
    turn_of,
)
from civium.engines.notices.models import Notice
from civium.engines.notices.queries import find_notices_about
from civium.foundation.identity.policy import SignedInRequest, ask_again, is_freshly_signed_in, open_to
from civium.foundation.kit.languages import listed
from civium.foundation.kit.prose import render_prose
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound, Refusal
from civium.foundation.privacy.queries import find_restrictions, lies_still
from civium.journeys.applications.actions.save_correction import save_correction
from civium.journeys.applications.actions.send_answer import UnusableFile, send_answer
from civium.journeys.applications.actions.send_case_message import send_case_message
from civium.journeys.applications.actions.send_corrections import CorrectionsMissing, send_corrections
from civium.journeys.applications.policy import (
    acts_for_another,
    applicant_of,
    applicant_of_case_or_who_may,
    may,
)
from civium.journeys.applications.queries import find_cases_to_name, get_case_file, get_correction
from civium.journeys.applications.rules import StoryLine
from civium.journeys.rights.queries import waits_for_another, what_became


def _language() -> str:
    return get_language() or "en"


def _my_case(request: SignedInRequest, reference: str) -> Case:
    """The visitor's own case, also of one without an account: staff read a case at their desk."""
    person = applicant_of(request)
    case = get_case(parse_reference(reference) or "", for_=person)
    if case.applicant_id != person.pk:
        raise NotFound
    return case


def _open_question(case: Case) -> Question | None:
    return next((each for each in find_questions(case) if each.is_open), None)


def _nobody_waits(request: SignedInRequest, case: Case) -> HttpResponse:
    warning(request, _("Nobody waits for an answer any more. Here is where your case stands."))
    return redirect("portal:case", reference=case.reference)


def _must_show_again(request: SignedInRequest) -> bool:
    """Whether somebody who says where money is to go shows once more who they are. A guest has no account to protect."""
    return not (applicant_of(request).is_guest or is_freshly_signed_in(request))


def _kept(response: HttpResponse) -> HttpResponse:
    # An answer to a POST that no browser keeps cannot be come back to: Back would ask to send the form again.
    response["Cache-Control"] = "private, no-cache"
    return response


def _case_page(
    request: SignedInRequest, case: Case, *, problem: Refusal | None = None, **extra: Any
) -> HttpResponse:
    now = timezone.now()
    file = get_case_file(case, language=_language(), for_=applicant_of(request), at=now)
    file.rows_from = rows_wanted(request.GET)
    thread = file.thread(request.GET.get("before") if request.method == "GET" else None)
    if thread.unread and not acts_for_another(request):  # they are theirs to read
        read_messages(case, by=applicant_of(request), at=now)
    response = render(
        request,
        "portal/case.html",
        {
            "case": case,
            "file": file,
            "thread": thread,
            "became": what_became(case, at=now),
            "waits_for_another": waits_for_another(case),
            "restriction": next(iter(find_restrictions([case.subject])), None),
            "acts_for_another": acts_for_another(request),
            "story": [_with_receipt(line, case) for line in file.story],
            "is_first_page": "before" not in request.GET,
            "letters": _letters_to_guest(case),
            "problem": problem,
            "may": {power: may(request, power) for power in ("fill", "sign", "receive")},
            **extra,
        },
        status=problem.status if problem else 200,
    )
    return _kept(response) if problem else response


def _with_receipt(line: StoryLine, case: Case) -> StoryLine:
    """The line, with the way to the receipt that proves it."""
    return replace(
        line, href=reverse("portal:case_receipt", args=[case.reference, line.entry]), link=_("Receipt")
    )


def _letters_to_guest(case: Case) -> list[tuple[Notice, Any]]:
    """What was written to somebody without an account: they have no inbox, so it stands beside the case."""
    if not case.applicant.is_guest:
        return []
    letters = [each for each in find_notices_about(case.subject) if each.to_id == case.applicant_id]
    return [(each, render_prose(each.body)) for each in reversed(letters)]


@open_to(applicant_of_case_or_who_may(read="view"))
@require_GET
def case(request: SignedInRequest, reference: str) -> HttpResponse:
    """One case: where it stands, by when it is decided, what was written, what happened, what was answered."""
    return _case_page(request, _my_case(request, reference))


@open_to(applicant_of_case_or_who_may(read="view", send="sign"))
@require_POST
def answer(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Answer in words, or with files, the question that holds up the case."""
    mine, now = _my_case(request, reference), timezone.now()
    question = _open_question(mine)
    if question is None:
        return _nobody_waits(request, mine)
    words, uploads = request.POST.get("answer", ""), request.FILES.getlist("files")
    if find_ibans(words) and _must_show_again(request):
        return ask_again(request)
    try:
        send_answer(question, answer=words, uploads=uploads, by=applicant_of(request), at=now)
    except UnusableFile as refusal:
        return _case_page(request, mine, problem=refusal, field="files", typed=words)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _case_page(request, mine, problem=refusal, field="answer", typed=words)
    success(
        request,
        _("Thank you. We have your answer. We read it once we may use this case again.")
        if lies_still(mine.subject)
        else _("Thank you. We have your answer, and the clock goes on."),
    )
    return redirect("portal:case", reference=mine.reference)


@open_to(applicant_of_case_or_who_may(read="view", send="sign"))
@require_POST
def case_message(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Write to the team that works on the case, with files."""
    mine, words = _my_case(request, reference), request.POST.get("message", "")
    if find_ibans(words) and _must_show_again(request):
        return ask_again(request)
    try:
        send_case_message(
            mine,
            words=words,
            uploads=request.FILES.getlist("files"),
            by=applicant_of(request),
            at=timezone.now(),
            refuse_same="again" not in request.POST,
        )
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        field = "message-files" if isinstance(refusal, UnusableFile) else "message"
        is_same = isinstance(refusal, SentAlready)
        return _case_page(request, mine, problem=refusal, field=field, typed_message=words, is_same=is_same)
    success(
        request,
        _("We have your message. We read it once we may use this case again.")
        if lies_still(mine.subject)
        else _("We have your message. We answer here and by e-mail."),
    )
    return redirect(reverse("portal:case", args=[mine.reference]) + "#messages")


@open_to(applicant_of_case_or_who_may(read="view", send="sign"))
@require_http_methods(["GET", "POST"])
def corrections(request: SignedInRequest, reference: str) -> HttpResponseBase:
    """Old and new answers side by side, to check once more; then send. What is not done yet comes first."""
    mine = _my_case(request, reference)
    question = _open_question(mine)
    if question is None or not question.named:
        return _nobody_waits(request, mine)
    if request.method == "POST":
        return _send_corrections(request, mine, question)
    return _check_page(request, mine, question)


def _send_corrections(request: SignedInRequest, mine: Case, question: Question) -> HttpResponseBase:
    words, uploads = request.POST.get("answer", ""), request.FILES.getlist("files")
    if _must_show_again(request) and (find_ibans(words) or _names_another_account(request, question)):
        return ask_again(request)
    try:
        send_corrections(question, answer=words, uploads=uploads, by=applicant_of(request), at=timezone.now())
    except CorrectionsMissing as refusal:
        warning(request, f"{refusal.message} {refusal.what_next}")
        return redirect("portal:corrections", reference=mine.reference)
    except (AnswerMissing, UnusableFile) as refusal:
        field = "files" if isinstance(refusal, UnusableFile) else "answer"
        return _kept(
            _check_page(request, mine, question, status=422, problem=refusal, field=field, typed=words)
        )
    success(request, _("Thank you. We have your corrected answers, and the clock goes on."))
    return redirect("portal:case", reference=mine.reference)


def _names_another_account(request: SignedInRequest, question: Question) -> bool:
    """Whether the corrected answers send money elsewhere than those before."""
    form = get_correction(question, language=_language(), for_=applicant_of(request))
    return bool(form.now.accounts) and form.now.accounts != form.before.accounts


def _check_page(
    request: SignedInRequest, mine: Case, question: Question, *, status: int = 200, **extra: Any
) -> HttpResponse:
    form = get_correction(question, language=_language(), for_=applicant_of(request))
    if not form.is_ready:
        return redirect(_where_it_goes_on(form))
    shown = {
        "case": mine,
        "question": question,
        "changes": form.changes,
        "fee": form.fee_change,
        "pages": [(_page_title(form, page), _address(mine, page)) for page in form.pages],
        "service_title": form.offer.words(_language()).title,
        "may_sign": may(request, "sign"),
        **extra,
    }
    return render(request, "portal/corrections.html", shown, status=status)


def _page_title(form: Any, page: ShortPage) -> str:
    """What a page of the short form is about: the answers that it asks for."""
    return listed(dict.fromkeys(each.key for each in form.reasons_on(page))) or _(
        "What follows from your answers"
    )


def _address(mine: Case, page: ShortPage) -> str:
    return reverse("portal:correction", args=[mine.reference, page.page]) + page.query


def _where_it_goes_on(form: Any) -> str:
    """The first page that is still to be done; where the corrected answers end the way, the page that says so; else the check."""
    mine = form.case
    if form.next_page is not None:
        return _address(mine, form.next_page)
    if form.stop:
        return reverse("portal:correction", args=[mine.reference, form.stop])
    if not form.now.is_complete:
        return reverse("portal:case", args=[mine.reference])
    return reverse("portal:corrections", args=[mine.reference])


@open_to(applicant_of_case_or_who_may(read="view", send="fill"))
@require_http_methods(["GET", "POST"])
def correction(request: SignedInRequest, reference: str, page: str) -> HttpResponse:
    """One page of the short form: only what is to be corrected, and what follows from it."""
    mine = _my_case(request, reference)
    question = _open_question(mine)
    if question is None or not question.named:
        return _nobody_waits(request, mine)
    form = get_correction(question, language=_language(), for_=applicant_of(request))
    if page == form.stop:
        return _stop_page(request, form)
    short = form.page(page, str(request.GET.get("row", "")))
    turn = turn_of(short, Turn.of(request.GET))
    if request.method == "GET":
        return _show_page(request, form, short, turn)
    reading = form.offer.form.read_page(
        page, form.journey_of(short), request.POST, request.FILES, language=_language(), turn=turn
    )
    if reading.is_fine or reading.uploads:
        reading = save_correction(form, short, reading, by=applicant_of(request), at=timezone.now())
    if reading.for_later:
        return redirect("portal:case", reference=mine.reference)
    if not reading.is_fine:
        return _show_page(request, form, short, turn, reading)
    if reading.then is not None and short.is_list:
        return redirect(reverse("portal:correction", args=[mine.reference, page]) + reading.then)
    return redirect(
        _where_it_goes_on(get_correction(question, language=_language(), for_=applicant_of(request)))
    )


def _stop_page(request: SignedInRequest, form: Any) -> HttpResponse:
    """The corrected answers end the way: nothing can be sent. They can be changed back, or the team written to."""
    template, shown = form.offer.form.show_page(form.stop, form.now, language=_language())
    back = _address(form.case, form.pages[-1]) if form.pages else ""
    context = {**shown, "back": back, "service_title": form.offer.words(_language()).title}
    return render(request, template, {**context, "above": "portal/_stopped.html", "case": form.case})


def _show_page(
    request: SignedInRequest,
    form: Any,
    short: ShortPage,
    turn: Turn,
    reading: PageReading | None = None,
) -> HttpResponse:
    template, shown = form.offer.form.show_page(
        short.page, form.journey_of(short), language=_language(), turn=turn, reading=reading
    )
    number = form.pages.index(short) + 1
    view = replace(shown["form_page"], progress=Progress(number, len(form.pages), len(form.pages)))
    mine = form.case
    own = reverse("portal:correction", args=[mine.reference, short.page])
    context = {
        "form_page": view,
        "service_title": form.offer.words(_language()).title,
        "above": "portal/_reasons.html",
        "reasons": form.reasons_on(short),
        "back": own if short.is_list and (turn.row or turn.remove) else _before(form, number),
        "live_check": reverse("applications:live_check", args=[form.application.pk, short.page]),
        "later": reverse("portal:case", args=[mine.reference]),
        "own_cases": None
        if request.user.pk != mine.applicant_id
        else find_cases_to_name(view, mine.applicant, language=_language()),
    }
    response = render(
        request, template, context, status=422 if reading is not None and reading.errors else 200
    )
    return _kept(response) if reading is not None else response


def _before(form: Any, number: int) -> str:
    if number > 1:
        return _address(form.case, form.pages[number - 2])
    return reverse("portal:case", args=[form.case.reference])
