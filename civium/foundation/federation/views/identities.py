"""The identities that open one's account: which they are, when they were used, and ending one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from civium.foundation.design.showing import words
from civium.foundation.identity.policy import SignedInRequest, freshly_signed_in, open_to, signed_in

from ..actions.link_identity import unlink_identity
from ..queries import find_identities, find_identities_of, get_linked, title_of


@open_to(signed_in)
@require_GET
def identities(request: SignedInRequest) -> HttpResponse:
    """One's linked identities, and those that could be."""
    linked = find_identities_of(request.user)
    have = {each.provider for each in linked}
    return render(
        request,
        "federation/identities.html",
        {
            "linked": [
                {"it": each, "title": words(title_of(each.provider)), "name": each.said["name"]}
                for each in linked
            ],
            "others": [
                {"name": each.name, "title": words(each.title)}
                for each in find_identities()
                if each.name not in have
            ],
            "here": urlencode({"next": request.path}),
        },
    )


@open_to(freshly_signed_in())
@require_http_methods(["GET", "POST"])
def end_identity(request: SignedInRequest, id: UUID) -> HttpResponse:
    """End the link, after a question."""
    linked = get_linked(id, for_=request.user)
    title = words(title_of(linked.provider))
    if request.method == "GET":
        return render(request, "federation/end_identity.html", {"title": title})
    unlink_identity(linked, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s opens your account no more.") % {"name": title})
    return redirect("federation:identities")
