"""Who may come to an application, and to the case and the files of one: whoever signs in, or a browser that was let in.

A browser is let in to one application: because somebody without an account began it there, or came back with a code. It
acts as that application's applicant, for this one thing and nothing else of theirs; an account's own application only
until it is sent.

Whoever acts for somebody comes to that person's applications of the services in their mandates, and there to what the
mandate lets them do: each address says which power it needs. While they act they come to nothing else here, not even to
their own: nobody does something for the wrong one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from civium.engines.cases.models import Case
from civium.foundation.files.queries import find_files
from civium.foundation.identity.actions.limit_tries import TooManyTries, limit_tries
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import NotWhileActing, Policy, acting_of, has_stopped, household_of
from civium.foundation.identity.rules import may_for_another
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.actions.declare_reading import act_as
from civium.foundation.privacy.queries import is_kept_by_law
from civium.journeys.catalogue.queries import get_offer

from .models import Application, Certificate

LET_IN: Final = "let-in"
POSTED: Final = "posted"
# A shared computer forgets sooner than the session does.
LET_IN_FOR: Final = timedelta(hours=4)
MOST_AT_ONCE: Final = 8
MOST_POSTED: Final = 100_000


class ApplicantRequest(HttpRequest):
    """What a view gets that is open to applicants: ``applicant_of`` says who that is."""

    user: Person
    stands_for: Person | None
    powers: frozenset[str]


def let_in(request: HttpRequest, application: Application, *, at: datetime) -> None:
    """Let this browser act as the applicant of this application, for some hours."""
    others = {
        id: until
        for id, until in _let_in(request).items()
        if id != str(application.pk) and until > at.isoformat()
    }
    latest = list(others.items())[-(MOST_AT_ONCE - 1) :]
    request.session.set_expiry(None)  # as long as any guest's, also after a visit that ended
    request.session[LET_IN] = dict([*latest, (str(application.pk), (at + LET_IN_FOR).isoformat())])
    act_as(application.applicant_id)


def shut_out(request: HttpRequest, application: Application) -> None:
    """Let this browser in no longer."""
    request.session[LET_IN] = {
        id: until for id, until in _let_in(request).items() if id != str(application.pk)
    }


def is_let_in(request: HttpRequest, application: Application) -> bool:
    """Whether this browser may act as the applicant without signing in."""
    until = _let_in(request).get(str(application.pk), "")
    return until > timezone.now().isoformat() and (application.applicant.is_guest or application.is_open)


def applicant_of(request: HttpRequest) -> Person:
    """As whom the visitor acts: the applicant of what the browser was let in to, else whoever is signed in."""
    stands_for: Person | None = getattr(request, "stands_for", None)
    return stands_for or request.user  # type: ignore[return-value] # the policy admits nobody else


def may(request: HttpRequest, power: str) -> bool:
    """Whether the visitor may do this here: applicants may everything, whoever acts for one what the mandate says."""
    powers: frozenset[str] | None = getattr(request, "powers", None)
    return powers is None or may_for_another(power, powers)


def acts_for_another(request: HttpRequest) -> bool:
    """Whether the visitor does here what they do for somebody else."""
    return getattr(request, "powers", None) is not None


def find_let_in(request: HttpRequest, service: str) -> list[Application]:
    """The open applications for a service that this browser was let in to, the newest first."""
    found = Application.objects.select_related("applicant", "draft").filter(
        pk__in=list(_let_in(request)), service=service
    )
    let_in_to = [each for each in found.order_by("-started_at") if each.is_open and is_let_in(request, each)]
    for each in let_in_to:
        act_as(each.applicant_id)
    return let_in_to


def take_posted(request: HttpRequest) -> dict[str, list[str]]:
    """What was posted to this very page before its sender had signed in; taken out, so that it comes back once."""
    posted = request.session.get(POSTED)
    if not posted or posted["path"] != request.path:
        return {}
    del request.session[POSTED]
    return dict(posted["boxes"])


def posted_path(request: HttpRequest, application: Application) -> str:
    """The page of this application to which something was posted too late; empty when nothing was."""
    path = str((request.session.get(POSTED) or {}).get("path", ""))
    return path if f"/{application.pk}/pages/" in path else ""


def _let_in(request: HttpRequest) -> dict[str, str]:
    found: dict[str, str] = request.session.get(LET_IN, {})
    return found


def _keep_what_was_posted(request: HttpRequest) -> None:
    """Somebody's session ended while they filled in a page: what they typed waits, sealed in the new session, for their sign-in."""
    if request.method != "POST":
        return
    boxes = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    try:
        limit_tries(
            "posted-without-session",
            who=household_of(request),
            most=60,
            within=timedelta(hours=1),
            at=timezone.now(),
        )
    except TooManyTries:
        return
    if sum(len(name) + sum(map(len, values)) for name, values in boxes.items()) <= MOST_POSTED:
        request.session[POSTED] = {"path": request.path, "boxes": boxes}


Needs = Callable[[HttpRequest], str]


def _never(request: HttpRequest) -> str:
    return ""


def _needing(read: str = "", send: str = "", **done: str) -> Needs:
    """Which power somebody needs who acts for another: to read, to send, and to send what ``do`` names. Empty: none suffices."""

    def needs(request: HttpRequest) -> str:
        if request.method in ("GET", "HEAD"):
            return read
        return done.get(request.POST.get("do", ""), send)

    return needs


def _lets_in(find: Callable[[dict[str, Any]], str], needs: Needs = _never) -> Callable[[HttpRequest], bool]:
    """Whether the browser was let in to the application that the address is about (``find``: its id by the address's words),
    or its visitor acts for its applicant with the power that it ``needs``.
    """

    def lets_in(request: HttpRequest) -> bool:
        if request.resolver_match is None:
            return False
        if request.user.is_authenticated and (acting_of(request) or has_stopped(request)):
            return _acts(request, find(request.resolver_match.kwargs), needs(request))
        if not _let_in(request):
            return False
        id = find(request.resolver_match.kwargs)
        if id not in _let_in(request):
            return False
        application = Application.objects.select_related("applicant").filter(pk=id).first()
        if application is None or not is_let_in(request, application):
            return False
        request.stands_for = application.applicant  # type: ignore[attr-defined]
        act_as(application.applicant_id)
        return True

    return lets_in


def _acts(request: HttpRequest, id: str, needed: str) -> bool:
    acting = acting_of(request)
    if acting is None or not id:
        raise NotWhileActing
    application = Application.objects.filter(pk=id, applicant=acting.giver).first()
    powers = acting.powers(application.service) if application else frozenset()
    # What is to be erased and only the law keeps is no longer there for them: not even that its owner wanted it gone.
    if not may_for_another(needed, powers) or (application and is_kept_by_law(application.subject)):
        raise NotWhileActing
    request.stands_for, request.powers = acting.giver, powers  # type: ignore[attr-defined]
    return True


def _of_application(words: dict[str, Any]) -> str:
    return str(words["id"])


def _of_case(words: dict[str, Any]) -> str:
    reference = parse_reference(words["reference"]) or ""
    subject = Case.objects.filter(reference=reference).values_list("subject", flat=True).first()
    return (subject or "").removeprefix("application:")


def _of_file(words: dict[str, Any]) -> str:
    try:
        found = next(iter(find_files([words["id"]])), None)
    except ValidationError:
        return ""
    return found.under.removeprefix("application:") if found else ""


def _file_power(request: HttpRequest) -> str:
    """What the town gave is received, what was sent is seen."""
    assert request.resolver_match is not None
    given = Certificate.objects.filter(file_id=request.resolver_match.kwargs["id"]).exists()
    return "receive" if given else "view"


def _takes_guests(request: HttpRequest) -> bool:
    """Whether the service that the address is about asks for no account."""
    try:
        return (
            request.resolver_match is not None
            and get_offer(request.resolver_match.kwargs["service"]).document.sign_in == "none"
        )
    except NotFound:
        return False


def _is_signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def _applicants(lets_in: Callable[[HttpRequest], bool], *, keeps_posts: bool = False) -> Policy:
    return Policy(
        "applicant",
        _is_signed_in,
        needs_sign_in=True,
        lets_in=lets_in,
        turned_away=_keep_what_was_posted if keeps_posts else None,
    )


def applicant_or_who_may(*, read: str, send: str = "", keeps_posts: bool = False, **done: str) -> Policy:
    """For addresses with the application's id: its applicant, and whoever acts for them with the power named here (``view``, ``fill``,
    ``sign``, ``pay``, ``receive``): to ``read``, to ``send``, and to send what ``do`` names. Without a name, nobody who acts for them.
    """
    return _applicants(_lets_in(_of_application, _needing(read, send, **done)), keeps_posts=keeps_posts)


def applicant_of_case_or_who_may(*, read: str, send: str = "") -> Policy:
    """The same for addresses with the case's reference."""
    return _applicants(_lets_in(_of_case, _needing(read, send)))


# Only the applicant, and nobody who acts for them: ways back would outlive a mandate, deleting cannot be taken back.
applicant = applicant_or_who_may(read="")
# For addresses with a file's id, a service's name.
applicant_of_file = _applicants(_lets_in(_of_file, _file_power))
beginner = _applicants(_takes_guests)
