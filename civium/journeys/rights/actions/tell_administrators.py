"""Tell administrators that a question waits which nobody may answer."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.cases.models import Case
from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.models import Notice
from civium.engines.notices.rules import Address
from civium.foundation.identity.models import Person, Role
from civium.foundation.identity.queries import find_administrators
from civium.foundation.kit.languages import listed
from civium.foundation.privacy.rules import agency_words

from ..waiting_for_another import roles_that_nobody_has


def tell_administrators(case: Case, *, at: datetime) -> list[Notice]:
    """Write to each administrator but whom it is about: which role in which office. Nothing of the case itself."""
    roles = roles_that_nobody_has(case)
    if not roles:
        return []
    parties = (case.applicant_id, case.concerns_id)
    return [_tell(case, roles, to=each, at=at) for each in find_administrators() if each.pk not in parties]


def _tell(case: Case, roles: tuple[str, ...], *, to: Person, at: datetime) -> Notice:
    with override(to.language):
        values = {
            "office": agency_words(case.agency_id),
            "role": listed(Role(role).label for role in roles),
            "link": Address(f"{settings.CIVIUM_ORIGIN}{reverse('desk:staff')}"),
        }
        subject = _("Nobody may answer a question: ((office))")
        body = _(
            "A question about data waits at “((office))”, and everybody there who could answer it is the one whom it is about.\n\n"
            "Please give somebody else a role there: ((role)). The law counts the days.\n\n((link))"
        )
    return send_notice(
        to=to,
        about=f"agency:{case.agency_id}",
        kind="nobody-may-answer",
        subject_line=subject,
        body=body,
        values=values,
        language=to.language,
        at=at,
        once=f"nobody-may-answer:{case.pk}:{to.pk}",
    )
