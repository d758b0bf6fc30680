"""Who read a person's data, for a national portal: the operations of the Data Tracker (Andmejälgija) of Estonia's X-Road, version 2.1.

Paths, parameters and answers are those of its specification. What does not fit is answered with 400, as it says.
See docs/decisions for what it leaves open.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Final, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Header, Query, Router, Schema
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from civium.foundation.federation.queries import find_people_numbered
from civium.foundation.identity.rules import Relation, may
from civium.foundation.journal.queries import is_being_signed
from civium.foundation.kit.refusals import Refusal, require
from civium.foundation.privacy.actions.declare_reading import note_reading
from civium.journeys.rights.queries import find_first_reading_at, find_usages

from .admission import TokenFor
from .models import Token
from .rules import SHOW_READINGS
from .schema import Problem

PREFIX: Final = "/data-tracker"
MOST: Final = 1000
_LARGEST: Final = 2**31 - 1
_MOMENT: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


class NotOneself(Refusal):
    """Somebody asks about somebody else, or about a number that is nobody's: one answer for both."""

    message = _("Only people themselves may see who read their data.")
    what_next = _(
        "Give the same code in X-Road-UserId and userCode: the national number of whoever asks, or with a token of your own also "
        "the e-mail address that you sign in with."
    )
    status = 403


class PeriodBackwards(Refusal):
    """The period ends before it begins."""

    message = _("The period ends before it begins.")
    what_next = _("Give a periodEnd that is not before periodStart.")
    status = 400


def _moment(given: object) -> dt.datetime:
    """A moment as RFC 3339 writes it, in UTC. Refuses what else might be read as one."""
    try:
        if isinstance(given, str) and _MOMENT.fullmatch(given):
            return dt.datetime.fromisoformat(given.upper()).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise PydanticCustomError("date_time", "Write a moment like 2021-01-31T10:20:30Z.")


Moment = Annotated[
    dt.datetime | None, BeforeValidator(lambda given: None if given is None else _moment(given))
]
Code = Annotated[str, Field(min_length=1, max_length=254, pattern=r"^[^\x00-\x1f]*$")]


class _Answer(Schema):
    """In the words of the specification, which writes names in camel case."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Usage(_Answer):
    """One reading of the person's data."""

    logtime: dt.datetime = Field(description="When.")
    action: str = Field(description="What for, and which kinds of data, in words for people.")
    receiver_code: str = Field(description="The office that read or was told, by its permanent name.")
    receiver_name: str = Field(description="Its name.")
    receiver_system: str = Field(description="The system in which it was read.")


class FindUsageResponse(_Answer):
    """Readings of a person's data, the newest first."""

    total_usages: int = Field(description="How many there are in the period, whatever limit and offset.")
    usages: list[Usage]


class UsagePeriodResponse(_Answer):
    """Since when readings are on the record. There is no end: until now."""

    period_start: dt.datetime


class HeartbeatResponse(_Answer):
    """Whether readings can be asked for."""

    status: Literal["OK", "FAIL"]
    message: str


router = Router(tags=["Who looked (Data Tracker)"])


@router.get(
    "/v2/findUsage",
    by_alias=True,
    response={200: FindUsageResponse, **dict.fromkeys((400, 401, 403, 429, 503), Problem)},
    auth=TokenFor("see who read", "data") | TokenFor("show elsewhere who read", "data"),
    summary="Who read a person's data, when and what for",
)
def find_usage(
    request: HttpRequest,
    user: Annotated[
        Code,
        Header(
            alias="X-Road-UserId",
            description="The national number of whoever asks, for example EE12345678901.",
        ),
    ],
    code: Annotated[
        Code,
        Query(alias="userCode", description="The national number of the person whose data it is: the same."),
    ],
    since: Annotated[
        Moment, Query(None, alias="periodStart", description="Readings from this moment on.")
    ] = None,
    until: Annotated[
        Moment,
        Query(
            None,
            alias="periodEnd",
            description="Readings until this moment. Give it when you ask page by page.",
        ),
    ] = None,
    offset: Annotated[
        int, Query(ge=0, le=_LARGEST, description="How many to leave out at the beginning.")
    ] = 0,
    limit: Annotated[
        int, Query(ge=0, le=_LARGEST, description="How many at most. Never more than 1000 come at once.")
    ] = MOST,
) -> Any:
    owners = _owners(request, user=user, code=code)
    if since and until and until < since:
        raise PeriodBackwards
    total, usages = find_usages(
        owners,
        since=since,
        until=until,
        offset=offset,
        limit=min(limit, MOST),
        language=get_language() or "en",
    )
    return {
        "total_usages": total,
        "usages": [
            {
                "logtime": each.at,
                "action": each.action,
                "receiver_code": each.receiver,
                "receiver_name": each.receiver_name,
                "receiver_system": each.receiver_system,
            }
            for each in usages
        ],
    }


@router.get(
    "/v2/usagePeriod",
    by_alias=True,
    response={200: UsagePeriodResponse, 429: Problem},
    summary="Since when readings are on the record",
)
def usage_period(request: HttpRequest) -> Any:
    return {"period_start": find_first_reading_at() or timezone.now()}


@router.get(
    "/v2/heartbeat",
    by_alias=True,
    response={200: HeartbeatResponse, 429: Problem},
    summary="Whether readings can be asked for",
)
def heartbeat(request: HttpRequest) -> Any:
    if is_being_signed(at=timezone.now()):
        return {"status": "OK", "message": "API is ready"}
    return {"status": "FAIL", "message": "The record is not being signed, so nobody is told what is on it."}


def _owners(request: HttpRequest, *, user: str, code: str) -> list[str]:
    """Whose readings are asked for, by their streams; nobody's for a number that the town does not know, asked by the portal.

    Refuses NotOneself whoever asks about somebody else. What the portal is told is itself a reading of the person's data.
    """
    token: Token = request.auth  # type: ignore[attr-defined]
    people = find_people_numbered(code)
    is_the_same = _plain(user) == _plain(code)
    if SHOW_READINGS in token.scopes:
        relations = {Relation.PORTAL} if is_the_same else set()
        require(may("show elsewhere who read", "data", relations), NotOneself)
        for each in people:
            note_reading(of=each, kinds={"readings"}, purpose="show-readings-elsewhere", by=token.person)
        return [f"person:{each}" for each in people]
    is_own = token.person_id in people or _plain(code) == _plain(token.person.email)
    require(may("see who read", "data", {Relation.OWNER} if is_the_same and is_own else set()), NotOneself)
    return [token.person.vault_key]


def _plain(code: str) -> str:
    """Codes are compared without what people type between their parts."""
    return "".join(letter for letter in code.casefold() if letter not in " -")
