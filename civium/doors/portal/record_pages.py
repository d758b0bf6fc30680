"""The record as people meet it: a receipt for what is about them, and the public page where anybody checks one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from civium.foundation.identity.policy import SignedInRequest, anyone, open_to, signed_in
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
from civium.journeys.applications.queries import EntryAbout, get_entry_about

LONGEST_UPLOAD = 16_384


def _my_entry(request: SignedInRequest, entry: int) -> EntryAbout:
    """The entry, if it is about the visitor: not there and not about them are the same."""
    return get_entry_about(entry, for_=request.user, language=get_language() or "en")


@open_to(signed_in)
@require_GET
def receipt(request: SignedInRequest, entry: int) -> HttpResponse:
    """What a receipt is, and the way to download it."""
    about = _my_entry(request, entry)
    try:
        text = make_receipt(about.entry)
    except ReceiptNotReady:
        text = ""
    return render(request, "portal/receipt.html", {"about": about, "text": text})


@open_to(signed_in)
@require_GET
def receipt_file(request: SignedInRequest, entry: int) -> HttpResponse:
    """The receipt as a file. Refuses (ReceiptNotReady) what is not signed for yet."""
    about = _my_entry(request, entry)
    return _file(make_receipt(about.entry), name=f"receipt-{entry}.tlog-proof")


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
    return [
        {"key": _("Number on the record"), "value": receipt.place + 1},
        {"key": _("When it was recorded"), "value": said["at"]},
        {"key": _("What was recorded"), "value": said["kind"]},
        {"key": _("What it belongs to"), "value": said["stream"]},
        {"key": _("Signed by the town"), "value": signed.at.isoformat(timespec="seconds")},
        {
            "key": _("Seen by independent witnesses"),
            "value": ", ".join(
                f"{name} ({at.isoformat(timespec='seconds')})" for name, at in signed.witnesses.items()
            )
            or _("none yet"),
        },
    ]


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
