"""The pages of one application, and the public check of a certificate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from civium.engines.cases.models import Case
from civium.engines.cases.queries import get_case_of_subject
from civium.engines.forms.queries import open_answers
from civium.engines.forms.rules import Journey, PageReading, Turn, rows_wanted
from civium.engines.payments.actions.ask_for_payment import ask_again
from civium.engines.payments.actions.start_checkout import start_checkout
from civium.engines.payments.models import Payment
from civium.engines.payments.queries import get_payment_of
from civium.foundation.design.showing import day
from civium.foundation.identity.policy import SignedInRequest, anyone, open_to, signed_in
from civium.foundation.kit.refusals import NotFound
from civium.foundation.kit.town import the_town
from civium.journeys.catalogue.queries import Offer, get_carried_answers, get_offer, get_offer_version

from .actions.drop_application import drop_application
from .actions.reopen_answers import reopen_answers
from .actions.save_page import save_page
from .actions.send_application import NotComplete, send_application
from .actions.start_application import start_again, start_application
from .models import Application, State
from .queries import check_certificate, find_open_application, get_application


def _language() -> str:
    return get_language() or "en"


def _offer(application: Application) -> Offer:
    return get_offer_version(application.service, application.version)


def _journey(application: Application) -> Journey:
    today = the_town().today(timezone.now())
    return _offer(application).form.journey(open_answers(application.draft), today=today)


def _where_it_stands(application: Application, journey: Journey | None = None) -> HttpResponse:
    """The page where this application goes on, whatever its state."""
    if application.state == State.TO_PAY:
        return redirect("applications:pay", id=application.pk)
    if application.state == State.SENT:
        return redirect("applications:sent", id=application.pk)
    if application.state == State.DROPPED:
        raise NotFound
    page = (journey or _journey(application)).next_page
    if page is None:
        return redirect("applications:check", id=application.pk)
    return redirect("applications:page", id=application.pk, page=page)


def _first_page(application: Application) -> HttpResponse:
    """Where a new application begins: also when a register has filled in that page, for its owner to see and correct."""
    return redirect("applications:page", id=application.pk, page=_journey(application).page_names[0])


@open_to(signed_in)
@require_http_methods(["GET", "POST"])
def start(request: SignedInRequest, service: str) -> HttpResponse:
    """Begin an application, or go on with the one that is open."""
    offer, now = get_offer(service), timezone.now()
    standing = find_open_application(request.user, service)
    if request.method == "POST":
        carried = get_carried_answers(offer, request.GET.get("carry", ""), at=now)
        who_and_when: dict[str, Any] = {
            "by": request.user,
            "language": _language(),
            "at": now,
            "carried": carried,
        }
        if standing and request.POST.get("again") == "yes":
            return _first_page(start_again(standing, offer=offer, **who_and_when))
        application = start_application(offer, **who_and_when)
        return _where_it_stands(application) if standing else _first_page(application)
    return render(
        request,
        "applications/start.html",
        {
            "service": service,
            "said": offer.words(_language()),
            "existing": standing,
            "moved_on": standing is not None and standing.version != offer.version,
            "prefills": bool(offer.document.prefill),
            "withdrawn": offer.is_withdrawn,
        },
    )


@open_to(signed_in)
@require_GET
def resume(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Go on where the applicant stopped."""
    return _where_it_stands(get_application(id, for_=request.user))


@open_to(signed_in)
@require_http_methods(["GET", "POST"])
def page(request: SignedInRequest, id: UUID, page: str) -> HttpResponse:
    """One page of questions, a list of rows, or one row of it. ``?change`` came from check-your-answers and leads back."""
    application = get_application(id, for_=request.user)
    if application.state != State.DRAFT:
        _say_not_saved(request)
        return _where_it_stands(application)
    journey, turn = _journey(application), Turn.of(request.GET)
    if not journey.can_visit(page):
        _say_not_saved(request)
        return _where_it_stands(application, journey)
    if request.method == "GET":
        return _show_page(request, application, journey, page, turn)
    form = _offer(application).form
    reading = form.read_page(page, journey, request.POST, request.FILES, language=_language(), turn=turn)
    if reading.is_fine or reading.uploads:
        reading = save_page(application, reading, by=request.user, at=timezone.now())
    if reading.for_later:
        for problem in reading.errors.values():  # only what became of the files: other mistakes are left out
            messages.warning(request, problem)
        return redirect("portal:my_page")
    if not reading.is_fine:
        return _show_page(request, application, journey, page, turn, reading)
    return _next_page(request, get_application(id, for_=request.user), page, reading)


def _say_not_saved(request: HttpRequest) -> None:
    """What was posted from a window that has become old is not kept; whoever posted it must know."""
    if request.method == "POST":
        messages.warning(
            request,
            _("Something you answered in another window changed this form, so this page was not saved."),
        )


def _show_page(
    request: HttpRequest,
    application: Application,
    journey: Journey,
    page: str,
    turn: Turn,
    reading: PageReading | None = None,
) -> HttpResponse:
    template, shown = _offer(application).form.show_page(
        page,
        journey,
        language=_language(),
        turn=turn,
        reading=reading,
        change_url=_change_url(application),
    )
    context = {
        **shown,
        "service_title": _offer(application).words(_language()).title,
        "other_ways": _offer(application).words(_language()).other_ways,
        "back": _back(request, application, journey, page, turn),
        "is_filled_in": _is_filled_in(application, journey, page),
        "live_check": reverse("applications:live_check", args=[application.pk, page]),
        "later": reverse("portal:my_page"),
        "drop": reverse("applications:drop", args=[application.pk]),
    }
    response = render(
        request, template, context, status=422 if reading is not None and reading.errors else 200
    )
    if reading is not None:
        # An answer to a POST that no browser keeps cannot be come back to: Back would ask to send the form again.
        response["Cache-Control"] = "private, no-cache"
    return response


def _is_filled_in(application: Application, journey: Journey, page: str) -> bool:
    """Whether answers of this page stand there that its owner has not seen yet: nothing was ever saved."""
    state = journey.state(page)
    return application.draft.revision == 1 and state.answered is not None and bool(state.answered.answers)


def _back(request: HttpRequest, application: Application, journey: Journey, page: str, turn: Turn) -> str:
    own = reverse("applications:page", args=[application.pk, page])
    query = "?change" if "change" in request.GET else ""
    if turn.row or turn.remove:
        return own + query
    if query and journey.is_complete:
        return reverse("applications:check", args=[application.pk])
    before = journey.before(page)
    if before is None:
        return reverse("applications:start", args=[application.service])
    return reverse("applications:page", args=[application.pk, before]) + query


def _next_page(
    request: HttpRequest, application: Application, page: str, reading: PageReading
) -> HttpResponse:
    journey, changing = _journey(application), "change" in request.GET
    if reading.then is not None:
        query = reading.then.removeprefix("?")
        together = "&".join(part for part in (query, "change" if changing else "") if part)
        return redirect(
            reverse("applications:page", args=[application.pk, page]) + (f"?{together}" if together else "")
        )
    following = journey.after(page, changing=changing)
    if following is None:
        return redirect("applications:check", id=application.pk)
    # Whoever changes an answer is asked what follows from it, and nothing else again.
    query = "?change" if changing else ""
    return redirect(reverse("applications:page", args=[application.pk, following]) + query)


@open_to(signed_in)
@require_POST
def live_check(request: SignedInRequest, id: UUID, page: str) -> HttpResponse:
    """What is wrong with one field as it is left: by the same rule as the page. Nothing is saved."""
    application = get_application(id, for_=request.user)
    field = request.POST.get("_field", "")
    today = the_town().today(timezone.now())
    error = _offer(application).form.check_field(page, field, request.POST, language=_language(), today=today)
    return render(request, "applications/_field_error.html", {"field": field, "error": error})


@open_to(signed_in)
@require_http_methods(["GET", "POST"])
def check_answers(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Everything answered, with a way to change each answer; then send."""
    application = get_application(id, for_=request.user)
    if request.method == "POST" or application.state != State.DRAFT:
        if request.method == "POST":
            try:
                application = send_application(application, by=request.user, at=timezone.now())
            except NotComplete:
                messages.warning(
                    request,
                    _(
                        "Something you answered in another window changed this form. Answer this page, then send."
                    ),
                )
                return _where_it_stands(application)
        return _where_it_stands(application)
    journey, offer = _journey(application), _offer(application)
    if not journey.is_complete:
        return _where_it_stands(application, journey)

    words = offer.words(_language())
    due = offer.fee.due(journey.values) if offer.fee else None
    return render(
        request,
        "applications/check.html",
        {
            "summary": offer.form.summary(
                journey.answers,
                language=_language(),
                today=journey.today,
                change_url=_change_url(application),
                rows_from=rows_wanted(request.GET),
            ),
            "back": reverse("applications:page", args=[application.pk, journey.page_names[-1]]),
            "service_title": words.title,
            "fee": due,
            "fee_lines": [(words.fee.get(name, name), _money(amount)) for name, amount in due.lines]
            if due
            else [],
            "pays": due is not None and not due.nothing_to_pay,
            "drop": reverse("applications:drop", args=[application.pk]),
        },
    )


def _change_url(application: Application) -> Callable[[str, str], str]:
    """Where an answer of a page, or of one row of its list, is changed."""

    def address(page: str, row: str) -> str:
        own = reverse("applications:page", args=[application.pk, page])
        return f"{own}?row={row}&change" if row else f"{own}?change"

    return address


def _money(amount: Any) -> str:
    return str(amount.shown(_language()))


@open_to(signed_in)
@require_http_methods(["GET", "POST"])
def pay(request: SignedInRequest, id: UUID) -> HttpResponse:
    """What is to be paid, and the way to the provider's page. Only the provider's own word settles it."""
    application, now = get_application(id, for_=request.user), timezone.now()
    if application.state != State.TO_PAY:
        return _where_it_stands(application)
    payment = get_payment_of(application.subject)
    if payment is None:
        raise NotFound
    if payment.is_paid or payment.state == "pending":
        return redirect("applications:sent", id=application.pk)
    if request.method == "POST" and request.POST.get("do") == "change":
        return _where_it_stands(reopen_answers(application, by=request.user, at=now))
    if request.method == "POST":
        again = ask_again(payment, at=now) if payment.is_declined else payment
        return redirect(start_checkout(again, at=now))
    return render(
        request,
        "applications/pay.html",
        {
            "said": _offer(application).words(_language()),
            "fee_lines": [(text, _money(amount)) for text, amount in payment.priced_lines],
            "total": payment.amount,
            "declined": payment.is_declined,
            "left": "left" in request.GET and payment.state == "started",
        },
    )


@open_to(signed_in)
@require_GET
def sent(request: SignedInRequest, id: UUID) -> HttpResponse:
    """After sending, or after paying: the reference, or that the bank's answer is still awaited."""
    application = get_application(id, for_=request.user)
    payment, waiting = get_payment_of(application.subject), ""
    if application.state == State.TO_PAY and payment and payment.state in ("started", "pending", "paid"):
        waiting = payment.state
    if application.state != State.SENT and not waiting:
        return _where_it_stands(application)
    case = get_case_of_subject(application.subject)
    return render(
        request,
        "applications/sent.html",
        {
            "waiting": waiting,
            "application": application,
            "case": case,
            "confirmed": _confirmed(application, case, payment) if not waiting else [],
            "said": _offer(application).words(_language()),
        },
    )


def _confirmed(application: Application, case: Case | None, payment: Payment | None) -> list[dict[str, Any]]:
    """What the confirmation says on paper, without the answers themselves."""
    said = [
        (_("Service"), _offer(application).words(_language()).title),
        (_("Name"), application.applicant.name),
        (_("About"), case.about if case else ""),
        (_("Sent on"), day(case.opened_at) if case else ""),
        (_("Paid"), _money(payment.amount) if payment and payment.is_paid else ""),
        (_("Reference"), case.shown_reference if case else ""),
    ]
    return [{"key": key, "value": value} for key, value in said if value]


@open_to(signed_in)
@require_http_methods(["GET", "POST"])
def drop(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Delete an application that was not sent, after asking once."""
    application = get_application(id, for_=request.user)
    if not application.is_open:
        return _where_it_stands(application)
    if request.method == "POST":
        drop_application(application, by=request.user, at=timezone.now())
        return redirect("portal:my_page")
    return render(
        request,
        "applications/drop.html",
        {
            "application": application,
            "said": _offer(application).words(_language()),
            "begins_anew": "again" in request.GET,
        },
    )


@open_to(anyone)
@require_GET
def find_certificate(request: HttpRequest) -> HttpResponse:
    """For those who have a paper and no camera: type its code."""
    typed = request.GET.get("code", "").strip()
    if not typed:
        return _ask_for_code(request)
    code = _as_printed(typed)
    try:
        check_certificate(code, today=the_town().today(timezone.now()), language=_language())
    except NotFound as refusal:
        return _ask_for_code(request, typed=typed, error=str(refusal.message))
    return redirect("applications:certificate", code=code)


def _ask_for_code(
    request: HttpRequest, *, typed: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    shown = {"typed": typed[:60], "error": error}
    return render(request, "applications/find_certificate.html", shown, status=status)


def _as_printed(typed: str) -> str:
    letters = "".join(character for character in typed.upper() if character.isalnum())[:32].replace("O", "0")
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


@open_to(anyone)
@require_GET
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a document is genuine, and still holds. Anyone with its code may ask; a code we never gave is named as such."""
    try:
        found = check_certificate(code, today=the_town().today(timezone.now()), language=_language())
    except NotFound as refusal:
        return _ask_for_code(request, typed=code, error=str(refusal.message), status=404)
    return render(request, "applications/certificate.html", {"found": found})
