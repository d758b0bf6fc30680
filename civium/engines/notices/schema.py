"""The grammar of notices in a service document, and of their words."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

# ``notices: {received: receipt, granted: licence-granted}``: at which moment which notice goes out.
Notices = dict[str, str]


class Problem(NamedTuple):
    """What is wrong with a document, where in it, and what to write instead."""

    path: str
    message: str


class NoticeText(BaseModel):
    """One notice in one language: a subject line, and a body in Markdown. ``((name))`` stands for a value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Annotated[str, Field(min_length=1, max_length=150)]
    body: Annotated[str, Field(min_length=1, max_length=20_000)]


NoticeTexts = dict[str, NoticeText]
