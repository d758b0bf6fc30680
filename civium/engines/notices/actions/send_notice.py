"""Send a notice."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from civium.foundation.identity.models import Mandate, Person
from civium.foundation.journal.actions.record import record
from civium.foundation.vault.actions.sealing import seal

from ..composing import compose
from ..events import NoticeSent
from ..models import Notice, State
from ..rules import fill, fill_line
from .carry_notice import carry_notice


@transaction.atomic
def send_notice(
    *,
    to: Person,
    about: str,
    kind: str,
    subject_line: str,
    body: str,
    language: str,
    at: datetime,
    once: str,
    values: Mapping[str, str] | None = None,
    under: Mandate | None = None,
) -> Notice:
    """Put a notice into the person's inbox at once and on its way by e-mail. The same ``once`` again sends nothing more.

    ``under``: it is a copy that a mandate gives, not carried or shown once that has ended.

    A guest who gave no address reads it on the page of the case only.

    ``body`` is Markdown and ``subject_line`` one line; their gaps are filled with ``values``, or already are where there are none. What
    they say is kept sealed under the person's key, as text and as HTML, exactly as it goes out.
    """
    if values is not None:
        subject_line = fill_line(subject_line, values, language=language)
        body = fill(body, values, language=language)
    notice = Notice(
        id=uuid.uuid4(),
        to=to,
        mandate=under,
        about=about,
        kind=kind,
        language=language,
        created_at=at,
        once=once,
    )
    subject_line = " ".join(subject_line.split())
    composed = compose(subject_line, body, language=language, has_inbox=not to.is_guest)
    content = {"body": body, "text": composed.text, "html": composed.html}
    notice.subject_sealed = seal(subject_line, under=notice.vault_key, at=notice.place("subject"))
    notice.content_sealed = seal(content, under=notice.vault_key, at=notice.place("content"))
    has_address = bool(to.mail_address)
    if not has_address:
        notice.state = State.ON_PAGE
    # The database decides between two at once without a failed statement.
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    stored = Notice.objects.get(once=once)
    if stored.pk == notice.pk:
        record(NoticeSent(notice.id, about, to.pk, kind, language), by=None, at=at)
        if has_address:
            carry_notice.enqueue(str(notice.id))
    return stored
