"""The grammar of ``tests.yaml``: example applications, and what must come of them.

```yaml
- example: A neutered dog pays ten euros less
  today: 2026-03-02
  registers: {population-register: {name: Amina Haddad}}
  answers: {dog_name: Luna, neutered: true}
  pages: [owner, dog, chip, price, promise]
  fee: "15.00"                       # or: waived, none
  walk: [{move: accept, by: clerk}, {move: grant, by: officer}]
  steps: [received, checking, granted]
  due: 2026-03-09
  notices: [receipt, paid, licence-granted]
  outputs: [dog-licence-certificate]
  told: [tax-office]
```

An example whose answers must not be accepted says ``wrong: {chip_number: pattern}`` instead of what comes of it, and
``wrong: {not-for-you: stop}`` when the way ends at the page ``not-for-you``, and ``wrong: {in_order: rule}`` when the
answers break the rule ``in_order``.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from civium.engines.cases.schema import Role


def _as_fee(written: Any) -> Any:
    return str(written) if isinstance(written, int | Decimal) and not isinstance(written, bool) else written


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Moved(_Part):
    """One move of the walk."""

    move: str
    by: Role


class Example(_Part):
    """One application. What is not said is not checked; ``answers`` leaves out what the registers fill in."""

    example: Annotated[str, Field(min_length=1, max_length=120)]
    today: dt.date
    registers: dict[str, dict[str, Any]] = {}
    answers: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    pages: tuple[str, ...] | None = None
    values: dict[str, Any] = {}
    about: str | None = None
    fee: Annotated[Literal["waived", "none"] | str | None, BeforeValidator(_as_fee)] = None
    walk: tuple[Moved, ...] = ()
    steps: tuple[str, ...] | None = None
    due: dt.date | None = None
    notices: tuple[str, ...] | None = None
    outputs: tuple[str, ...] | None = None
    told: tuple[str, ...] | None = None


class Examples(RootModel[Annotated[tuple[Example, ...], Field(max_length=100)]]):
    """All examples of a service, in the order written."""
