"""Addresses: people's carry their language, machines' and those that a provider knows do not."""

from __future__ import annotations

from django.urls import path

from .views import arriving, demo, identities

# For ``include``, under the namespace ``federation_machine``.
machine_patterns = (
    [
        path("identity/<slug:provider>/back/", arriving.back, name="back"),
        path("demo/identity/.well-known/openid-configuration", demo.description, name="demo_description"),
        path("demo/identity/keys", demo.keys, name="demo_keys"),
        path("demo/identity/authorize", demo.authorize, name="demo_authorize"),
        path("demo/identity/token", demo.token, name="demo_token"),
        path("demo/identity/userinfo", demo.userinfo, name="demo_userinfo"),
    ],
    "federation_machine",
)

app_name = "federation"
urlpatterns = [
    path("identity/", arriving.choose, name="choose"),
    path("identity/<slug:provider>/go/", arriving.go, name="go"),
    path("identity/arrived/", arriving.arrived, name="arrived"),
    path("identity/went-wrong/", arriving.went_wrong, name="went_wrong"),
    path("my/sign-in/identities/", identities.identities, name="identities"),
    path("my/sign-in/identities/<uuid:id>/end/", identities.end_identity, name="end_identity"),
]
