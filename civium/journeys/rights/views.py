"""The pages of "My data", and the public pages about what is held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from civium.engines.cases.models import Case
from civium.foundation.files.actions.serve_file import download_response
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import SignedInRequest, anyone, freshly_signed_in, open_to, signed_in
from civium.foundation.kit.languages import pick_text
from civium.foundation.kit.refusals import NotFound, require
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.actions.consent import give_consent, withdraw_consent
from civium.foundation.privacy.actions.restrict_use import end_restriction
from civium.foundation.privacy.models import Consent, Restriction, Why
from civium.foundation.privacy.queries import find_consents, find_restrictions
from civium.journeys.applications.rules import TONES, promise, status_words
from civium.journeys.catalogue.queries import find_offers
from civium.journeys.rights.actions.take_along import ask_for_export, forget_export
from civium.journeys.rights.holding_words import declared_cookies, held_rows, kept_rows
from civium.journeys.rights.models import CarriedOut
from civium.journeys.rights.queries import (
    became_of,
    find_done,
    find_export,
    find_requests,
    title_of_case,
    title_of_request,
)
from civium.journeys.rights.rules import REQUEST_SERVICE


class Way(NamedTuple):
    """One thing that somebody can do about their data: a tile of the first page."""

    title: str
    text: str
    href: str
    icon: str
    tone: str


@open_to(signed_in)
@require_GET
def my_data(request: SignedInRequest) -> HttpResponse:
    """What somebody can know and do about their data; what they asked for; what lies still, with the way to end it."""
    person, now = request.user, timezone.now()
    done = {each.case_id: each for each in find_done(person)}
    return render(
        request,
        "rights/my_data.html",
        {
            "ways": _ways(),
            "requests": [
                (
                    case,
                    title_of_request(case, language=get_language() or "en"),
                    _result(case, done.get(case.pk), at=now),
                )
                for case in find_requests(person)
            ],
            "promise": promise,
            "status_words": status_words,
            "tones": TONES,
            "restrictions": _shown_restrictions(find_restrictions(_owners(person))),
        },
    )


@open_to(signed_in)
@require_http_methods(["GET", "POST"])
def end_of_restriction(request: SignedInRequest, id: UUID) -> HttpResponse:
    """Asked once before what lies still is used again."""
    person = request.user
    owners = _owners(person)
    found = next((each for each in find_restrictions(owners) if each.pk == id), None)
    if found is None or found.because == Why.KEPT_BY_LAW:
        raise NotFound
    is_everything = found.owner == person.vault_key
    if request.method == "GET":
        (restriction,) = _shown_restrictions([found])
        shown = {"restriction": restriction, "is_everything": is_everything}
        return render(request, "rights/end_of_restriction.html", shown)
    for owner in owners if is_everything else [found.owner]:
        end_restriction(owner, by=person, at=timezone.now())
    messages.success(
        request,
        _("The town may use your data again. Your open cases go on.")
        if is_everything
        else _("The town may use this case again, and goes on with it if it is open."),
    )
    return redirect("rights:my_data")


def _owners(person: Person) -> list[str]:
    """The person, and each of their cases: what can lie still of theirs."""
    mine = Case.objects.filter(applicant=person).values_list("subject", flat=True)
    return [person.vault_key, *mine]


def _shown_restrictions(restrictions: Sequence[Restriction]) -> list[dict[str, object]]:
    about = Case.objects.filter(subject__in=[each.owner for each in restrictions])
    cases = {case.subject: case for case in about}
    return [_shown_restriction(each, cases.get(each.owner)) for each in restrictions]


def _shown_restriction(restriction: Restriction, case: Case | None) -> dict[str, object]:
    return {
        "id": restriction.pk,
        "reference": case.reference if case else "",
        "title": title_of_case(case, language=get_language() or "en") if case else "",
        "since": restriction.since,
        "why": Why(restriction.because).label,
        "can_end": restriction.because != Why.KEPT_BY_LAW,
        "until": restriction.until,
    }


def _result(case: Case, done: CarriedOut | None, *, at: datetime) -> str:
    became = became_of(case, done, at=at)
    return became.words if became else ""


def _ways() -> list[Way]:
    """The pages that this town has: no line leads nowhere."""
    here = reverse("rights:my_data")
    offered = any(offer.name == REQUEST_SERVICE for offer in find_offers())
    ways = [
        Way(
            _("Who looked"),
            _("Everybody who read your data, when and why."),
            _page(f"{here}who-looked/"),
            "eye",
            "sea",
        ),
        Way(
            _("Take it with me"),
            _("Everything that we hold about you, in one file."),
            reverse("rights:export"),
            "download",
            "leaf",
        ),
        Way(
            _("Correct, limit or erase"),
            _("Tell us what is wrong, what we should stop, or what should go."),
            reverse("catalogue:service", args=[REQUEST_SERVICE]) if offered else "",
            "pencil",
            "sun",
        ),
        Way(
            _("What I agreed to"),
            _("Say yes or no to each thing. You can change your mind at any time."),
            reverse("rights:consents"),
            "check",
            "coral",
        ),
        Way(
            _("What we hold, and how long"),
            _("Every kind of data, why we have it, and when it goes."),
            reverse("rights:held"),
            "clock",
            "sea",
        ),
    ]
    return [way for way in ways if way.href]


def _page(address: str) -> str:
    """The address, when there is a page at it."""
    try:
        resolve(address)
    except Resolver404:
        return ""
    return address


@open_to(freshly_signed_in())
@require_http_methods(["GET", "POST"])
def export(request: SignedInRequest) -> HttpResponse:
    """Ask for the copy, see how far it is, and remove it."""
    found = find_export(request.user)
    if request.method == "POST":
        if request.POST.get("do") == "forget" and found is not None:
            forget_export(found, by=request.user, at=timezone.now())
            messages.success(request, _("The file is deleted."))
        elif request.POST.get("do") == "make":
            ask_for_export(request.user, language=get_language() or "en", at=timezone.now())
        return redirect("rights:export")
    return render(request, "rights/export.html", {"export": found})


@open_to(freshly_signed_in(to_read_too=True))
@require_GET
def export_file(request: SignedInRequest) -> HttpResponseBase:
    """The copy itself."""
    found = find_export(request.user)
    require(found is not None and found.file is not None, NotFound)
    assert found is not None
    assert found.file is not None
    return download_response(found.file)


@open_to(signed_in)
@require_http_methods(["GET", "POST"])
def consents(request: SignedInRequest) -> HttpResponse:
    """Each purpose with its words, and one button: yes, or no longer."""
    owner, at, language = request.user.vault_key, timezone.now(), get_language() or "en"
    asked, signal = the_town().consents, request.headers.get("Sec-GPC") == "1"
    ever = find_consents(owner)
    standing = {each.purpose: each for each in ever if each.withdrawn_at is None}
    if signal:
        for purpose in [name for name, words in asked.items() if words.shares and name in standing]:
            withdraw_consent(owner, purpose=purpose, how="signal", by=request.user, at=at)
            del standing[purpose]
    if request.method == "POST":
        purpose = request.POST.get("purpose", "")
        require(purpose in asked, NotFound)
        words = asked[purpose]
        if request.POST.get("do") == "give" and not (signal and words.shares):
            give_consent(
                owner,
                purpose=purpose,
                version=words.version,
                title=pick_text(words.title, language).words,
                words=pick_text(words.text, language).words,
                language=pick_text(words.text, language).language,
                by=request.user,
                at=at,
            )
            messages.success(request, _("You agree. You can take it back here at any time."))
        elif request.POST.get("do") == "withdraw":
            withdraw_consent(owner, purpose=purpose, how="person", by=request.user, at=at)
            messages.success(request, _("You no longer agree. We stop now."))
        return redirect("rights:consents")
    ended = {each.purpose: each.withdrawn_at for each in reversed(ever) if each.withdrawn_at}
    rows = [
        (name, words, _stands(standing.get(name), words.version), ended.get(name))
        for name, words in asked.items()
    ]
    return render(request, "rights/consents.html", {"rows": rows, "signal": signal})


def _stands(consent: Consent | None, version: int) -> Consent | None:
    """A yes to older words is no yes to these."""
    return consent if consent is not None and consent.version == version else None


@open_to(anyone)
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """What the town holds, why and how long: for everybody to read."""
    return render(
        request,
        "rights/held.html",
        {"rows": held_rows(), "kept": kept_rows(language=get_language() or "en")},
    )


@open_to(anyone)
@require_GET
def cookies(request: HttpRequest) -> HttpResponse:
    """What this site keeps in a browser: only what is needed."""
    return render(
        request,
        "rights/cookies.html",
        {"cookies": declared_cookies(), "signal": request.headers.get("Sec-GPC") == "1"},
    )


@open_to(anyone)
@require_GET
def global_privacy_control(request: HttpRequest) -> JsonResponse:
    """That this site honours the signal (https://www.w3.org/TR/gpc/)."""
    return JsonResponse({"gpc": True, "lastUpdate": "2026-11-22"})
