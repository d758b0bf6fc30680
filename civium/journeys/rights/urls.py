"""Addresses of everything about one's own data."""

from __future__ import annotations

from django.urls import path

from civium.journeys.rights import looking_pages, views

app_name = "rights"
urlpatterns = [
    path("my/data/", views.my_data, name="my_data"),
    path("my/data/restrictions/<uuid:id>/end/", views.end_of_restriction, name="end_of_restriction"),
    path("my/data/who-looked/", looking_pages.who_looked, name="who_looked"),
    path("my/data/who-looked/<int:entry>/question/", looking_pages.question, name="question_reading"),
    path("my/data/export/", views.export, name="export"),
    path("my/data/export/file/", views.export_file, name="export_file"),
    path("my/data/consents/", views.consents, name="consents"),
    path("privacy/", views.held, name="held"),
    path("privacy/cookies/", views.cookies, name="cookies"),
]
machine_patterns = [path(".well-known/gpc.json", views.global_privacy_control, name="gpc")]
