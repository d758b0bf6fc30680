"""Addresses of the citizen's own pages."""

from __future__ import annotations

from django.urls import path

from civium.doors.portal import case_pages, mandate_claims, mandate_pages, record_pages, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("my/", views.my_page, name="my_page"),
    path("my/cases/<str:reference>/", case_pages.case, name="case"),
    path("my/cases/<str:reference>/answer/", case_pages.answer, name="answer"),
    path("my/cases/<str:reference>/messages/", case_pages.case_message, name="case_message"),
    path("my/cases/<str:reference>/corrections/", case_pages.corrections, name="corrections"),
    path("my/cases/<str:reference>/corrections/<slug:page>/", case_pages.correction, name="correction"),
    path("my/cases/<str:reference>/receipts/<int:entry>/", record_pages.case_receipt, name="case_receipt"),
    path(
        "my/cases/<str:reference>/receipts/<int:entry>/file/",
        record_pages.case_receipt_file,
        name="case_receipt_file",
    ),
    path("my/mandates/", mandate_pages.mandates, name="mandates"),
    path("my/mandates/new/", mandate_pages.invite, name="invite_to_act"),
    path("my/mandates/children/new/", mandate_claims.claim_child, name="claim_child"),
    path("my/mandates/organisations/new/", mandate_claims.claim_organisation, name="claim_organisation"),
    path("my/mandates/acting/end/", mandate_pages.stop, name="stop_acting"),
    path("my/mandates/<uuid:id>/acting/", mandate_pages.act, name="act_for"),
    path("my/mandates/answer/<str:code>/", mandate_pages.answer_invitation, name="mandate_invitation"),
    path("my/mandates/<uuid:id>/", mandate_pages.mandate, name="mandate"),
    path("my/mandates/<uuid:id>/end/", mandate_pages.end, name="end_mandate"),
    path("my/documents/", views.documents, name="documents"),
    path("my/documents/<uuid:id>/", views.document, name="document"),
    path("my/messages/", views.messages, name="messages"),
    path("my/messages/<uuid:id>/", views.message, name="message"),
    path("my/data/receipts/<int:entry>/", record_pages.receipt, name="receipt"),
    path("my/data/receipts/<int:entry>/file/", record_pages.receipt_file, name="receipt_file"),
    path("my/profile/", views.profile, name="profile"),
    path("check/record/", record_pages.check_record, name="check_record"),
    path("check/record/keys/", record_pages.record_keys, name="record_keys"),
    path("check/record/checkpoint/", record_pages.record_checkpoint, name="record_checkpoint"),
    path("check/record/verifier/", record_pages.record_verifier, name="record_verifier"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<str:id>/", views.letter, name="letter"),
    path("design/", views.style_guide, name="style_guide"),
]
