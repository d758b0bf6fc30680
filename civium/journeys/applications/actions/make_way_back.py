"""Ways back to an application without signing in: a code with a check question, a link, a code for the counter, a secret code."""

from __future__ import annotations

import secrets
import unicodedata
import uuid
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from civium.engines.forms.actions.save_answers import save_answers
from civium.foundation.identity.models import Person
from civium.foundation.identity.rules import may
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.references import ALPHABET, new_reference
from civium.foundation.kit.refusals import NotFound, Refusal, require
from civium.foundation.vault.actions.indexing import blind_index, possible_indexes
from civium.foundation.vault.actions.sealing import seal
from civium.foundation.vault.actions.tokens import new_token

from ..events import WayBackMade
from ..models import Application, CheckQuestion, State, Way, WayBack
from ._changing import NotOpenAnyMore, locked

# How long each opens the application. A guest's draft lives as long as the way back to it.
GOOD_FOR: Final = {
    Way.DRAFT: timedelta(days=30),
    Way.LINK: timedelta(days=7),
    Way.COUNTER: timedelta(minutes=30),
    Way.CASE: timedelta(days=2 * 365),
}
CASE_CODE: Final = 12
LONGEST_ANSWER: Final = 100


class CheckAnswerMissing(Refusal):
    """Without a check question, whoever finds the code would have the application."""

    message = _("Choose a question and enter your answer. We ask it when you come back.")
    status = 422


def ways_to_make(application: Application, *, by: Person, at: datetime) -> frozenset[Way]:
    """Which ways back they may make now: the applicant every one; whoever helps only the first one of a guest.

    To a guest's address, so that the helper never has it; a code, which the helper sees, only where there is no address.
    """
    stands = application.relations_of(by)
    if may("make ways back to", "application", stands):
        return frozenset({Way.DRAFT, Way.LINK, Way.COUNTER})
    helps = may("make the first way back of a guest to", "application", stands)
    if not helps or not application.applicant.is_guest or _has_way(application, at=at):
        return frozenset()
    return frozenset({Way.LINK} if application.applicant.mail_address else {Way.DRAFT, Way.LINK})


def _has_way(application: Application, *, at: datetime) -> bool:
    return application.ways_back.filter(way__in=(Way.DRAFT, Way.LINK), expires_at__gt=at).exists()


def make_way_back(
    application: Application,
    *,
    way: Way,
    question: str = "",
    answer: str = "",
    by: Person,
    at: datetime,
) -> WayBack:
    """Make a new way back, in the place of an older one of its kind, which opens nothing any more.

    Without an account, and with a code for a shared computer, coming back needs the answer to a check question.
    Refused to whoever acts for the applicant, and to whoever helps, but for a guest's first (``ways_to_make``).
    """
    asks = way == Way.DRAFT or (way == Way.LINK and application.applicant.is_guest)
    if asks and (question not in CheckQuestion.values or not _plain(answer)):
        raise CheckAnswerMissing
    return _make(application, way, question if asks else "", answer if asks else "", by=by, at=at)


@transaction.atomic
def _make(
    application: Application, way: Way, question: str, answer: str, *, by: Person, at: datetime
) -> WayBack:
    current = locked(application.pk, for_=by)
    if current.state != State.DRAFT:
        raise NotOpenAnyMore
    require(way in ways_to_make(current, by=by, at=at), NotFound)
    WayBack.objects.filter(application=current, way=way).delete()
    made = open_way(current, way=way, question=question, answer=answer, at=at)
    if current.applicant.is_guest and way != Way.COUNTER and current.is_open:
        lives_until = max(made.expires_at, current.draft.expires_at or at)
        save_answers(current.draft, {}, at=at, expires_at=lives_until)
    record(WayBackMade(current.id, Way(way).value), by=by, at=at)
    return made


def open_way(
    application: Application, *, way: Way, question: str = "", answer: str = "", at: datetime
) -> WayBack:
    """The row itself, with a code of the kind. The caller holds the application."""
    code = _new_code(way)
    made = WayBack(
        id=uuid.uuid4(),
        application=application,
        way=way,
        code_index=code_index(code),
        question=question,
        answer_index=answer_index(application, answer) if question else "",
        made_at=at,
        expires_at=at + GOOD_FOR[way],
    )
    made.code_sealed = seal(code, under=application.subject, at=made.code_place)
    made.save(force_insert=True)
    return made


def _new_code(way: Way) -> str:
    if way == Way.LINK:
        return new_token()
    if way == Way.CASE:
        return "".join(secrets.choice(ALPHABET) for _place in range(CASE_CODE))
    return new_reference()


def code_index(code: str) -> str:
    """What a code is found by. Links keep their case and signs; codes that people type are forgiven theirs."""
    return blind_index(code, purpose="applications:way-back").hex()


def possible_code_indexes(*codes: str) -> list[str]:
    """What each of the codes may be found by: two things while the key of the indexes is being replaced."""
    found = possible_indexes(codes, purpose="applications:way-back")
    return [index.hex() for indexes in found for index in indexes]


def typed_code(typed: str) -> str:
    """A typed code as it was made: no separators or spaces, in capitals, with 0 for O."""
    return "".join(c for c in typed.upper() if c.isascii() and c.isalnum()).replace("O", "0")[:40]


def shown_code(code: str) -> str:
    """The code as printed and read aloud: groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def answer_index(application: Application, answer: str) -> str:
    """What an answer is compared by: bound to its application, so that equal answers of two people do not look the same."""
    return blind_index(_bound(application, answer), purpose="applications:check-answer").hex()


def possible_answer_indexes(application: Application, answer: str) -> list[str]:
    """What the answer may be kept as: two things while the key of the indexes is being replaced."""
    (found,) = possible_indexes([_bound(application, answer)], purpose="applications:check-answer")
    return [index.hex() for index in found]


def _bound(application: Application, answer: str) -> str:
    return f"{application.id}:{_plain(answer)}"


def _plain(answer: str) -> str:
    """Letters and digits only, without accents and case: nobody remembers how they wrote it."""
    split = unicodedata.normalize("NFKD", answer[:LONGEST_ANSWER].casefold())
    return "".join(c for c in split if c.isalnum())
