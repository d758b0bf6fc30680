"""The grammar of ``prefill`` in a service document: question name -> ``register.field``."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import Field


class Problem(NamedTuple):
    """What is wrong with a document, where in it, and what to write instead."""

    path: str
    message: str


RegisterField = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*$", max_length=80)]
Prefill = dict[str, RegisterField]
