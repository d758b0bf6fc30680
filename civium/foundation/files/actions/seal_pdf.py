"""Put the town's electronic seal on a PDF (PAdES baseline B, ETSI EN 319 142-1), and check one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from civium.foundation.vault.queries import SealMissing, get_seal

__all__ = ["SealMissing", "SealReport", "check_seal", "seal_pdf"]


@dataclass(frozen=True)
class SealReport:
    """What a check of a document's seal found."""

    is_sealed: bool
    is_intact: bool = False
    is_ours: bool = False
    covers_everything: bool = False
    sealed_at: datetime | None = None
    reason: str = ""

    @property
    def is_good(self) -> bool:
        """Sealed by this town, and nothing was changed or added since."""
        return self.is_intact and self.is_ours and self.covers_everything


def seal_pdf(pdf: bytes, *, reason: str, at: datetime) -> bytes:
    """The PDF with the town's seal: whoever opens it sees who issued it, when (``at``, aware) and that nothing was changed.

    The seal allows no later change. Raises SealMissing when the town has no seal yet. A third of a second the first time.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    seal = get_seal()
    signer = signers.SimpleSigner.load(str(seal.key), str(seal.certificate))
    if signer is None:
        raise SealMissing(
            f"The seal at {seal.key} and {seal.certificate} cannot be read: they must be PEM files that fit."
        )
    meant = signers.PdfSignatureMetadata(
        field_name="Seal",
        reason=reason,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    pdf_signer = signers.PdfSigner(meant, signer=signer)
    out: BytesIO = _at(pdf_signer, at).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    return out.getvalue()


def _at(pdf_signer: Any, at: datetime) -> Any:
    """The signer with the moment of the seal set; by itself it takes the machine's."""
    begin = pdf_signer.init_signing_session

    def begin_at(*asked: Any, **more: Any) -> Any:
        session = begin(*asked, **more)
        session.system_time = at
        return session

    pdf_signer.init_signing_session = begin_at
    return pdf_signer


def check_seal(pdf: bytes) -> SealReport:
    """Whether the document bears this town's seal, unbroken. Never raises for a document that is damaged: it is not sealed."""
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
    except (PdfError, ValueError, TypeError):
        return SealReport(is_sealed=False)
    if not signatures:
        return SealReport(is_sealed=False)
    seal = signatures[-1]
    certificates = list(load_certs_from_pemder([str(get_seal().certificate)]))
    trusted = ValidationContext(trust_roots=certificates, moment=seal.self_reported_timestamp)
    status = validate_pdf_signature(seal, trusted)
    return SealReport(
        is_sealed=True,
        is_intact=status.intact and status.valid,
        is_ours=seal.signer_cert.dump() == certificates[0].dump() and status.trusted,
        covers_everything=_ends_at(seal) == len(pdf) and status.modification_level == ModificationLevel.NONE,
        sealed_at=seal.self_reported_timestamp,
        reason=str(seal.sig_object.get("/Reason", "")),
    )


def _ends_at(seal: Any) -> int:
    """Where the bytes end that the seal speaks for."""
    return int(seal.byte_range[2]) + int(seal.byte_range[3])
