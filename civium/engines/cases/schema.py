"""The grammar of the steps in a service document, and of their words."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, NamedTuple, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from civium.engines.clock.schema import Duration

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=40)]
Role = Literal["clerk", "officer", "supervisor"]
ROLES: tuple[Role, ...] = get_args(Role)
Mover = Literal["clerk", "officer", "supervisor", "payment"]
# Not a role: the move makes itself when the case opens and its fee is paid.
PAYMENT: Final = "payment"
# What a citizen's list shows at a glance; the step's own words say the rest.
Status = Literal[
    "received", "in-review", "waiting-for-you", "waiting-for-others", "agreed", "refused", "closed"
]


class Problem(NamedTuple):
    """What is wrong with a document, where in it, and what to write instead."""

    path: str
    message: str


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _as_list(written: Any) -> Any:
    return [written] if isinstance(written, str) else written


class Move(_Part):
    """One thing that staff can do with a case in a step: where it leads, who may do it, what it needs. ``by: payment``
    makes itself in the first step when the fee is paid.

    ``when``: a condition over the answers, without which the move is not offered. ``asks_applicant``: a question, or answers
    to correct, go to the applicant and the clock stands still until they answer; ``answer_within`` is the time they get.
    """

    name: Name
    to: Name
    by: Annotated[tuple[Mover, ...], BeforeValidator(_as_list), Field(min_length=1)]
    needs: Literal["reason"] | None = None
    when: str | None = None
    asks_applicant: bool = False
    answer_within: Duration | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who of the staff may do it: nobody where payment does."""
        return tuple(role for role in ROLES if role in self.by)

    @property
    def is_by_payment(self) -> bool:
        """Whether it makes itself when the fee is paid."""
        return PAYMENT in self.by


class ShownAs(_Part):
    """How a step looks to the applicant."""

    status: Status


class Reopening(_Part):
    """How a decided case opens again: in which step, and who may do it."""

    to: Name
    by: Annotated[tuple[Role, ...], BeforeValidator(_as_list), Field(min_length=1)]


class Step(_Part):
    """A place where a case rests until someone moves it; with ``end``, the outcome it is decided with.

    ``on``: the answer that says on which day the step ends, because the applicant chose it; ``due`` counts where nobody did.
    ``reopen``: of an end, who may set the decision aside and where the case goes on. Without it the decision is final.
    """

    due: Duration | None = None
    on: Annotated[str, Field(max_length=60)] | None = None
    shown_as: ShownAs | None = None
    moves: tuple[Move, ...] = ()
    end: Name | None = None
    appeal: Duration | None = None
    reopen: Reopening | None = None


class Steps(RootModel[Annotated[dict[Name, Step], Field(min_length=1, max_length=50)]]):
    """The steps by name, in the order written: the first is where a case begins."""

    model_config = ConfigDict(frozen=True)

    def __getitem__(self, name: str) -> Step:
        return self.root[name]

    def __contains__(self, name: object) -> bool:
        return name in self.root

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.root)

    @property
    def first(self) -> str:
        return next(iter(self.root))

    @property
    def ends(self) -> tuple[str, ...]:
        """The names of the steps that close a case."""
        return tuple(name for name, step in self.root.items() if step.end)

    @property
    def chosen_by(self) -> str | None:
        """The answer with the day that the applicant chose; None where they choose none."""
        return next((step.on for step in self.root.values() if step.on), None)

    def status_of(self, name: str) -> Status:
        """What the applicant's list shows for a step: what the document says, else what its place implies."""
        step = self.root[name]
        if step.shown_as:
            return step.shown_as.status
        if step.end:
            return "refused" if step.appeal else "agreed"
        return "received" if name == self.first else "in-review"

    def waits_for(self, name: str) -> str:
        """The roles with a move from the step, as one code: ``clerk officer``. Empty for an end."""
        able = {role for move in self.root[name].moves for role in move.by}
        return " ".join(role for role in ROLES if role in able)


class TemplateText(_Part):
    """A message that staff write often, in one language: a title for the list, and the text. ``((name))`` stands for a value."""

    title: Annotated[str, Field(min_length=1, max_length=100)]
    text: Annotated[str, Field(min_length=1, max_length=5_000)]


class StepTexts(_Part):
    """The words of steps and moves, by name, in one language; and the messages that staff write often."""

    steps: dict[str, str] = {}
    moves: dict[str, str] = {}
    templates: dict[Name, TemplateText] = {}
