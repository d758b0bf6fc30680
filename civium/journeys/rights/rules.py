"""What a request about one's data asks for, in the names of the service document ``data-request``; how long a copy lies ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

REQUEST_SERVICE: Final = "data-request"
# The question of that document which says what is asked for.
WISH: Final = "wish"
DONE: Final = "done"
# The copy is everything about somebody: it lies no longer than one needs to fetch it.
EXPORT_LIES_FOR: Final = timedelta(days=3)
# How long it is known what became of a request.
KEPT_FOR: Final = timedelta(days=3 * 365)
# Which consent an objection ends.
OBJECTED_PURPOSES: Final[Mapping[str, str]] = {"offers": "offers", "surveys": "surveys", "news": "news"}
# What was done, in words.
RESULTS: Final[Mapping[str, Any]] = {
    "name-corrected": _("Your name is corrected."),
    "agency-told": _("The office that has your case was told, and puts it right."),
    "noted": _("We have noted it. If something still looks wrong to you, write to us."),
    "kept-unchanged": _(
        "The law makes us keep this case as it was decided, so nothing in it is changed. What you wrote stays with your request."
    ),
    "everything-restricted": _("Nobody works with your data until you end that."),
    "case-restricted": _("Nobody works with your case until you end that."),
    "no-offers": _("We do not tell you about services any more."),
    "no-surveys": _("We do not ask you in surveys any more."),
    "no-news": _("We do not send you news any more."),
    "no-figures": _("We have noted it."),
    "case-erased": _("Your case is erased."),
    "everything-erased": _("Everything is erased."),
    "kept-by-law": _(
        "The law makes us keep the case that you named. It is locked away: nobody works with it, and on its date we erase it."
    ),
    "nothing-found": _("You have no case with this reference, so nothing was changed."),
    "works-here": _("You work for the town. Your account can be erased when your role has ended."),
    "answered": _("We have answered."),
    "no-longer-restricted": _("We stopped using it for a while. That has ended."),
}
# Agreed to, and nothing became of it, or not what was asked for.
NOT_AS_ASKED: Final = ("noted", "kept-unchanged", "kept-by-law", "nothing-found", "works-here")
# Decided, and not done yet: the letter about the decision goes first.
BEING_DONE: Final[Any] = _("We are carrying this out. It takes a minute or two.")
# What was done, for whoever decided it.
WAS_DONE: Final[Mapping[str, Any]] = {
    "name-corrected": _("The name on the account was changed to the one that they gave."),
    "agency-told": _("The office that has the case got their words as a message."),
    "noted": _("It was noted. Nothing changed by itself."),
    "kept-unchanged": _(
        "Nothing was changed: the case is kept as it was decided. The applicant's words stay with this request."
    ),
    "everything-restricted": _("Nobody works with anything about them, until they end that themselves."),
    "case-restricted": _("Nobody works with that case, until they end that themselves."),
    "no-offers": _("Their consent to this purpose has ended."),
    "no-surveys": _("Their consent to this purpose has ended."),
    "no-news": _("Their consent to this purpose has ended."),
    "no-figures": _("It was noted. Nothing changed by itself."),
    "case-erased": _("The case was erased."),
    "everything-erased": _("Everything was erased, but for what the law makes us keep."),
    "kept-by-law": _("The law makes us keep the case for now. It is locked away: nobody works with it."),
    "nothing-found": _("Nothing was changed: the applicant has no case with this reference."),
    "works-here": _("Nothing was erased: the applicant works for the town."),
    "answered": _("It was answered."),
    "no-longer-restricted": _("Nobody worked with it for a while. The applicant has ended that."),
}
# What carrying out a wish does, for whoever decides. An erasure says more: which cases, and until when the law keeps some.
EFFECTS: Final[Mapping[str, Any]] = {
    "correct-name": _("The name on the account is changed at once to the one that they give."),
    "correct-case": _("The office that has the case gets their words as a message, and puts it right."),
    "correct-kept": _(
        "Nothing changes: this case is locked away, and kept as it was decided. Their words stay with this request, and they read that."
    ),
    "note": _("It is only noted. Nothing changes by itself: put right first what you can."),
    "restrict-nothing": _(
        "Nothing would change: the applicant has no case with this reference. Ask them which one they mean."
    ),
    "restrict-kept": _(
        "Nothing would change: this case is locked away already, and nobody works with it. If they need it longer than the law keeps it, "
        "refuse and write to them."
    ),
    "restrict-case": _("From then on nobody works with that case, until they end that themselves."),
    "restrict-everything": _(
        "From then on nobody works with anything about them, until they end that themselves. Their open cases stand still."
    ),
    "object": _("Their consent to this purpose ends at once."),
}


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. ``reference``: of the case that it is about; empty when it is about everything. ``reading``: the number
    of the one that they ask about, as they wrote it."""

    what: str
    reference: str = ""
    right_name: str = ""
    because: str = ""
    purpose: str = ""
    words: tuple[str, ...] = ()
    reading: str = ""


def read_wish(answers: Mapping[str, Any]) -> Wish:
    """The wish in the answers to the form."""
    words = tuple(str(answers[name]) for name in ("is_wrong", "is_right") if answers.get(name))
    return Wish(
        what=str(answers.get("wish", "")),
        reference=next(
            (
                str(answers[name]).strip()
                for name in ("erase_case", "restrict_case", "wrong_case")
                if answers.get(name)
            ),
            "",
        ),
        right_name=str(answers.get("right_name", "")),
        because=str(answers.get("why_restrict", "")),
        purpose=str(answers.get("object_to", "")),
        words=words,
        reading=str(answers.get("reading") or "").strip(),
    )
