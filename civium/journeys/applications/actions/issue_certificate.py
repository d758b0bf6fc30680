"""Issuing the document that a decision gives."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.cases.models import Case
from civium.engines.clock.queries import the_calendar
from civium.engines.clock.rules import last_day
from civium.engines.notices.rules import fill
from civium.foundation.design.showing import bare_words, day
from civium.foundation.files.actions.draw_qr import qr_svg
from civium.foundation.files.actions.make_pdf import make_pdf
from civium.foundation.files.actions.seal_pdf import seal_pdf
from civium.foundation.files.actions.store_document import store_document
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.prose import render_prose
from civium.foundation.kit.references import ALPHABET, shown_reference
from civium.foundation.kit.town import the_town

from ..case_file import CaseFile, read_case_file
from ..events import CertificateIssued
from ..models import Certificate
from ..notice_values import case_values
from ..rules import initials

CODE_LENGTH = 16


def new_code() -> str:
    """A code for the public page, as printed: 16 characters in groups of four, 79 random bits."""
    letters = "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def issue_certificate(case: Case, *, document: str, at: datetime) -> Certificate:
    """Make the document, seal it, keep it under the application's key, and open its public page. One holds per case and document.

    It is written in the applicant's language, from the words and answers of the version the application began with.
    """
    file = read_case_file(case, language=case.language, is_staff=True)
    # Done again for the same decision it gives nothing new, also when the document was withdrawn meanwhile.
    given = Certificate.objects.filter(Q(withdrawn_at=None) | Q(issued_at=at), document=document)
    standing = given.filter(application=file.application).order_by("-issued_at").first()
    if standing is not None:
        return standing
    code = new_code()
    with override(case.language):
        valid_until = _valid_until(file, document, at)
        title, html = _words(file, document, code=code, valid_until=valid_until, at=at)
        pdf = seal_pdf(make_pdf(html, language=case.language, title=title), reason=title, at=at)
    with transaction.atomic():
        stored = store_document(
            pdf,
            name=f"{document}-{shown_reference(case.reference)}.pdf",
            media_type="application/pdf",
            under=case.subject,
            by=None,
            at=at,
        )
        certificate = Certificate(
            code=code,
            application=file.application,
            document=document,
            file=stored,
            issued_at=at,
            valid_until=valid_until,
        )
        certificate.initials = initials(file.applicant_name)
        certificate.save(force_insert=True)
        record(CertificateIssued(file.application.id, document), by=None, at=at)
    return certificate


def _valid_until(file: CaseFile, document: str, at: datetime) -> date | None:
    outputs = file.offer.document.outputs.values()
    valid = next((output.valid for output in outputs if output.document == document), None)
    return last_day(the_town().today(at), valid, the_calendar()) if valid else None


def _words(
    file: CaseFile, document: str, *, code: str, valid_until: date | None, at: datetime
) -> tuple[str, str]:
    """The title, and the document as HTML. Answers are filled in as words: nothing in them is markup."""
    language = file.case.language
    message = file.offer.words(language).outputs[document]
    answers = file.offer.form.shown_answers(file.answers, language=language, today=file.sent_on)
    values = {
        **answers,
        **case_values(file.case, language=language),
        "issued_on": day(the_town().today(at)),
        "valid_until": day(valid_until) if valid_until else "",
        "reason": file.decision.reason if file.decision else "",
    }
    address = f"{settings.CIVIUM_ORIGIN}{reverse('applications:certificate', args=[code])}"
    html = render_to_string(
        "applications/document.html",
        {
            "title": message.title,
            "town_name": bare_words(the_town().name),
            "agency": file.agency,
            "body": render_prose(fill(message.body, values, language=language)),
            "qr": qr_svg(address, title=_("Opens the page that checks this document")),
            "code": code,
            "address": address,
            "check_words": _("Check that this document is genuine and still valid:"),
        },
        using="jinja2",
    )
    return str(message.title), html
