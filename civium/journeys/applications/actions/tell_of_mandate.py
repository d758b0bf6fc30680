"""Telling both sides of a mandate what became of it, each in their language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from civium.engines.notices.actions.send_notice import send_notice
from civium.engines.notices.actions.write_letter import write_letter
from civium.engines.notices.rules import Address, fill, fill_line
from civium.foundation.design.showing import day
from civium.foundation.identity.models import Basis, Mandate, Person
from civium.foundation.identity.queries import (
    find_fellow_holders,
    find_holders,
    find_mandates_between,
    find_person_at,
    find_standing_mandates,
)
from civium.foundation.kit.languages import listed_apart, pick_text
from civium.foundation.kit.town import the_town

from ..mandate_words import can_do, holder_words, named, service_words

Words = Callable[[], tuple[str, str]]


def tell_of_invitation(mandate: Mandate, *, at: datetime) -> None:
    """Write to the invited address, whether it has an account or not, and confirm to the giver."""
    if not mandate.code:
        return  # answered or withdrawn before a worker came
    invited = find_person_at(mandate.address)
    language = invited.language if invited else mandate.giver.language
    with override(language):
        path = reverse("portal:mandate_invitation", args=[mandate.code])
        values = {**_values(mandate, language), "link": Address(f"{settings.CIVIUM_ORIGIN}{path}")}
        values["days"] = day(the_town().today(mandate.answer_until)) if mandate.answer_until else ""
        subject = fill_line(_("((giver)) asks you to act for them"), values, language=language)
        body = _(
            "Good day,\n\n((giver)) asks you to act for them in ((town)): **((service))**, until ((until)).\n\n"
            "You could: ((powers)).\n\nRead what it means, then say yes or no:\n\n((link))\n\n"
            "You need an account with this e-mail address. The link works until ((days)), once. "
            "You do not know ((giver))? Then do nothing, or say no."
        )
        said = fill(body, values, language=language)
        _write_to_invited(invited, mandate, "invitation", subject, said, language, at=at)
    _tell(
        mandate.giver,
        mandate,
        "invited",
        lambda: (
            _("You asked somebody to act for you"),
            _(
                "Dear ((you)),\n\nyou invited ((holder)) to act for you: **((service))**, until ((until)). "
                "They could: ((powers)).\n\nIt begins when they say yes. You can take it back at any time:\n\n((link))\n\n"
                "**This was not you?** Withdraw it there and change your password, or call ((phone))."
            ),
        ),
        at=at,
    )


def tell_of_acceptance(mandate: Mandate, *, at: datetime) -> None:
    """Both hear that it holds from now on."""
    _tell(
        mandate.giver,
        mandate,
        "accepted",
        lambda: (
            _("((holder)) can now act for you"),
            _(
                "Dear ((you)),\n\n((holder)) said yes and can act for you: **((service))**, until ((until)). "
                "They can: ((powers)).\n\nWhatever they do for you is in the history of your case, with their name. "
                "You can end it at once, at any time:\n\n((link))"
            ),
        ),
        at=at,
    )
    _tell_holders(
        mandate,
        "holds",
        lambda: (
            _("You can now act for ((giver))"),
            _(
                "Dear ((you)),\n\nyou can act for ((giver)): **((service))**, until ((until)). You can: ((powers)).\n\n"
                "Everything you do for them is recorded with your name. You can stop at any time:\n\n((link))"
            ),
        ),
        at=at,
    )


def tell_of_refusal(mandate: Mandate, *, at: datetime) -> None:
    """The giver hears that the invitation was declined."""
    _tell(
        mandate.giver,
        mandate,
        "declined",
        lambda: (
            _("Your invitation was declined"),
            _(
                "Dear ((you)),\n\n((address)) does not want to act for you: ((service)). Nobody else can use that "
                "invitation. You can invite somebody else:\n\n((link))"
            ),
        ),
        at=at,
    )


def tell_of_end(mandate: Mandate, *, was: str, expired: bool, at: datetime) -> None:
    """Both hear which one is over, since when and by whom, and what others of theirs still allow.

    Of an invitation that nobody answered, the giver hears; of one withdrawn, the invited too.
    """
    if was == "invited":
        _tell_of_lost_invitation(mandate, expired=expired, at=at)
        return

    def why(reader: Person) -> str:
        if expired:
            return _("Its last day has passed.")
        if mandate.ended_by_id is None and mandate.basis != Basis.GIVEN:
            return _("We asked the register again, and it no longer says so.")
        if mandate.ended_by_id is None:
            return _("It ended on ((ended)).")
        if mandate.ended_by_id == reader.pk:
            return _("You ended it on ((ended)).")
        if mandate.ended_by_id == mandate.giver_id:
            return _("((giver)) ended it on ((ended)).")
        return _("((holder)) ended it on ((ended)).")

    still = find_mandates_between(mandate, at=at)
    _tell(
        mandate.giver,
        mandate,
        "over",
        lambda: (
            _("((holder)) can no longer act for you: ((service))"),
            _("Dear ((you)),\n\n((holder)) can no longer act for you: **((service))**.")
            + f" {why(mandate.giver)} "
            + (
                _(
                    "They can still act for you in what else you gave them: **((still))**. What they did until now "
                    "stays in the history.\n\n((link))"
                )
                if still
                else _(
                    "They see nothing of yours here any more and get no copies. What they did until now stays in "
                    "the history.\n\n((link))"
                )
            ),
        ),
        still=still,
        at=at,
    )
    for holder in find_holders(mandate):
        _tell_holder_of_end(holder, mandate, why, at=at)


def _tell_holder_of_end(
    holder: Person, mandate: Mandate, why: Callable[[Person], str], *, at: datetime
) -> None:
    still = find_standing_mandates(holder, giver=mandate.giver_id, at=at)
    _tell(
        holder,
        mandate,
        "over-for-holder",
        lambda: (
            _("You can no longer act for ((giver)): ((service))"),
            _("Dear ((you)),\n\nyou can no longer act for ((giver)): **((service))**.")
            + f" {why(holder)} "
            + (_("You can still act for them in: **((still))**.") + " " if still else "")
            + _(
                "Applications you began for them stay with them. You do not have to do anything.\n\n((link))"
            ),
        ),
        still=still,
        at=at,
    )


def tell_of_near_end(mandate: Mandate, *, at: datetime) -> None:
    """Both hear that the last day is near."""
    _tell(
        mandate.giver,
        mandate,
        "ends-soon",
        lambda: (
            _("((holder)) can act for you until ((until))"),
            _(
                "Dear ((you)),\n\nafter ((until)) ((holder)) can no longer act for you: **((service))**. "
                "If you want it to go on, invite them again:\n\n((link))"
            ),
        ),
        at=at,
    )

    def what_next() -> str:
        if mandate.basis != Basis.GIVEN:
            return _("If you still may, show it to us again before: we ask the register once more.")
        return _("Finish what you began, or ask them to invite you again.")

    _tell_holders(
        mandate,
        "ends-soon-for-holder",
        lambda: (
            _("You can act for ((giver)) until ((until))"),
            _("Dear ((you)),\n\nafter ((until)) you can no longer act for ((giver)): **((service))**.")
            + f" {what_next()}\n\n((link))",
        ),
        at=at,
    )


def tell_of_registration(mandate: Mandate, *, at: datetime) -> None:
    """Whoever a register named hears what they can do now, and whoever may do the same hears of them."""
    _tell_holders(
        mandate,
        "registered",
        lambda: (
            _("You can now act for ((giver))"),
            _(
                "Dear ((you)),\n\nwe asked the register, and you can act for ((giver)) until ((until)). Before that we ask "
                "the register again from time to time.\n\nEverything you do for them is recorded with your name.\n\n"
                "((link))\n\n**This was not you?** End it there and call ((phone))."
            ),
        ),
        at=at,
    )
    for fellow in find_fellow_holders(mandate):
        _tell(
            fellow,
            mandate,
            "registered-too",
            lambda: (
                _("((holder)) can now act for ((giver)) too"),
                _(
                    "Dear ((you)),\n\nwe asked the register, and ((holder)) can act for ((giver)) too, as you can. What each of "
                    "you does is recorded with your name.\n\n**Is this wrong?** Call ((phone))."
                ),
            ),
            at=at,
        )


def _tell_of_lost_invitation(mandate: Mandate, *, expired: bool, at: datetime) -> None:
    if expired:
        _tell(
            mandate.giver,
            mandate,
            "unanswered",
            lambda: (
                _("Nobody answered your invitation"),
                _(
                    "Dear ((you)),\n\n((address)) did not answer your invitation to act for you: ((service)). "
                    "It opens nothing any more. You can invite them again:\n\n((link))"
                ),
            ),
            at=at,
        )
        return
    if not mandate.address:
        return  # one of the two was erased, and the address with them
    invited = find_person_at(mandate.address)
    language = invited.language if invited else mandate.giver.language
    with override(language):
        values = _values(mandate, language)
        subject = fill_line(_("((giver)) took back an invitation"), values, language=language)
        said = fill(
            _(
                "Good day,\n\n((giver)) had asked you to act for them: ((service)). They took it back. "
                "You do not have to do anything."
            ),
            values,
            language=language,
        )
        _write_to_invited(invited, mandate, "withdrawn-invitation", subject, said, language, at=at)


def _write_to_invited(
    invited: Person | None,
    mandate: Mandate,
    kind: str,
    subject: str,
    body: str,
    language: str,
    *,
    at: datetime,
) -> None:
    """Into their inbox; to the address alone when nobody has an account with it."""
    if invited is None:
        about = _about(mandate)
        write_letter(mandate.address, about=about, subject_line=subject, body=body, language=language, at=at)
    else:
        _send(invited, mandate, kind, subject, body, language, at=at)


def _tell_holders(mandate: Mandate, kind: str, words: Words, *, at: datetime) -> None:
    for holder in find_holders(mandate):
        _tell(holder, mandate, kind, words, at=at)


def _tell(
    to: Person, mandate: Mandate, kind: str, words: Words, *, still: Sequence[Mandate] = (), at: datetime
) -> None:
    """``words`` are asked for in the reader's language: a subject and a body. ``still``: what else is between the two."""
    if to.is_represented or not to.is_active:
        return  # a child or an organisation reads nothing itself; whoever was erased, nothing any more
    language = to.language
    with override(language):
        place = reverse("portal:mandate", args=[mandate.pk])
        values = {**_values(mandate, language), "link": Address(f"{settings.CIVIUM_ORIGIN}{place}")}
        subject, body = words()
        values["you"] = to.name or _("neighbour")
        values["still"] = listed_apart(dict.fromkeys(service_words(each.service, language) for each in still))
        _send(
            to,
            mandate,
            kind,
            fill_line(subject, values, language=language),
            fill(body, values, language=language),
            language,
            at=at,
        )


def _values(mandate: Mandate, language: str) -> dict[str, str]:
    town = the_town()
    return {
        "giver": named(mandate.giver),
        "holder": holder_words(mandate),
        "address": mandate.address,
        "service": service_words(mandate.service, language),
        "until": day(mandate.until),
        "ended": day(the_town().today(mandate.ended_at)) if mandate.ended_at else "",
        "powers": listed_apart(can_do(mandate.powers)),
        "town": pick_text(town.name, language).words,
        "phone": town.contact.phone,
    }


def _about(mandate: Mandate) -> str:
    return f"mandate:{mandate.pk}"


def _send(
    to: Person, mandate: Mandate, kind: str, subject: str, body: str, language: str, *, at: datetime
) -> None:
    send_notice(
        to=to,
        about=_about(mandate),
        kind=f"mandate-{kind}",
        subject_line=subject,
        body=body,
        language=language,
        at=at,
        once=f"mandate:{mandate.pk}:{kind}:{to.pk}:{at.isoformat()}",
    )
