"""The record as people meet it: a receipt for what is about them, and the public page where anybody checks one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from markupsafe import Markup

from civium.foundation.design.showing import moment, zone
from civium.foundation.identity.models import Person
from civium.foundation.identity.policy import SignedInRequest, anyone, open_to, signed_in
from civium.foundation.journal.events import words_of
from civium.foundation.journal.queries import (
    CheckedReceipt,
    ReceiptNotReady,
    ReceiptWrong,
    check_receipt,
    find_head,
    latest_checkpoint,
    make_receipt,
    public_keys,
    verifier_source,
)
from civium.foundation.kit.references import parse_reference
from civium.foundation.kit.refusals import NotFound
from civium.foundation.privacy.events import DataRead
from civium.journeys.applications.policy import applicant_of, applicant_of_case_or_who_may
from civium.journeys.applications.queries import EntryAbout, get_entry_about

LONGEST_UPLOAD = 16_384


@open_to(signed_in)
@require_GET
def receipt(request: SignedInRequest, entry: int) -> HttpResponse:
    """What a receipt is, and the way to download it."""
    file = reverse("portal:receipt_file", args=[entry])
    return _receipt_page(request, _entry_about(entry, request.user), file=file)


@open_to(signed_in)
@require_GET
def receipt_file(request: SignedInRequest, entry: int) -> HttpResponse:
    """The receipt as a file. Refuses (ReceiptNotReady) what is not signed for yet."""
    return _receipt_file(_entry_about(entry, request.user))


@open_to(applicant_of_case_or_who_may(read="view"))
@require_GET
def case_receipt(request: SignedInRequest, reference: str, entry: int) -> HttpResponse:
    """The same for a line of a case: for whoever sees the case, also without an account or for somebody else."""
    file = reverse("portal:case_receipt_file", args=[reference, entry])
    return _receipt_page(request, _entry_of_case(request, reference, entry), file=file)


@open_to(applicant_of_case_or_who_may(read="view"))
@require_GET
def case_receipt_file(request: SignedInRequest, reference: str, entry: int) -> HttpResponse:
    """That receipt as a file. Refuses (ReceiptNotReady) what is not signed for yet."""
    return _receipt_file(_entry_of_case(request, reference, entry))


def _entry_about(entry: int, person: Person) -> EntryAbout:
    """The entry, if it is about this person: not there and not about them are the same."""
    return get_entry_about(entry, for_=person, language=get_language() or "en")


def _entry_of_case(request: SignedInRequest, reference: str, entry: int) -> EntryAbout:
    """The entry, if the applicant's case tells of it."""
    about = _entry_about(entry, applicant_of(request))
    if about.case is None or about.case.reference != parse_reference(reference):
        raise NotFound
    return about


def _receipt_page(request: HttpRequest, about: EntryAbout, *, file: str) -> HttpResponse:
    try:
        text = make_receipt(about.entry)
    except ReceiptNotReady:
        text = ""
    kind = about.entry.kind
    shown = {
        "about": about,
        "what": words_of(kind),
        "recorded": _what(kind),
        "text": text,
        "file": file,
        "is_reading": kind == DataRead.kind,
    }
    return render(request, "portal/receipt.html", shown)


def _receipt_file(about: EntryAbout) -> HttpResponse:
    return _file(make_receipt(about.entry), name=f"receipt-{about.entry.pk}.tlog-proof")


@open_to(anyone)
@require_http_methods(["GET", "POST"])
def check_record(request: HttpRequest) -> HttpResponse:
    """Check a receipt, pasted or uploaded; and what anybody needs to check the record without us."""
    typed = _given(request) if request.method == "POST" else ""
    checked, error = None, ""
    if request.method == "POST":
        try:
            checked = check_receipt(typed)
        except ReceiptWrong:
            error = _("Paste the whole receipt, or choose its file.") if not typed.strip() else ""
    head = find_head()
    return render(
        request,
        "portal/check_record.html",
        {
            "typed": typed[:LONGEST_UPLOAD],
            "error": error,
            "was_checked": request.method == "POST" and not error,
            "checked": checked,
            "lines": _lines(checked) if checked else [],
            "head": head,
            "keys": public_keys(),
        },
        status=422 if error else 200,
    )


def _given(request: HttpRequest) -> str:
    """The receipt that was sent; what is no text, or too long, is none."""
    upload = request.FILES.get("file")
    if upload is None:
        return request.POST.get("receipt", "")[:LONGEST_UPLOAD]
    return bytes(upload.read(LONGEST_UPLOAD)).decode("utf-8", "replace")


def _lines(checked: CheckedReceipt) -> list[dict[str, Any]]:
    receipt, signed = checked.receipt, checked.receipt.signed
    said = receipt.fields
    witnesses = [Markup("{}, {}").format(_code(name), _moment(at)) for name, at in signed.witnesses.items()]
    return [
        {"key": _("What was recorded"), "value": words_of(said["kind"])},
        {"key": _("When it was recorded"), "value": _moment(datetime.fromisoformat(said["at"]))},
        {"key": _("Its code on the record"), "value": _code(said["kind"])},
        {"key": _("Number on the record"), "value": receipt.place + 1},
        {"key": _("What it belongs to"), "value": _code(said["stream"])},
        {"key": _("Signed by the town"), "value": _moment(signed.at)},
        {"key": _("Seen by independent witnesses"), "value": Markup("; ").join(witnesses) or _("none yet")},
    ]


def _what(kind: str) -> Markup:
    """What was recorded, in words; and the code that stands on the record and in the receipt."""
    words = words_of(kind)
    return _code(kind) if words == kind else Markup("{} ({})").format(words, _code(kind))


def _moment(at: datetime) -> str:
    """On the town's clock, and it says so: whoever checks a receipt may be elsewhere, and the receipt itself has UTC."""
    return f"{moment(at)} ({zone()})"


def _code(text: str) -> Markup:
    """A code reads from left to right in every language, and may be broken anywhere."""
    return Markup('<bdi dir="ltr" class="breaks">{}</bdi>').format(text)


@open_to(anyone)
@require_GET
def record_keys(request: HttpRequest) -> HttpResponse:
    """The public keys of the record and its witnesses, for the verifier."""
    lines = "".join(f"{key}\n" for key in public_keys())
    return _file(
        f"# Keys of this town's record and of its witnesses, by which others check it.\n{lines}",
        name="record-keys.txt",
    )


@open_to(anyone)
@require_GET
def record_checkpoint(request: HttpRequest) -> HttpResponse:
    """The head of the record as it was signed last: who notes it can prove later that the record was rolled back or rewritten."""
    return _file(latest_checkpoint(), name="checkpoint.txt")


@open_to(anyone)
@require_GET
def record_verifier(request: HttpRequest) -> HttpResponse:
    """The program that checks receipts and copies of the record without us."""
    return _file(verifier_source(), name="verify_record.py")


def _file(content: str | bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
