"""Suggestions from a list, while somebody types. A list is public; what is typed is not kept, and stands in no address."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from civium.engines.forms.rules import LONGEST_SEARCH
from civium.foundation.design.showing import reading_language
from civium.foundation.identity.policy import anyone, open_to
from civium.foundation.kit.languages import pick_text

from ..queries import get_list


@open_to(anyone)
@require_POST
def suggestions(request: HttpRequest, digest: str) -> JsonResponse:
    """The options that answer what was typed so far, best first, with the language and direction of each name."""
    options, language = get_list(digest), reading_language()
    codes = options.find(request.POST.get("typed", "")[: LONGEST_SEARCH * 2], language)
    names = [(code, pick_text(options.labels(code), language)) for code in codes]
    return JsonResponse(
        {
            "options": [
                {"code": code, "name": name.words, "language": name.language, "direction": name.direction}
                for code, name in names
            ]
        }
    )
