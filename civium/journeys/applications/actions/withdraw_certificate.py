"""Withdrawing a certificate."""

from __future__ import annotations

from datetime import datetime
from unicodedata import category

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.cases.queries import get_case_of_subject
from civium.engines.cases.rules import may_withdraw_certificate
from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import NotFound, Refusal
from civium.foundation.vault.actions.sealing import seal

from ..events import CertificateWithdrawn
from ..models import Certificate
from .refuse_own_hands import refuse_own_hands
from .tell_applicant import tell_of_withdrawal

LONGEST = 5_000
# Control characters and halves of characters; joiners stay, whole scripts need them.
_NEVER_TYPED = {"Cc", "Cs"}


class WithdrawalReasonMissing(Refusal):
    """Whoever loses a document is told why."""

    message = _("Enter why the document is withdrawn. The applicant will read it.")
    status = 422


class WithdrawalReasonTooLong(Refusal):
    """The text is longer than anybody reads."""

    message = _("Shorten the text to 5,000 characters or fewer.")
    status = 422


class AlreadyWithdrawn(Refusal):
    """Somebody was quicker: theirs is the reason that counts."""

    message = _("This document is already withdrawn.")


@transaction.atomic
def withdraw_certificate(certificate: Certificate, *, reason: str, by: Person, at: datetime) -> None:
    """Say from now on, on its public page, that the document no longer holds, and tell its holder why.

    Whoever helped its holder, or may act for them, does not decide that (NeedsOtherEyes).
    """
    application = certificate.application
    case = get_case_of_subject(application.subject)
    if case is None or not may_withdraw_certificate(by, case):
        raise NotFound
    case.require_usable()
    refuse_own_hands(case, able=lambda each: may_withdraw_certificate(each, case), by=by, at=at)
    typed = (c for c in reason.replace("\r\n", "\n") if c in "\n\t" or category(c) not in _NEVER_TYPED)
    words = "".join(typed).strip()
    if not words:
        raise WithdrawalReasonMissing
    if len(words) > LONGEST:
        raise WithdrawalReasonTooLong
    end_certificate(certificate, reason=words, by=by, at=at)
    tell_of_withdrawal(case, certificate=certificate, reason=words, at=at)


@transaction.atomic
def end_certificate(certificate: Certificate, *, reason: str, by: Person, at: datetime) -> None:
    """Note that the document no longer holds, and why; for actions that made sure of their own and tell its holder themselves."""
    sealed = seal(reason, under=certificate.application.subject, at=certificate.withdrawal_place)
    standing = Certificate.objects.filter(pk=certificate.pk, withdrawn_at=None)
    if not standing.update(withdrawn_at=at, withdrawal_sealed=sealed):
        raise AlreadyWithdrawn
    record(CertificateWithdrawn(certificate.application_id, certificate.document), by=by, at=at)
