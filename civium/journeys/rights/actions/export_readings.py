"""Take readings away as a file, to check them elsewhere."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civium.foundation.identity.models import Person
from civium.foundation.journal.actions.record import record
from civium.foundation.kit.refusals import Refusal
from civium.foundation.kit.spreadsheets import spreadsheet
from civium.foundation.kit.town import the_town
from civium.foundation.privacy.queries import Checked, find_readings_to_check

from ..checking import CheckedReading, in_words, note_checked
from ..events import ReadingsExported

MOST = 5_000


class TooManyReadings(Refusal):
    """A file that is cut off would be taken for the whole."""

    message = gettext_lazy("There are more than 5,000 readings here, too many for one file.")
    what_next = gettext_lazy("Narrow the list, for example to one month, then download it again.")
    status = 422


@transaction.atomic
def export_readings(checked: Checked, *, by: Person, at: datetime) -> bytes:
    """Make a file of these readings for a spreadsheet. It is on the record, and a reading of everybody's whose they are."""
    page = find_readings_to_check(checked, limit=MOST)
    if page.after:
        raise TooManyReadings
    note_checked({entry.stream for entry in page.entries}, by=by, channel="export")
    record(ReadingsExported(person=by.id, count=len(page.entries)), by=by, at=at)
    return spreadsheet(_header(), [_row(each) for each in in_words(page.entries)])


def _header() -> list[str]:
    return [
        _("Number"),
        _("When"),
        _("Who"),
        _("Code"),
        _("Role"),
        _("Agency"),
        _("What for"),
        _("What allows it"),
        _("What was read"),
        _("How"),
        _("Case"),
        _("Outside office hours"),
    ]


def _row(each: CheckedReading) -> list[object]:
    return [
        each.number,
        each.at.astimezone(the_town().time_zone).isoformat(timespec="seconds"),
        each.who,
        each.code,
        each.role,
        each.agency,
        each.purpose,
        each.basis,
        each.kinds,
        each.channel,
        each.case.shown_reference if each.case else "",
        _("yes") if each.is_out_of_hours else "",
    ]
