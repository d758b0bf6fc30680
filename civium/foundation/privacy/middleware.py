"""Watches over what each request reads of people."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from civium.foundation.privacy.actions.watch_readings import readings


class WhoLooks:
    """Every request is watched. What was read of others is on the record before the answer leaves; if it cannot be, there is none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        def reader() -> UUID | None:
            return request.user.pk

        with readings(reader, at=timezone.now()):
            return self.get_response(request)
