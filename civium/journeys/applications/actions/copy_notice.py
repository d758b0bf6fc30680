"""Copies of what is written to somebody, for those who may receive it for them."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.models import Notice
from civium.engines.notices.rules import fill, fill_line
from civium.foundation.identity.queries import find_receivers
from civium.foundation.privacy.queries import is_kept_by_law

from ..mandate_words import named
from ..models import Application

# With a way in that would outlive a mandate.
NEVER_COPIED: Final = frozenset({"link-back", "help-at-counter"})


def copy_notice(notice: Notice, *, application_id: UUID, at: datetime) -> list[Notice]:
    """Send each who may receive for the applicant the same words, with whose they are.

    Nothing of what is no applicant's, or only the law keeps.
    """
    application = Application.objects.select_related("applicant").filter(pk=application_id).first()
    if application is None or notice.to_id != application.applicant_id or notice.kind in NEVER_COPIED:
        return []
    if is_kept_by_law(application.subject):
        return []
    sent = []
    for receiver, mandate in find_receivers(application.applicant, service=application.service, at=at):
        with override(receiver.language):
            language = receiver.language
            values = {"name": named(application.applicant), "subject": notice.subject}
            sent.append(
                send_notice(
                    to=receiver,
                    about=notice.about,
                    kind="copy",
                    subject_line=fill_line(_("For ((name)): ((subject))"), values, language=language),
                    body=fill(
                        _("You get this copy because you may receive letters for ((name))."),
                        values,
                        language=language,
                    )
                    + f"\n\n---\n\n{notice.body}",
                    language=language,
                    at=at,
                    once=f"copy:{notice.pk}:{receiver.pk}",
                    under=mandate,
                )
            )
    return sent
