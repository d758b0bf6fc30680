"""Addresses of an application on its way, and of the public check of a certificate."""

from __future__ import annotations

from django.urls import path

from civium.journeys.applications.views import (
    certificates,
    coming_back,
    counter,
    filling,
    paying,
    withdrawing,
)

app_name = "applications"
urlpatterns = [
    path("apply/<slug:service>/", filling.start, name="start"),
    path("applications/<uuid:id>/", filling.resume, name="resume"),
    path("applications/<uuid:id>/check/", filling.check_answers, name="check"),
    path("applications/<uuid:id>/answers/", filling.answers, name="answers"),
    path("applications/<uuid:id>/version/", filling.version, name="version"),
    path("applications/<uuid:id>/pay/", paying.pay, name="pay"),
    path("applications/<uuid:id>/sent/", paying.sent, name="sent"),
    path("applications/<uuid:id>/deletion/", filling.drop, name="drop"),
    path("applications/<uuid:id>/later/", coming_back.later, name="later"),
    path("applications/<uuid:id>/leave/", coming_back.leave, name="leave"),
    path("applications/<uuid:id>/account/", coming_back.claim, name="claim"),
    path("applications/<uuid:id>/withdrawal/", withdrawing.withdraw, name="withdraw"),
    path("applications/<uuid:id>/pages/<slug:page>/", filling.page, name="page"),
    path("applications/<uuid:id>/pages/<slug:page>/field/", filling.live_check, name="live_check"),
    path("applications/<uuid:id>/pages/<slug:page>/typed/", filling.typed, name="typed"),
    path("come-back/", coming_back.come_back, name="come_back"),
    path("come-back/<str:token>/", coming_back.come_back_by_link, name="come_back_by_link"),
    path("desk/counter/", counter.counter, name="counter"),
    path("desk/counter/new/", counter.begin_at_counter, name="begin_at_counter"),
    path("desk/counter/<uuid:id>/end/", counter.stop_helping, name="stop_helping"),
    path("certificates/", certificates.find_certificate, name="find_certificate"),
    path("certificates/<str:code>/", certificates.certificate, name="certificate"),
]
