"""Addresses of the citizen's own pages."""

from __future__ import annotations

from django.urls import path

from civium.doors.portal import case_pages, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("my/", views.my_page, name="my_page"),
    path("my/cases/<str:reference>/", case_pages.case, name="case"),
    path("my/cases/<str:reference>/answer/", case_pages.answer, name="answer"),
    path("my/cases/<str:reference>/messages/", case_pages.case_message, name="case_message"),
    path("my/cases/<str:reference>/corrections/", case_pages.corrections, name="corrections"),
    path("my/cases/<str:reference>/corrections/<slug:page>/", case_pages.correction, name="correction"),
    path("my/documents/", views.documents, name="documents"),
    path("my/documents/<uuid:id>/", views.document, name="document"),
    path("my/messages/", views.messages, name="messages"),
    path("my/messages/<uuid:id>/", views.message, name="message"),
    path("my/profile/", views.profile, name="profile"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<str:id>/", views.letter, name="letter"),
    path("design/", views.style_guide, name="style_guide"),
]
