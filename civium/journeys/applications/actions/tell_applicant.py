"""Telling the applicant what happened, in their language, by the notice that the document has for the moment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.cases.models import Case
from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.models import Notice
from civium.foundation.files.models import StoredFile
from civium.journeys.catalogue.queries import get_offer_version

from ..models import Application, Certificate
from ..notice_values import case_values


def tell_applicant(case: Case, *, moment: str, at: datetime, once: str, **extra: str) -> Notice | None:
    """Send the notice of the moment; None when the document has none. ``extra`` fills what only this moment knows."""
    offer = get_offer_version(case.service, case.version)
    kind = offer.document.notices.get(moment)
    if kind is None:
        return None
    message = offer.words(case.language_of_letters).notices[kind]
    values = {**case_values(case, language=case.language_of_letters), **extra}
    return send_notice(
        to=case.applicant,
        about=case.subject,
        kind=kind,
        subject_line=message.title,
        body=_with_link(message.body, case),
        values=values,
        language=message.language,
        at=at,
        once=once,
    )


def _with_link(body: str, case: Case) -> str:
    """The words of the document; for somebody without an account with the link that leads back, when they leave it out."""
    if not case.applicant.is_guest or "((link))" in body:
        return body
    with override(case.language_of_letters):
        follow = _("Follow your application here, without an account:")
        return f"{body}\n\n{follow} ((link))"


def tell_of_refused_file(application_id: UUID, *, file: StoredFile, at: datetime) -> Notice | None:
    """Say that a file turned out to be unusable, and what to do. Once per file, in the words of the product itself."""
    application = Application.objects.select_related("applicant").filter(pk=application_id).first()
    if application is None:
        return None
    with override(application.language_of_letters):
        values = {"name": application.applicant.name, "file": file.name}
        return send_notice(
            to=application.applicant,
            about=application.subject,
            kind="file-refused",
            subject_line=_("A file you sent cannot be used"),
            body=_(
                "Dear ((name)),\n\nour virus scanner refused the file “((file))”, so we deleted it. "
                "Your other answers are safe. Please check your device, then send us the file again "
                "or call us."
            ),
            values=values,
            language=application.language_of_letters,
            at=at,
            once=f"file-refused:{file.id}",
        )


def tell_of_withdrawal(case: Case, *, certificate: Certificate, reason: str, at: datetime) -> Notice:
    """Say that a document no longer holds, and why. Once per document, in the words of the product itself."""
    offer = get_offer_version(case.service, case.version)
    title = str(offer.words(case.language_of_letters).outputs[certificate.document].title)
    with override(case.language_of_letters):
        values = {**case_values(case, language=case.language_of_letters), "document": title, "reason": reason}
        return send_notice(
            to=case.applicant,
            about=case.subject,
            kind="document-withdrawn",
            subject_line=_("A document of yours is no longer valid: ((document))"),
            body=_(
                "Dear ((name)),\n\n((agency)) withdrew this document: ((document)), reference ((reference)). "
                "It is no longer valid. Please do not use it any more.\n\n**Why**\n\n((reason))\n\n"
                "If you do not agree, call ((phone)) or write to ((email)).\n\n((link))"
            ),
            values=values,
            language=case.language_of_letters,
            at=at,
            once=f"document-withdrawn:{certificate.pk}",
        )
