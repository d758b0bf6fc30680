"""Addresses: people's carry their language, machines' and those that a provider knows do not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, include, path
from django.views.decorators.http import require_http_methods

from civium.foundation.identity.policy import Policy, anyone, open_to, signed_call

from .views import arriving, demo, identities, systems


def _of_library(protocol: str, name: str) -> Callable[..., HttpResponseBase]:
    """The library's view, imported when somebody asks for it: its protocols weigh megabytes that most processes never need."""

    def view(request: HttpRequest, **words: Any) -> HttpResponseBase:
        answer: HttpResponseBase = getattr(import_module(f"allauth.{protocol}.views"), name)(request, **words)
        return answer

    return view


_oidc = partial(_of_library, "idp.oidc")


def _guarded(
    route: str, view: Callable[..., HttpResponseBase], name: str, policy: Policy, *methods: str
) -> URLPattern:
    """The library's address with its policy and methods declared, as every address has them."""
    ours = open_to(policy)(require_http_methods(methods)(view))
    ours.__module__ = __name__
    return path(route, ours, name=name)


_provider = [
    _guarded(".well-known/openid-configuration", _oidc("configuration"), "configuration", anyone, "GET"),
    _guarded(".well-known/jwks.json", _oidc("jwks"), "jwks", anyone, "GET"),
    path("sign-in/authorize", systems.asking, name="authorization"),
    _guarded("sign-in/token", systems.token, "token", signed_call, "POST"),
    _guarded("sign-in/userinfo", _oidc("user_info"), "userinfo", signed_call, "GET", "POST"),
    _guarded("sign-in/revoke", _oidc("revoke"), "revoke", signed_call, "POST"),
    # The library looks these up by name.
    path("sign-in/device", systems.not_offered, name="device_authorization"),
    path("sign-in/device/code", systems.not_offered, name="device_code"),
    path("sign-in/logout", systems.not_offered, name="logout"),
]
# For ``include``, under the names by which the library finds its own addresses.
provider_patterns = ([path("", include((_provider, "oidc")))], "idp")

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

# Under the names by which the library finds its own addresses. A provider knows the first three.
saml_patterns = [
    path("saml/<slug:organization_slug>/acs/", arriving.take_saml, name="saml_acs"),
    _guarded(
        "saml/<slug:organization_slug>/acs/finish/", arriving.finish_saml, "saml_finish_acs", anyone, "GET"
    ),
    path("saml/<slug:organization_slug>/metadata/", arriving.saml_description, name="saml_metadata"),
    path("saml/<slug:organization_slug>/sls/", systems.not_offered, name="saml_sls"),
]

app_name = "federation"
urlpatterns = [
    path("identity/", arriving.choose, name="choose"),
    path("identity/<slug:provider>/go/", arriving.go, name="go"),
    path("identity/arrived/", arriving.arrived, name="arrived"),
    path("identity/went-wrong/", arriving.went_wrong, name="went_wrong"),
    path("my/sign-in/identities/", identities.identities, name="identities"),
    path("my/sign-in/identities/<uuid:id>/end/", identities.end_identity, name="end_identity"),
    path("my/sign-in/systems/", systems.consents, name="consents"),
    path("my/sign-in/systems/<uuid:id>/end/", systems.end, name="end_consent"),
    path("systems/", systems.systems, name="systems"),
    path("systems/<str:id>/remove/", systems.remove, name="remove_system"),
]
