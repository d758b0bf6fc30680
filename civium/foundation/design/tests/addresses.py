"""A tiny site for these tests: a public page, a page with a form, a refusal, a defect."""

from __future__ import annotations

from typing import NoReturn

from django.conf.urls.i18n import i18n_patterns
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from civium.foundation.design.caching import public_page
from civium.foundation.design.style_guide import guide_page
from civium.foundation.design.views import open_to_anyone
from civium.foundation.kit.refusals import Refusal

handler404 = "civium.foundation.design.views.not_found"
handler500 = "civium.foundation.design.views.went_wrong"
handler403 = "civium.foundation.design.views.not_allowed"
handler400 = "civium.foundation.design.views.not_understood"


class Decided(Refusal):
    message = _("The case is decided already.")
    what_next = _("You can appeal.")


class Catalogue:
    """What the public page shows, and how often it was made."""

    version = 1
    made = 0


@open_to_anyone
@public_page(stamp=lambda: Catalogue.version)
def public(request: HttpRequest) -> HttpResponse:
    Catalogue.made += 1
    return render(request, "design/not_found.html", {"version": Catalogue.version})


@open_to_anyone
@public_page()
def public_with_cookie(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("x" * 2000)
    response.set_cookie("seen", "yes")
    return response


@open_to_anyone
@public_page()
def public_with_form(request: HttpRequest) -> HttpResponse:
    from django.middleware.csrf import get_token

    return HttpResponse(get_token(request) * 50)


@open_to_anyone
def personal(request: HttpRequest) -> HttpResponse:
    request.session["answers"] = "yes"
    return HttpResponse("mine " * 500)


@open_to_anyone
def said(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Saved")
    return HttpResponse("ok")


@open_to_anyone
def refuses(request: HttpRequest) -> NoReturn:
    raise Decided


@open_to_anyone
def fails(request: HttpRequest) -> NoReturn:
    raise ValueError(f"the name is {request.POST.get('name')}")


@open_to_anyone
def saves(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("saved")


_FORM = """{% extends "design/layout.html" %}
{% from "design/components.html" import date_input, radios, text_area, text_input %}
{% block title %}Form{% endblock %}
{% block main %}<h1>Form</h1><form method="post" data-live-check="/en/field/">
{{ text_input("dog", "Dog", value, "As you call it", error) }}
{{ date_input("born", "Born", {"day": value, "month": value, "year": value}, error=error) }}
{{ radios("size", "Size", [("s", "Small"), ("l", "Large")], value, "Roughly", error) }}
{{ text_area("story", "Story", value, error=error, most=20) }}
</form>{% endblock %}"""
_ERROR = """{% from "design/components.html" import field_error %}{{ field_error("x", "That is wrong") if wrong }}"""


@open_to_anyone
def form(request: HttpRequest) -> HttpResponse:
    wrong = "wrong" in request.GET
    values = {"value": "s", "error": "That is wrong" if wrong else ""}
    return HttpResponse(engines["jinja2"].from_string(_FORM).render(values, request))


@open_to_anyone
@csrf_exempt
def field(request: HttpRequest) -> HttpResponse:
    wrong = request.POST.get(request.POST["_field"]) not in {"right", "l"}
    return HttpResponse(engines["jinja2"].from_string(_ERROR).render({"wrong": wrong}))


urlpatterns = [
    path("", include("civium.foundation.design.urls")),
    *i18n_patterns(
        path("public/", public),
        path("public-with-cookie/", public_with_cookie),
        path("public-with-form/", public_with_form),
        path("personal/", personal),
        path("said/", said),
        path("refuses/", refuses),
        path("fails/", fails),
        path("saves/", saves),
        path("design/", open_to_anyone(guide_page)),
        path("form/", form),
        path("field/", field),
        path("account/", include("allauth.account.urls")),
        path("account/2fa/", include("allauth.mfa.urls")),
    ),
]
