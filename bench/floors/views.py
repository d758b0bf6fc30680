"""Each job done in as few lines as Django allows."""

from __future__ import annotations

import os
import secrets
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils import timezone

from bench.floors.models import Request, Work

CARDS = int(os.environ.get("BENCH_CARDS", "60"))
SEARCH_CARDS = int(os.environ.get("BENCH_SEARCH_CARDS", "20"))
ROWS: list[dict[str, Any]] = [
    {
        "title": f"Service number {number}",
        "about": "A sentence that says what this is for, in plain words.",
        "number": number,
    }
    for number in range(CARDS)
]
SERVICES = ["street-party", "building-permit"]
KEY = AESGCM(b"k" * 32)


def plain(request: HttpRequest) -> HttpResponse:
    """A word."""
    return HttpResponse("hello")


def page(request: HttpRequest) -> HttpResponse:
    """A Jinja2 page as large as ours."""
    return render(request, "page.html", {"rows": ROWS, "title": "Services"})


@login_required
def latest(request: HttpRequest) -> HttpResponse:
    """The newest twenty rows of whoever is signed in, among a hundred thousand."""
    mine = Request.objects.filter(applicant=request.user).order_by("-opened_at")
    return render(request, "list.html", {"rows": mine.defer("sealed")[:20], "title": "My cases"})


@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """Fifty of a hundred thousand open cases, the most urgent first, narrowed by service and step; and the next page."""
    kept = {name: request.GET[name] for name in ("service", "step") if request.GET.get(name)}
    rows = Work.objects.filter(**kept)
    if after := request.GET.get("after"):
        day, _, last = after.partition("~")
        rows = rows.filter(Q(due_on__gt=day) | Q(due_on=day, id__gt=last), due_on__gte=day)
    found = list(rows.select_related("holder").order_by("due_on", "id")[:51])
    onward = f"{found[49].due_on}~{found[49].pk}" if len(found) > 50 else ""
    shown = {"rows": found[:50], "next": urlencode({**kept, "after": onward}) if onward else "", "kept": kept}
    return render(
        request,
        "queue.html",
        {**shown, "title": "Open cases", "services": SERVICES, "today": timezone.now().date()},
    )


@login_required
def insert(request: HttpRequest) -> HttpResponse:
    """Check a form, seal it, insert one row."""
    answers = request.POST.dict()
    try:
        validate_email(answers.get("email", ""))
    except ValidationError:
        return HttpResponseBadRequest()
    nonce = secrets.token_bytes(12)
    sealed = nonce + KEY.encrypt(nonce, repr(answers).encode(), b"request")
    with transaction.atomic():
        row = Request.objects.create(
            reference=secrets.token_hex(8),
            applicant=request.user,
            title=answers["title"],
            status="received",
            opened_at=timezone.now(),
            sealed=sealed,
        )
    return redirect(f"/list/?sent={row.pk}")


SEARCHES = {
    "sqlite": "SELECT number, highlight(bench_document, 1, '<mark>', '</mark>'), "
    "highlight(bench_document, 2, '<mark>', '</mark>') "
    "FROM bench_document WHERE bench_document MATCH %s ORDER BY rank LIMIT 20",
    "postgresql": "SELECT number, ts_headline('english', title, asked, %s), ts_headline('english', summary, asked, %s) "
    "FROM (SELECT number, title, summary, asked FROM bench_document, plainto_tsquery('english', %s) asked "
    "WHERE words @@ asked ORDER BY ts_rank(words, asked) DESC LIMIT 20) best",
}
MARKS = "StartSel=<mark>, StopSel=</mark>, HighlightAll=true"


def search(request: HttpRequest) -> HttpResponse:
    """The best twenty of a hundred thousand documents by the database's own full-text search, what matches marked."""
    query = request.GET["q"]
    with connection.cursor() as cursor:
        asked = [query] if connection.vendor == "sqlite" else [MARKS, MARKS, query]
        cursor.execute(SEARCHES[connection.vendor], asked)
        rows = cursor.fetchall()
    return render(request, "search.html", {"rows": rows, "query": query, "others": ROWS[:SEARCH_CARDS]})
