"""The floors' addresses."""

from __future__ import annotations

from django.urls import path

from bench.floors import views

urlpatterns = [
    path("plain/", views.plain),
    path("page/", views.page),
    path("list/", views.latest),
    path("insert/", views.insert),
    path("queue/", views.queue),
    path("search/", views.search),
]
