"""Who works here: the list, one person's roles, giving a role and ending one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from civium.doors.desk.staff import (
    missing_roles,
    narrowed,
    page_query,
    place_words,
    places_to_give,
    places_to_see,
    role_rows,
    roles_to_give,
    staff_rows,
)
from civium.doors.desk.views.page import show
from civium.foundation.identity.actions.give_role import OwnRole, end_role_of, give_role, give_role_at
from civium.foundation.identity.models import Membership, Role
from civium.foundation.identity.policy import SignedInRequest, freshly_signed_in, open_to, staff
from civium.foundation.identity.queries import find_roles_of, find_staff, get_role_of
from civium.foundation.kit.refusals import NotFound, NotUsable, Refusal, require

# Who works for the town is no agency's secret from an administrator; supervisors see their own agencies'.
_appointers = staff("administrator", "supervisor")
ROWS = 200
MOST_PAGES = 1_000


@open_to(_appointers)
@require_GET
def staff_list(request: SignedInRequest) -> HttpResponse:
    """Everybody who has a role, since when and by whom, and whether they still come."""
    asked, page = narrowed(request.GET), _page(request.GET.get("page", "1"))
    found = find_staff(for_=request.user, page=page, limit=ROWS, **asked)
    return show(
        request,
        "staff.html",
        rows=staff_rows(found[:ROWS], reader=request.user),
        asked=asked,
        roles=[(role.value, str(role.label)) for role in Role],
        places=places_to_see(request.user),
        next_page=page_query(asked, page + 1) if len(found) > ROWS else "",
        previous_page=page_query(asked, page - 1) if page > 1 else "",
        missing=missing_roles(request.user),
    )


def _page(typed: str) -> int:
    require(typed.isascii() and typed.isdigit() and 1 <= int(typed[:6]) <= MOST_PAGES, NotFound)
    return int(typed)


@open_to(freshly_signed_in(_appointers))
@require_http_methods(["GET", "POST"])
def staff_new(request: SignedInRequest) -> HttpResponse:
    """Give a role to whoever has an account with an e-mail address."""
    typed = {name: request.POST.get(name, "") for name in ("email", "role", "agency", "shown_as")}
    if request.method == "GET":
        return show(request, "staff_new.html", typed=typed, **_offered(request))
    try:
        given = give_role_at(
            typed["email"],
            role=typed["role"],
            agency=typed["agency"],
            shown_as=typed["shown_as"],
            by=request.user,
            at=timezone.now(),
        )
    except NotUsable as refusal:
        return show(request, "staff_new.html", refusal=refusal, typed=typed, **_offered(request))
    return _given(request, given)


@open_to(freshly_signed_in(_appointers))
@require_http_methods(["GET", "POST"])
def staff_member(request: SignedInRequest, id: UUID) -> HttpResponse:
    """One person's roles, and giving them another."""
    found = find_roles_of(id, for_=request.user)
    typed = {name: request.POST.get(name, "") for name in ("role", "agency")}
    if request.method == "GET":
        return _member_page(request, found, typed)
    try:
        given = give_role(found[0].person, **typed, by=request.user, at=timezone.now())
    except NotUsable as refusal:
        return _member_page(request, found, typed, refusal)
    return _given(request, given)


def _member_page(
    request: SignedInRequest,
    found: Sequence[Membership],
    typed: Mapping[str, str],
    refusal: Refusal | None = None,
) -> HttpResponse:
    return show(
        request,
        "staff_member.html",
        refusal=refusal,
        first=found[0],
        rows=role_rows(found, reader=request.user),
        is_own=found[0].person_id == request.user.pk,
        typed=typed,
        **_offered(request),
    )


@open_to(freshly_signed_in(_appointers))
@require_http_methods(["GET", "POST"])
def staff_end(request: SignedInRequest, id: UUID, role: int) -> HttpResponse:
    """End a role, after a question."""
    membership = get_role_of(role, person=id, for_=request.user)
    if request.method == "GET":
        return _end_page(request, membership)
    try:
        end_role_of(membership, by=request.user, at=timezone.now())
    except OwnRole as refusal:
        return _end_page(request, membership, refusal)
    said = _("%(name)s is no longer %(role)s, %(place)s. They are told by e-mail.")
    messages.success(request, said % _words(membership))
    return redirect("desk:staff")


def _end_page(
    request: SignedInRequest, membership: Membership, refusal: Refusal | None = None
) -> HttpResponse:
    return show(
        request,
        "staff_end.html",
        refusal=refusal,
        id=membership.person_id,
        is_program=membership.person.is_program,
        **_words(membership),
    )


def _given(request: SignedInRequest, given: Membership) -> HttpResponse:
    said = _("%(name)s is now %(role)s, %(place)s. They are told by e-mail.")
    messages.success(request, said % _words(given))
    return redirect("desk:staff_member", id=given.person_id)


def _words(membership: Membership) -> dict[str, Any]:
    return {
        "name": membership.shown_as,
        "role": Role(membership.role).label,
        "place": place_words(membership),
    }


def _offered(request: SignedInRequest) -> dict[str, Any]:
    return {"roles": roles_to_give(request.user), "places": places_to_give(request.user)}
