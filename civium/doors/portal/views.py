"""The citizen's pages that belong to no single service."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, get_language_info
from django.views.decorators.http import require_GET, require_http_methods

from civium.doors.portal.acting import what_to_do_for
from civium.doors.portal.my_page import case_cards, next_steps
from civium.engines.cases.queries import find_cases_of, find_open_questions_of
from civium.engines.notices.actions.mark_read import mark_read
from civium.engines.notices.queries import (
    count_unread,
    find_inbox,
    find_outbox,
    get_notice,
    get_outgoing,
)
from civium.foundation.design.caching import public_page
from civium.foundation.design.style_guide import guide_page
from civium.foundation.files.actions.serve_file import download_response
from civium.foundation.identity.actions.choose_language import choose_language
from civium.foundation.identity.actions.rename_oneself import rename_oneself
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import (
    SignedInRequest,
    acting_of,
    anyone,
    demo_town,
    freshly_signed_in,
    open_to,
    signed_in,
)
from civium.foundation.kit.prose import render_prose
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.watch_readings import nobody_reads
from civium.journeys.applications.policy import applicant_of, applicant_of_file
from civium.journeys.applications.queries import (
    find_certificates_of,
    find_open_applications,
    get_document,
)
from civium.journeys.catalogue.queries import catalogue_stamp, find_most_used, find_offers


@open_to(anyone)
@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """What everybody can use here, what not yet, and how to tell us of a barrier."""
    return render(request, "portal/accessibility.html")


@open_to(anyone)
@require_GET
@public_page(stamp=catalogue_stamp)
def home(request: HttpRequest) -> HttpResponse:
    """The front page: search, what is often needed, who one is, topics, life events."""
    language = get_language() or "en"
    chips = [
        (offer.words(language).title, reverse("catalogue:service", args=[offer.name]))
        for offer in find_most_used(limit=4) or find_offers()[:4]
    ]
    return render(request, "portal/home.html", {"chips": chips})


@open_to(signed_in)
@require_GET
def my_page(request: SignedInRequest) -> HttpResponse:
    """Next steps first, then cases, then documents and messages."""
    acting = acting_of(request)
    if acting is not None:
        return render(request, "portal/acting.html", what_to_do_for(acting, after=request.GET.get("after")))
    person, now, language = request.user, timezone.now(), get_language() or "en"
    cases = find_cases_of(person, after=request.GET.get("after"), limit=20)
    unread = count_unread(person)
    return render(
        request,
        "portal/my_page.html",
        {
            "steps": []
            if request.GET.get("after")
            else next_steps(
                find_open_applications(person),
                find_open_questions_of(person)
                if any(case.applicant_is_asked for case in cases.cases)
                else [],
                cases.cases,
                today=the_town().today(now),
                language=language,
            ),
            "cards": case_cards(cases.cases, language=language),
            "next": cases.next,
            "is_first_page": not request.GET.get("after"),
            "unread": unread,
            "hour": now.astimezone(the_town().time_zone).hour,
        },
    )


@open_to(signed_in)
@require_GET
def documents(request: SignedInRequest) -> HttpResponse:
    """Certificates and letters the town gave."""
    certificates = find_certificates_of(request.user, language=get_language() or "en")
    return render(request, "portal/documents.html", {"certificates": certificates})


@open_to(applicant_of_file)
@require_GET
def document(request: SignedInRequest, id: UUID) -> HttpResponseBase:
    """Download one's own document, or a file one sent with a case."""
    return download_response(get_document(id, for_=applicant_of(request)))


@open_to(signed_in)
@require_GET
def messages(request: SignedInRequest) -> HttpResponse:
    """Everything the town wrote, newest first."""
    page = find_inbox(request.user, after=request.GET.get("after"), limit=20, now=timezone.now())
    return render(request, "portal/messages.html", {"notices": page.notices, "next": page.next})


@open_to(signed_in)
@require_GET
def message(request: SignedInRequest, id: UUID) -> HttpResponse:
    """One message exactly as it was sent; reading it here marks it read."""
    notice = get_notice(id, for_=request.user, now=timezone.now())
    mark_read(notice, by=request.user, at=timezone.now())
    body = render_prose(notice.body)
    return render(request, "portal/message.html", {"notice": notice, "body": body})


@open_to(freshly_signed_in())
@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """The name, and the language in which the town writes."""
    error, typed = "", request.user.name
    if request.method == "POST":
        typed = request.POST.get("name", request.user.name)
        try:
            _save_profile(request.user, name=typed, language=request.POST.get("language", ""))
        except Refusal as refusal:
            error = str(refusal.message)
        else:
            return redirect(f"{reverse('portal:profile')}?saved=1")
    return render(
        request,
        "portal/profile.html",
        {
            "error": error,
            "name": typed,
            "languages": [
                (code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES
            ],
            "saved": "saved" in request.GET,
        },
        status=422 if error else 200,
    )


@transaction.atomic
def _save_profile(person: Person, *, name: str, language: str) -> None:
    now = timezone.now()
    rename_oneself(person, name=name, at=now)
    if language:
        choose_language(person, language=language, by=person, at=now)


@open_to(demo_town)
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """In the demo town mail goes nowhere; here is what would have gone out."""
    with nobody_reads():  # it stands in for everybody's own mailbox
        return render(request, "portal/outbox.html", {"letters": find_outbox(limit=50)})


@open_to(demo_town)
@require_GET
def letter(request: HttpRequest, id: str) -> HttpResponse:
    """One message of the demo outbox."""
    with nobody_reads():
        return render(request, "portal/letter.html", {"letter": get_outgoing(id)})


@open_to(demo_town)
@require_GET
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for designers and developers."""
    return guide_page(request)
