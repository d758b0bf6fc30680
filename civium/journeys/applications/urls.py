"""Addresses of an application on its way, and of the public check of a certificate."""

from __future__ import annotations

from django.urls import path

from civium.journeys.applications import views

app_name = "applications"
urlpatterns = [
    path("apply/<slug:service>/", views.start, name="start"),
    path("applications/<uuid:id>/", views.resume, name="resume"),
    path("applications/<uuid:id>/check/", views.check_answers, name="check"),
    path("applications/<uuid:id>/pay/", views.pay, name="pay"),
    path("applications/<uuid:id>/sent/", views.sent, name="sent"),
    path("applications/<uuid:id>/deletion/", views.drop, name="drop"),
    path("applications/<uuid:id>/pages/<slug:page>/", views.page, name="page"),
    path("applications/<uuid:id>/pages/<slug:page>/field/", views.live_check, name="live_check"),
    path("certificates/", views.find_certificate, name="find_certificate"),
    path("certificates/<str:code>/", views.certificate, name="certificate"),
]
