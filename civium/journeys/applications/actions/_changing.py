"""What every change of an application shares: it happens to the application as it is now, and to one's own only."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from civium.foundation.identity.models import Person
from civium.foundation.kit.refusals import NotFound, Refusal

from ..models import Application


class NotOpenAnyMore(Refusal):
    """The application was sent or deleted meanwhile, perhaps in another tab."""

    message = _("This application can no longer be changed.")
    what_next = _("Look on your page: it was sent, or deleted in another window.")


def locked(id: UUID, *, for_: Person | None = None) -> Application:
    """The application, held until the transaction ends. Not there and not yours are the same refusal."""
    found = (
        Application.objects.select_for_update(of=("self",)).select_related("draft", "applicant").filter(pk=id)
    )
    application = (found if for_ is None else found.filter(applicant=for_)).first()
    if application is None:
        raise NotFound
    return application
