"""Writes the table of who may do what as a page: ``python -m config.who_may > docs/who-may-do-what.md``."""

from __future__ import annotations

from collections.abc import Iterator

from civium.foundation.identity.rules import TABLE, Yes
from config.terminal import say

ABOUT = """# Who may do what

What this table does not allow is refused, and "not yours" looks like "not there". The program reads the same table
(`civium/foundation/identity/who_may.py`): its rules ask it about one thing, its queries build their conditions from it, programs need
the right beside it. Whoever came back to one application with a code stands for *the person whose it is*, for that one thing.
An agency's program stands to cases of whoever let it in, and about them, as *the colleague whom its applicant asks about*.
`tests/policy` asks every address of the site as everybody, and compares.

Whoever helps at the counter makes no way back that outlasts the help, with one exception. A guest, who began without an account, has no other
way to come back: the helper may make their first one. Where the guest's address is known it is a link to that address, which the helper never sees and
cannot change. Where there is none it is a code with a check question, and the helper has seen both: that is accepted, and stands on the record of
the application in the helper's name. So is the code on the receipt of what a guest sends at the counter.

To change what is allowed, change the table, then write this page anew: `python -m config.who_may > docs/who-may-do-what.md`.

| To | a | may | but never | while it is | a program needs |
| --- | --- | --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page as Markdown."""
    return ABOUT + "".join(_line(row) for row in TABLE)


def _line(row: Yes) -> str:
    cells: Iterator[str] = iter(
        (
            row.action,
            row.kind,
            "; ".join(row.to),
            "; ".join(row.unless) or "-",
            ", ".join(row.states) or "in any state",
            f"`{row.scope}`" if row.scope else "-",
        )
    )
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    say(page().rstrip("\n"))
