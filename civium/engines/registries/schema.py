"""The grammar of ``prefill`` and ``tell`` in a service document.

```yaml
prefill: {owner_name: population-register.name}
tell:
  granted:
    - {to: tax-office, message: new-address, facts: {name: owner_name, address: new_address, since: moved_on}}
```
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field


class Problem(NamedTuple):
    """What is wrong with a document, where in it, and what to write instead."""

    path: str
    message: str


RegisterName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
RegisterField = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*$", max_length=80)]
Prefill = dict[str, RegisterField]


class Telling(BaseModel):
    """One register that is told something: which of its messages, and which answer is each of the message's facts.

    ``when`` is a condition over the answers, without which it is not told.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: RegisterName
    message: RegisterName
    facts: dict[str, str]
    when: Annotated[str, Field(min_length=1, max_length=1000)] | None = None


Tell = dict[str, Annotated[tuple[Telling, ...], Field(min_length=1, max_length=10)]]
