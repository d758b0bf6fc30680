"""What goes over the wire, as OpenAPI describes it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field


class _Answer(Schema):
    model_config = ConfigDict(extra="forbid")


class FieldProblem(Schema):
    """One wrong value."""

    pointer: str = Field(description="Where: `answers.dog_name`, `answers.members[0].age`.")
    detail: str


class Problem(Schema):
    """A refusal or a mistake, as RFC 9457 says."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="What is wrong, in words for people.")
    what_next: str = Field("", description="What to do about it.")
    errors: list[FieldProblem] = Field([], description="What is wrong where, for answers and parameters.")
    reference: str = Field("", description="To quote when something broke on our side.")


class ServiceSummary(_Answer):
    """A service in a list."""

    service: str
    version: int
    title: str
    summary: str
    agency: str
    topics: list[str]
    life_events: list[str]
    sign_in: str
    page: str = Field(description="Where people read about it.")
    self: str


class Services(_Answer):
    """A page of services."""

    services: list[ServiceSummary]
    next: str | None = Field(description="The address of the next page; null on the last.")


class ServiceDetail(ServiceSummary):
    """A service, with what to answer when applying."""

    languages: list[str]
    answers: dict[str, Any] = Field(
        description="JSON Schema (2020-12) of `answers` in POST /applications. Files are given with name and base64 content."
    )


class NewApplication(Schema):
    """An application, whole."""

    model_config = ConfigDict(extra="forbid")

    service: str = Field(max_length=60)
    answers: dict[str, Any]
    language: str | None = Field(
        None, description="In which language the applicant is written to.", max_length=10
    )


class ApplicationState(_Answer):
    """Where an application stands."""

    id: UUID
    service: str
    version: int
    state: Literal["draft", "to-pay", "sent", "dropped"]
    sent_at: dt.datetime | None
    reference: str | None = Field(description="The case's reference, once there is a case.")
    status: str | None = Field(
        description="received, in-review, waiting-for-you, waiting-for-others, agreed, refused, closed"
    )
    due: str | None = Field(description="What has to be paid, as `25.00 EUR`, while it has to be.")
    pay_at: str | None = Field(description="Where the applicant pays.")
    self: str


class AnswerToCorrect(_Answer):
    """An answer that the agency asks to correct."""

    name: str = Field(description="What it is called in POST: `chip_number`; in a list `members/<row>/age`.")
    label: str
    reason: str = Field(description="Why it should be corrected.")
    value: Any = Field(description="The answer as it was sent.")
    takes: dict[str, Any] = Field(description="JSON Schema (2020-12) of what it takes.")


class WhatIsAsked(_Answer):
    """What the agency needs from the applicant before it can go on."""

    question: str = Field(description="What is asked in words; empty when only answers are to be corrected.")
    asked_at: dt.datetime
    until: dt.date | None
    answers: list[AnswerToCorrect]


class NewCorrections(Schema):
    """Corrected answers, and an answer to what was asked in words."""

    model_config = ConfigDict(extra="forbid")

    answers: dict[str, Any] = Field(
        {},
        description="Every answer that is asked for, by its name, also one that stays as it is; and what follows from it.",
    )
    answer: str = Field("", description="To what was asked in words.", max_length=5_000)


class CaseSummary(_Answer):
    """A case in a list. Nothing in it is sealed."""

    reference: str
    service: str
    version: int
    agency: str
    about: str
    lies_still: bool = Field(description="Its use is restricted: staff cannot open it, and `about` is empty.")
    step: str
    status: str
    opened_at: dt.datetime
    due_on: dt.date | None = Field(description="Null while it lies still: no day counts for it.")
    expected_on: dt.date | None = Field(description="Null while it lies still.")
    is_paused: bool
    closed_at: dt.datetime | None
    outcome: str | None
    revision: int
    self: str


class Cases(_Answer):
    """A page of cases."""

    cases: list[CaseSummary]
    next: str | None = Field(description="The address of the next page; null on the last.")


class Event(_Answer):
    """Something that happened."""

    at: dt.datetime
    title: str
    by: str


class SentFile(_Answer):
    """A file of the case."""

    id: UUID
    name: str
    media_type: str
    size: int
    state: str


class SentMessage(_Answer):
    """A message between the applicant and the agency."""

    id: UUID
    at: dt.datetime
    from_applicant: bool
    text: str
    files: list[UUID]


class OfferedMove(_Answer):
    """Something that this token may do with the case now."""

    name: str
    to: str
    needs_reason: bool
    asks_applicant: bool


class CaseDetail(CaseSummary):
    """A case with its answers and story."""

    answers: dict[str, Any]
    story: list[Event]
    messages: list[SentMessage]
    files: list[SentFile]
    moves: list[OfferedMove]


class NewMove(Schema):
    """A move by the service's own steps."""

    model_config = ConfigDict(extra="forbid")

    move: str = Field(max_length=60)
    reason: str = Field("", max_length=10_000)
    question: str = Field("", max_length=10_000)
    corrections: dict[str, str] = Field(
        {}, description="Why each of these answers should be corrected, by its name."
    )
    until: dt.date | None = None
    revision: int = Field(
        description="The case's revision that you saw: when it has changed since, nothing is done.",
        ge=0,
        le=2_000_000_000,
    )


class NewMessage(Schema):
    """A message to the other side."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=10_000)
