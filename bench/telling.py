"""Does any answer tell who has an account? ``CIVIUM_DEMO=1 python -m bench.telling``, in a demo town that may be thrown away.

Known and unknown addresses (references) take turns in random order, 2,000 each, at sign-in, sign-up, a new password, a mandate's
invitation and the look-up of a fine; in one process, with the real hasher. Each try comes from a network of its own, and counts of
tries are forgotten now and then, so no throttle is in the way. Compared are everything that an answer shows (status, headers, cookies,
words, also of the page that it leads to), the length of its body, and its time, by the tests of Kolmogorov and Smirnov and of Mann and
Whitney. It tells when anything shown is not the same, or a p is below 0.01 shared among all that is compared.
``--step 0`` measures what the work alone would tell.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import unified_diff
from itertools import cycle
from typing import TYPE_CHECKING, Any, Final

from bench.samples import kolmogorov_smirnov, mann_whitney

if TYPE_CHECKING:
    from django.test import Client

TELLS: Final = 0.01
# What is tried, and how ``People`` tries it.
KINDS: Final = {
    "sign-in": "sign_in",
    "sign-up": "sign_up",
    "new password": "new_password",
    "invitation": "invitation",
    "look-up": "look_up",
}
BATCH: Final = 200
GIVERS: Final = 20
A_GUESS, CHOSEN = "a guess of somebody", "umbrella sparrow nineteen"
# Tokens of forms, ids of drafts, and until when a visit lasts.
_RANDOM = re.compile(
    r'value="[A-Za-z0-9]{32,}"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|data-stay="\d+"|\b\d\d:\d\d\b'
)


@dataclass(frozen=True)
class Try:
    """Something to send, what of it the answer repeats, and whether the page that it leads to is looked at, too."""

    client: Client
    place: str
    fields: dict[str, Any]
    typed: str
    goes_on: bool = True


@dataclass(frozen=True)
class Heard:
    """What came back."""

    is_known: bool
    seconds: float
    length: int
    shown: str


def main() -> int:
    """Measure, say what was found, and fail when anything tells."""
    asked = argparse.ArgumentParser(
        prog="python -m bench.telling", description=(__doc__ or "").splitlines()[0]
    )
    asked.add_argument(
        "--tries", type=int, default=2000, help="with known ones, and as many with unknown ones"
    )
    asked.add_argument("--at-once", type=int, default=4, help="how many visitors try at the same time")
    asked.add_argument("--only", action="append", choices=KINDS, help="one kind; several times for several")
    asked.add_argument("--step", help="CIVIUM_STEADY_SECONDS; as the site has it when left out")
    given = asked.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if given.step is not None:
        os.environ["CIVIUM_STEADY_SECONDS"] = given.step
    import django

    django.setup()
    from civium.foundation.privacy.actions.watch_readings import nobody_reads

    with nobody_reads():
        people = People()
    chosen = {name: getattr(people, KINDS[name]) for name in given.only or KINDS}
    least = TELLS / (3 * len(chosen))
    print(f"{given.tries} tries each; it tells below p = {least:.4f}", flush=True)
    told = [
        name for name, make in chosen.items() if _tells(name, people, make, given.tries, given.at_once, least)
    ]
    return 1 if told else 0


def _tells(
    name: str, people: People, make: Callable[[bool], Try], tries: int, at_once: int, least: float
) -> bool:
    heard: list[Heard] = []
    with ThreadPoolExecutor(at_once) as visitors:
        _round(visitors, people, make, 8)  # the first ones fill caches
        while len(heard) < 2 * tries:
            heard += _round(visitors, people, make, min(BATCH, 2 * tries - len(heard)))
    known, unknown = ([each for each in heard if each.is_known is side] for side in (True, False))
    shown = ({each.shown for each in known}, {each.shown for each in unknown})
    times = ([each.seconds for each in known], [each.seconds for each in unknown])
    lengths = ([float(each.length) for each in known], [float(each.length) for each in unknown])
    found = {
        "time KS": kolmogorov_smirnov(*times),
        "time MW": mann_whitney(*times),
        "length KS": kolmogorov_smirnov(*lengths),
    }
    differs = shown[0] != shown[1]
    is_told = differs or min(found.values()) < least
    medians = " and ".join(f"{1000 * statistics.median(sample):.1f}" for sample in times)
    print(
        f"{name}: {len(known)} known, {len(unknown)} unknown, medians {medians} ms, longest {max(map(max, times)):.2f} s; "
        + ", ".join(f"{what} p {p:.3f}" for what, p in found.items())
        + f"; {len(shown[0] | shown[1])} answer(s) shown"
        + (" DIFFERENTLY" if differs else " to both")
        + (" TELLS" if is_told else ""),
        flush=True,
    )
    if differs:
        sides = (
            sorted(shown[0] - shown[1]) or sorted(shown[0]),
            sorted(shown[1] - shown[0]) or sorted(shown[1]),
        )
        print(
            *unified_diff(*(side[0].splitlines() for side in sides), n=0, lineterm=""), sep="\n", flush=True
        )
    return is_told


def _round(
    visitors: ThreadPoolExecutor, people: People, make: Callable[[bool], Try], size: int
) -> list[Heard]:
    """So many tries, half of them known, in random order."""
    people.forget_tries()
    sides = [True, False] * (size // 2)
    random.SystemRandom().shuffle(sides)
    ready = [(side, make(side)) for side in sides]
    return list(visitors.map(lambda each: _hear(*each), ready))


def _hear(is_known: bool, wanted: Try) -> Heard:
    place = f"10.{secrets.randbelow(250)}.{secrets.randbelow(250)}.{secrets.randbelow(250)}"
    began = time.perf_counter()
    answer: Any = wanted.client.post(wanted.place, wanted.fields, REMOTE_ADDR=place)
    took = time.perf_counter() - began
    if answer.status_code not in (200, 302, 422):
        raise SystemExit(f"{wanted.place} answered {answer.status_code}")
    shown = [*_shown(answer, wanted.typed)]
    if answer.status_code == 302 and wanted.goes_on:
        shown += _shown(wanted.client.get(answer["Location"], REMOTE_ADDR=place), wanted.typed)
    return Heard(is_known, took, len(answer.content), "\n".join(shown))


def _shown(answer: Any, typed: str) -> Iterator[str]:
    """Everything that an answer shows but what is random, or was typed."""
    yield str(answer.status_code)
    yield from sorted(
        f"{name}: {value}" for name, value in answer.headers.items() if name not in ("Date", "Expires")
    )
    for name, morsel in sorted(answer.cookies.items()):
        yield f"{name}: {len(morsel.value)} {morsel['max-age']} {morsel['path']} {morsel['samesite']}"
    yield _RANDOM.sub("", answer.content.decode()).replace(typed, "(typed)")


class People:
    """Who is known, and what each kind of try sends."""

    def __init__(self) -> None:
        from django.contrib.auth.hashers import make_password

        from civium.foundation.identity.models import Person

        known, givers = ([_join() for _each in range(many)] for many in (BATCH // 2, GIVERS))
        Person.objects.filter(pk__in=[person.pk for person in known]).update(
            password=make_password("a password that nobody guesses")
        )
        self._givers = [Giver(person) for person in givers]
        # In one round each known address has its turn once.
        self._known, self._next_giver = cycle(known), cycle(self._givers)

    def sign_in(self, is_known: bool) -> Try:
        address = self._address(is_known)
        return Try(_visitor(), "/en/account/login/", {"login": address, "password": A_GUESS}, address)

    def sign_up(self, is_known: bool) -> Try:
        address = self._address(is_known)
        fields = {"name": "Lin", "email": address, "password1": CHOSEN}
        return Try(_visitor(), "/en/account/signup/", fields, address)

    def new_password(self, is_known: bool) -> Try:
        address = self._address(is_known)
        return Try(_visitor(), "/en/account/password/reset/", {"email": address}, address)

    def invitation(self, is_known: bool) -> Try:
        address = self._address(is_known)
        fields = {
            "email": address, "who": "person", "powers": "view", "service": "all",
            "until-day": "1", "until-month": "3", "until-year": str(time.gmtime().tm_year + 1),
        }  # fmt: skip
        # The page after it lists this giver's other invitations, too.
        return Try(next(self._next_giver).visit(), "/en/my/mandates/new/", fields, address, goes_on=False)

    def look_up(self, is_known: bool) -> Try:
        """A fine that there is, and one that there is not, with a plate that is neither's."""
        from civium.engines.registries.adapters.demo_fines import FINES

        there = [
            number for number in FINES if number != "PM004718"
        ]  # the page itself gives that one as an example
        number = secrets.choice(there) if is_known else f"PM{secrets.randbelow(900_000) + 90_000:06}"
        giver = next(self._next_giver)
        fields = {"_shown": ["plate", "fine"], "plate": "0000BBB", "fine": number}
        return Try(giver.visit(), giver.page, fields, number)

    def forget_tries(self) -> None:
        """No throttle, and no invitation that waits, is in the way of the next ones."""
        from django.core.cache import cache

        cache.clear()
        for giver in self._givers:
            giver.begin_anew()

    def _address(self, is_known: bool) -> str:
        return str(next(self._known).email) if is_known else _new_address()


class Giver:
    """Somebody signed in who invites others, and looks fines up."""

    def __init__(self, person: Any) -> None:
        from django.urls import reverse
        from django.utils import timezone

        from civium.journeys.applications.actions.start_application import start_application
        from civium.journeys.catalogue.queries import get_offer

        self.person = person
        begun = start_application(get_offer("parking-fine"), by=person, language="en", at=timezone.now())
        self.page = reverse("applications:page", args=[begun.pk, "find"])
        self.begin_anew()

    def begin_anew(self) -> None:
        from civium.foundation.identity.models import Mandate

        Mandate.objects.filter(giver=self.person).delete()
        client = _visitor()
        client.force_login(self.person)
        self._cookies = client.cookies.output(header="", sep=";")

    def visit(self) -> Client:
        """Their browser, once for each try: several are made at a time."""
        client = _visitor()
        client.cookies.load(self._cookies)
        return client


def _join() -> Any:
    from django.utils import timezone

    from civium.foundation.identity.actions.join import join

    return join(_new_address(), name="Lin", password=None, language="en", at=timezone.now())


def _new_address() -> str:
    return f"{secrets.token_hex(6)}@port-lumen.example"


def _visitor() -> Client:
    from django.test import Client

    return Client(raise_request_exception=False)


if __name__ == "__main__":
    raise SystemExit(main())
