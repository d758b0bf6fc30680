"""What everybody may do at every address. Whoever is not named is told "not found"; whoever is not signed in, to sign in.

A new address fails the tests until it has a line here. ``asks`` and ``sends`` are who may GET and POST; ``things`` says for
which of Amina's things the address is tried (``Things`` fills them in) and ``body`` what a POST has in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from .actors import NOT_SIGNED_IN

DELEGATES: Final = {"delegate elsewhere", "former delegate", "late delegate", "delegate", "ended delegate"}
CITIZENS: Final = {"amina", "ben", "former", "guardian", *DELEGATES}
OF_THE_AGENCY: Final = {"clerk", "officer", "supervisor"}
CLERKS: Final = {"clerk", "strange clerk"}
SUPERVISORS: Final = {"supervisor", "strange supervisor"}
MAY_OPEN_IN_EMERGENCY: Final = {"officer", "stranger", *SUPERVISORS, "data-protection-officer"}
CASEWORKERS: Final = {*OF_THE_AGENCY, "stranger", *CLERKS, *SUPERVISORS}
FINANCE: Final = {"finance", "strange finance"}
STAFF: Final = {*CASEWORKERS, *FINANCE, "designer", "administrator", "auditor", "data-protection-officer"}
CHECKERS: Final = {"auditor", "data-protection-officer"}
SIGNED_IN: Final = CITIZENS | STAFF
EVERYBODY: Final = SIGNED_IN | NOT_SIGNED_IN
NOBODY: Final[set[str]] = set()
# Whose the thing is: Amina's, where ``OWNERS`` says nothing else.
OWNER: Final = {"owner"}
# What nobody does in the owner's place: it would outlast the help.
OWNER_ALONE: Final = {"owner", "nobody in their place"}
OWNERS: Final = {
    "guests_draft": "guest",
    "guests_page": "guest",
    "guests_sent": "guest",
    "guests_case": "guest",
    "guests_case_entry": "guest",
    "clerks_case": "clerk",
    "childs_draft": "child",
    "childs_page": "child",
    "childs_case": "child",
    # Deleted: it is nobody's any more.
    "dropped": "nobody",
}
# What an address asks of whoever acts for the owner, and who may do that for whom.
SEE, FILL, SEND, PAY = {"owner", "view"}, {"owner", "fill"}, {"owner", "sign"}, {"owner", "pay"}
POWERS: Final = {
    "amina": {"delegate": {"view", "fill"}},
    "child": {"guardian": {"view", "fill", "sign", "pay", "receive"}},
}
EVERY_POWER: Final = {"view", "fill", "sign", "pay", "receive"}
# What the town gave is for who may receive, not for who may see.
RECEIVED: Final = {"certificate_file"}
# Who stands in the owner's place for a while.
IN_PLACE_OF_OWNER: Final = {"helped": {"clerk"}, "helped_page": {"clerk"}}


@dataclass(frozen=True)
class Address:
    """Who may read and who may change what an address stands for."""

    asks: set[str] = field(default_factory=set)
    sends: set[str] = field(default_factory=set)
    things: tuple[str, ...] = ("",)
    body: dict[str, Any] = field(default_factory=dict)

    def may(self, method: str, thing: str) -> set[str]:
        """Everybody who may do this to the thing."""
        said = {"get": self.asks, "head": self.asks, "post": self.sends}.get(method, set())
        owner = OWNERS.get(thing, "amina")
        if "owner" in said:
            needed = {"receive"} if thing in RECEIVED else said
            acting = {who for who, powers in POWERS.get(owner, {}).items() if powers & needed}
            in_place = set() if "nobody in their place" in said else IN_PLACE_OF_OWNER.get(thing, set())
            return (said & EVERYBODY) | {owner} | in_place | acting
        # Nobody works on a case of their own.
        return said - {owner} if owner in OF_THE_AGENCY else said

    def all_who_may(self, thing: str) -> set[str]:
        """Everybody who may do anything to it, or sees it elsewhere and may do nothing here."""
        return self.may("get", thing) | self.may("post", thing) | self._knowing(thing)

    def _knowing(self, thing: str) -> set[str]:
        """Who acts for the owner and sees the thing, where the address is for some who act."""
        acting = POWERS.get(OWNERS.get(thing, "amina"), {}) if (self.asks | self.sends) & EVERY_POWER else {}
        return {who for who, powers in acting.items() if "view" in powers}


# In whatever is sent to us: it may come back on the page, and must not reach the record, the queue or a log.
TYPED: Final = "Canarytyped"
DRAFT, TO_PAY, SENT, DROPPED = "draft", "to_pay", "sent", "dropped"
EVERY_APPLICATION = (DRAFT, TO_PAY, SENT, DROPPED, "helped", "guests_draft", "guests_sent", "childs_draft")
EVERY_PAGE = ("draft_page", "to_pay_page", "sent_page", "helped_page", "guests_page", "childs_page")
# Everything that became of what Amina sent, in every state.
HER_CASES = ("open_case", "asked_case", "decided_case", "granted_case", "reopened_case", "withdrawn_case")
EVERY_CASE = (*HER_CASES, "guests_case", "clerks_case", "childs_case")

ADDRESSES: Final[dict[str, Address]] = {
    # doors and machines
    "design:start": Address(EVERYBODY),
    "design:language": Address(EVERYBODY, EVERYBODY, ("language",)),
    "design:language_of_page": Address(EVERYBODY, EVERYBODY, ("language_of_page",)),
    "design:healthz": Address(EVERYBODY, EVERYBODY),
    "design:readyz": Address(EVERYBODY, EVERYBODY),
    "watch:live": Address(EVERYBODY),
    "watch:ready": Address(EVERYBODY),
    # Everybody of the tests asks from this machine: see test_numbers_are_for_this_machine_or_the_token.
    "watch:metrics": Address(EVERYBODY),
    # Browsers report without anybody doing anything: see test_violations.
    "watch:violations": Address(NOBODY, EVERYBODY),
    "design:robots": Address(EVERYBODY, EVERYBODY),
    "design:favicon": Address(EVERYBODY, EVERYBODY),
    "design:site_manifest": Address(EVERYBODY, EVERYBODY),
    # A call that is not signed is refused, whoever makes it: see test_the_webhook_believes_signatures_only.
    "payments:webhook": Address(NOBODY, NOBODY, ("provider",)),
    # Whoever has the page's secret address is the payer.
    "payments:demo_checkout": Address(EVERYBODY, EVERYBODY, ("checkout",), {"choice": "leave"}),
    # the portal
    "portal:home": Address(EVERYBODY),
    "portal:my_page": Address(SIGNED_IN),
    "portal:case": Address(SEE, NOBODY, EVERY_CASE),
    "portal:answer": Address(NOBODY, SEND, EVERY_CASE, {"answer": TYPED}),
    "portal:documents": Address(SIGNED_IN),
    "portal:document": Address(SEE, NOBODY, ("draft_file", "case_file", "certificate_file")),
    "portal:messages": Address(SIGNED_IN),
    "portal:message": Address(OWNER, NOBODY, ("notice",)),
    "portal:mandates": Address(SIGNED_IN),
    "portal:invite_to_act": Address(SIGNED_IN, SIGNED_IN),
    "portal:claim_child": Address(SIGNED_IN, SIGNED_IN),
    "portal:claim_organisation": Address(SIGNED_IN, SIGNED_IN),
    "portal:mandate": Address({"ben", "designer"}, NOBODY, ("mandate",)),
    "portal:end_mandate": Address({"ben", "designer"}, {"ben", "designer"}, ("mandate",)),
    "portal:act_for": Address(NOBODY, {"designer"}, ("mandate",)),
    "portal:stop_acting": Address(NOBODY, SIGNED_IN),
    # For whoever has the address that it went to; the giver cannot answer it.
    "portal:mandate_invitation": Address({"designer"}, {"designer"}, ("invitation",)),
    "portal:case_receipt": Address(SEE, NOBODY, ("case_entry", "guests_case_entry")),
    "portal:case_receipt_file": Address(SEE, NOBODY, ("case_entry", "guests_case_entry")),
    "portal:receipt": Address(OWNER, NOBODY, ("own_entry",)),
    "portal:receipt_file": Address(OWNER, NOBODY, ("own_entry",)),
    "portal:accessibility": Address(EVERYBODY),
    "portal:check_record": Address(EVERYBODY, EVERYBODY, body={"receipt": "Not one."}),
    "portal:record_keys": Address(EVERYBODY),
    "portal:record_checkpoint": Address(EVERYBODY),
    "portal:record_verifier": Address(EVERYBODY),
    "portal:profile": Address(SIGNED_IN, SIGNED_IN, body={"name": "Somebody"}),
    # Everything that the demo town would have sent, for everybody to see. No other town has these pages.
    "portal:outbox": Address(EVERYBODY),
    "portal:letter": Address(EVERYBODY, NOBODY, ("letter",)),
    "portal:style_guide": Address(EVERYBODY),
    # the desk
    "desk:queue": Address(STAFF),
    "desk:case": Address(OF_THE_AGENCY, NOBODY, (*HER_CASES, "clerks_case")),
    "desk:holder": Address(NOBODY, OF_THE_AGENCY, ("open_case", "asked_case"), {"do": "claim"}),
    "desk:move": Address(OF_THE_AGENCY, OF_THE_AGENCY, ("move",), {"reason": TYPED, "revision": "1"}),
    "desk:file": Address(OF_THE_AGENCY, NOBODY, ("file_of_case",)),
    "desk:withdrawal": Address(
        {"officer", "supervisor"},
        {"officer", "supervisor"},
        ("certificate_of_case",),
        {"reason": TYPED},
    ),
    "desk:money": Address(FINANCE),
    "desk:payment": Address(NOBODY, {"finance"}, ("odd_payment",)),
    "desk:provider_call": Address(NOBODY, {"finance"}, ("odd_call",), {"do": "dismiss", "reason": TYPED}),
    "desk:stuck": Address({"administrator"}),
    "desk:unstick": Address(NOBODY, {"administrator"}, ("dead_job", "dead_reaction"), {"do": "again"}),
    # A supervisor sees their own agencies' people; that they cannot end a colleague's role as supervisor is tried in the room.
    "desk:staff": Address({"administrator", *SUPERVISORS}),
    "desk:staff_new": Address({"administrator", *SUPERVISORS}, {"administrator", *SUPERVISORS}),
    "desk:staff_member": Address(
        {"administrator", "supervisor"}, {"administrator", "supervisor"}, ("colleague",)
    ),
    "desk:staff_end": Address(
        {"administrator", "supervisor"}, {"administrator", "supervisor"}, ("colleagues_role",)
    ),
    "desk:services": Address(
        {"designer", "administrator", *SUPERVISORS, "auditor", "data-protection-officer"}
    ),
    "desk:take": Address(NOBODY, CASEWORKERS, body={"do": "take"}),
    "desk:next": Address(OF_THE_AGENCY, NOBODY, ("open_case",)),
    "desk:team": Address(SUPERVISORS),
    "desk:hand": Address({"supervisor"}, {"supervisor"}, ("held_by",), {"to": "nobody"}),
    "desk:away": Address(CASEWORKERS),
    "desk:mentions": Address(CASEWORKERS),
    "desk:back": Address(NOBODY, NOBODY, ("nobodys_absence",)),
    "desk:handover": Address({"clerk", "supervisor"}, OF_THE_AGENCY, ("asked_case",)),
    "desk:takeover": Address({"officer", "supervisor"}, OF_THE_AGENCY, ("asked_case",)),
    "desk:reopening": Address({"supervisor"}, OF_THE_AGENCY, ("decided_case",)),
    "desk:link": Address(OF_THE_AGENCY, OF_THE_AGENCY, ("open_case",)),
    "desk:unlink": Address(NOBODY, OF_THE_AGENCY, ("two_cases",)),
    "desk:message": Address(OF_THE_AGENCY, OF_THE_AGENCY, ("open_case", "clerks_case"), {"words": TYPED}),
    "desk:note": Address(NOBODY, OF_THE_AGENCY, ("open_case",), {"words": TYPED}),
    "desk:presence": Address(NOBODY, OF_THE_AGENCY, ("open_case",)),
    "desk:question_withdrawal": Address(OF_THE_AGENCY, OF_THE_AGENCY, ("question",)),
    "desk:readings": Address(CHECKERS),
    "desk:readings_of": Address(NOBODY, CHECKERS, body={"person": "somebody@example.org"}),
    "desk:readings_file": Address(NOBODY, CHECKERS),
    "desk:readings_by_staff": Address(CHECKERS),
    "desk:asked_readings": Address(CHECKERS),
    "desk:emergencies": Address(MAY_OPEN_IN_EMERGENCY),
    "desk:emergency_new": Address(
        MAY_OPEN_IN_EMERGENCY, MAY_OPEN_IN_EMERGENCY, body={"reference": "7K4M92QX", "reason": TYPED}
    ),
    # Opened by the stranger, for the supervisor and the data-protection officer to look at.
    "desk:emergency": Address({"stranger"}, NOBODY, ("emergency",)),
    "desk:emergency_file": Address({"stranger"}, NOBODY, ("file_in_emergency",)),
    "desk:emergency_end": Address(NOBODY, {"stranger"}, ("emergency",)),
    "desk:emergency_review": Address(
        {"supervisor", "data-protection-officer"},
        {"supervisor", "data-protection-officer"},
        ("emergency", "reviewed_emergency"),
        {"verdict": "justified", "words": TYPED},
    ),
    "desk:kept": Address({"data-protection-officer"}),
    "desk:kept_case": Address(
        {"data-protection-officer"},
        {"data-protection-officer"},
        ("kept_case",),
        {"occasion": "claim", "reason": f"{TYPED} in a sentence that is long enough."},
    ),
    # Who has not said why opens nothing: what comes of a reason is tried in the room.
    "desk:kept_file": Address(NOBODY, NOBODY, ("kept_file",)),
    "desk:register": Address({"data-protection-officer", "administrator", "auditor"}),
    "desk:register_file": Address({"data-protection-officer", "administrator", "auditor"}),
    "desk:retention": Address({"data-protection-officer", "administrator", "auditor"}),
    "desk:searches": Address({"designer", "administrator"}),
    "portal:case_message": Address(NOBODY, SEND, ("open_case", "clerks_case"), {"words": TYPED}),
    "portal:corrections": Address(SEE, SEND, ("asked_case",)),
    "portal:correction": Address(SEE, FILL, ("correction_page",)),
    # programs: without a token nobody gets in, whoever they are in their browser
    "api:services": Address(EVERYBODY),
    "api:service": Address(EVERYBODY, NOBODY, ("service",)),
    "api:openapi-json": Address(EVERYBODY),
    "api:apply": Address(),
    "api:application": Address(things=("open_case",)),
    "api:corrections": Address(things=("open_case",)),
    "api:correct": Address(things=("open_case",)),
    "api:cases": Address(),
    "api:case": Address(things=("open_case",)),
    "api:move": Address(things=("open_case",)),
    "api:message": Address(things=("open_case",)),
    "api:files": Address(things=("open_case",)),
    # With a token that may, about oneself: see test_programs_everywhere.
    "api:find_usage": Address(),
    "api:usage_period": Address(EVERYBODY),
    "api:heartbeat": Address(EVERYBODY),
    "api:nothing": Address(),
    "api:api-root": Address(),
    "access:documentation": Address(EVERYBODY),
    "access:tokens": Address(SIGNED_IN, SIGNED_IN, body={"name": "Phone", "scopes": ["cases:read"]}),
    "access:end": Address(OWNER, OWNER, ("hers_to_end",)),
    # who one is
    "identity:sign_in": Address(SIGNED_IN),
    "identity:end": Address(NOBODY, OWNER, ("her_sign_in",)),
    "identity:end_others": Address(NOBODY, SIGNED_IN),
    "identity:not_me": Address(OWNER, OWNER, ("her_sign_in",)),
    # Whoever has the link of the mail, which says whose it is; nobody has this one.
    "identity:not_me_by_link": Address(NOBODY, NOBODY, ("no_token",)),
    "identity:second_factor": Address(SIGNED_IN),
    # Only on the way in, after the right password.
    "identity:offer_passkey": Address(SIGNED_IN),
    "identity:recovery": Address(),
    "identity:stop_recovery": Address(NOBODY, NOBODY, ("no_token",)),
    "identity:stay": Address(NOBODY, SIGNED_IN),
    "identity:confirm": Address(SIGNED_IN, SIGNED_IN),
    "identity:onward": Address(SIGNED_IN),
    "federation:choose": Address(EVERYBODY),
    "federation:go": Address(EVERYBODY, NOBODY, ("identity_elsewhere",)),
    "federation_machine:back": Address(EVERYBODY, NOBODY, ("identity_elsewhere",)),
    # Without an answer of a provider in one's own session there is nothing to see or to confirm.
    "federation:arrived": Address(EVERYBODY, EVERYBODY, body={"is_me": "yes"}),
    "federation:went_wrong": Address(EVERYBODY),
    "federation:identities": Address(SIGNED_IN),
    "federation:end_identity": Address(OWNER, OWNER, ("her_identity",)),
    # No town has a SAML identity in the tests of policy: there is nobody at these addresses.
    "saml_acs": Address(NOBODY, NOBODY, ("identity_by_saml",)),
    "saml_finish_acs": Address(NOBODY, NOBODY, ("identity_by_saml",)),
    "saml_metadata": Address(NOBODY, NOBODY, ("identity_by_saml",)),
    "saml_sls": Address(NOBODY, NOBODY, ("identity_by_saml",)),
    "federation:consents": Address(SIGNED_IN),
    "federation:end_consent": Address(OWNER, OWNER, ("her_consent",)),
    "federation:systems": Address({"administrator"}, {"administrator"}),
    "federation:remove_system": Address({"administrator"}, {"administrator"}, ("sister_system",)),
    # Sister systems: what they ask by themselves needs their own secret, or a token; people are asked before anything is told.
    "idp:oidc:configuration": Address(EVERYBODY),
    "idp:oidc:jwks": Address(EVERYBODY),
    "idp:oidc:authorization": Address(SIGNED_IN, SIGNED_IN),
    "idp:oidc:token": Address(NOBODY, EVERYBODY),
    "idp:oidc:userinfo": Address(EVERYBODY, EVERYBODY),
    "idp:oidc:revoke": Address(NOBODY, EVERYBODY),
    "idp:oidc:device_authorization": Address(NOBODY, NOBODY),
    "idp:oidc:device_code": Address(NOBODY, NOBODY),
    "idp:oidc:logout": Address(NOBODY, NOBODY),
    # The demo town's own provider: another site in the same process.
    "federation_machine:demo_description": Address(EVERYBODY),
    "federation_machine:demo_keys": Address(EVERYBODY),
    "federation_machine:demo_authorize": Address(EVERYBODY, EVERYBODY),
    "federation_machine:demo_token": Address(NOBODY, EVERYBODY),
    "federation_machine:demo_userinfo": Address(EVERYBODY),
    # the catalogue
    "catalogue:search": Address(EVERYBODY),
    "catalogue:suggestions": Address(EVERYBODY),
    "catalogue:search_answer": Address(NOBODY, EVERYBODY),
    "catalogue:list": Address(NOBODY, EVERYBODY, ("list",)),
    "catalogue:services": Address(EVERYBODY),
    "catalogue:service": Address(EVERYBODY, NOBODY, ("service",)),
    "catalogue:topic": Address(EVERYBODY, NOBODY, ("topic",)),
    "catalogue:life_event": Address(EVERYBODY, NOBODY, ("event",)),
    "catalogue_data:catalogue": Address(EVERYBODY),
    "catalogue_data:file": Address(EVERYBODY, NOBODY, ("format",)),
    "catalogue_data:service": Address(EVERYBODY, NOBODY, ("service_as_data",)),
    "catalogue_data:kind": Address(EVERYBODY, NOBODY, ("kind",)),
    "catalogue_data:thing": Address(EVERYBODY, NOBODY, ("named",)),
    "catalogue:letter": Address(EVERYBODY, NOBODY, ("under_d",)),
    "catalogue:most_used": Address(EVERYBODY),
    "catalogue:audience": Address(EVERYBODY, NOBODY, ("audience",)),
    "catalogue:agencies": Address(EVERYBODY),
    "catalogue:agency": Address(EVERYBODY, NOBODY, ("agency",)),
    "catalogue:check": Address(EVERYBODY, NOBODY, ("checked_service",)),
    "catalogue:check_page": Address(EVERYBODY, EVERYBODY, ("check_page",)),
    # applications
    "applications:start": Address(SIGNED_IN, SIGNED_IN, ("service",)),
    "applications:resume": Address(SEE, NOBODY, EVERY_APPLICATION),
    "applications:check": Address(SEE, SEND, EVERY_APPLICATION),
    "applications:pay": Address(SEE, PAY, EVERY_APPLICATION, {"do": "pay"}),
    "applications:sent": Address(SEE, NOBODY, EVERY_APPLICATION),
    "applications:drop": Address(OWNER_ALONE, OWNER_ALONE, EVERY_APPLICATION),
    "applications:page": Address(SEE, FILL, EVERY_PAGE, {"role": "owner", "_shown": "role"}),
    "applications:live_check": Address(NOBODY, FILL, ("draft_page",), {"_field": "role", "role": "owner"}),
    "applications:typed": Address(NOBODY, FILL, ("draft_page",), {"role": "owner", "_shown": "role"}),
    "applications:answers": Address(SEE, NOBODY, EVERY_APPLICATION),
    "applications:version": Address(SEE, FILL, EVERY_APPLICATION),
    "applications:later": Address(OWNER_ALONE, OWNER_ALONE, EVERY_APPLICATION, {"do": "counter"}),
    "applications:leave": Address(
        NOBODY, OWNER, (DRAFT, TO_PAY, SENT, "helped", "guests_draft", "guests_sent")
    ),
    # A guest may look, and must sign in to keep it: see test_guests.
    "applications:claim": Address(OWNER, OWNER, (DRAFT, TO_PAY, SENT, DROPPED, "helped")),
    "applications:withdraw": Address(SEND, SEND, EVERY_APPLICATION),
    # A code or link opens nothing by itself: an account's asks for its sign-in.
    "applications:come_back": Address(EVERYBODY, EVERYBODY, body={"code": "7K4M-92QX"}),
    "applications:come_back_by_link": Address(EVERYBODY, EVERYBODY, ("link",)),
    "applications:counter": Address(CLERKS, CLERKS, body={"code": "7K4M-92QX"}),
    "applications:begin_at_counter": Address(CLERKS, CLERKS),
    "applications:stop_helping": Address(NOBODY, {"clerk"}, ("helped",)),
    "applications:find_certificate": Address(EVERYBODY),
    "applications:certificate": Address(EVERYBODY, NOBODY, ("certificate", "ended_certificate")),
    # my data
    "rights:my_data": Address(SIGNED_IN, NOBODY),
    # Nothing of Amina's lies still here: ending that is tried in tests/rights.
    "rights:end_of_restriction": Address(NOBODY, NOBODY, ("no_restriction",)),
    "rights:who_looked": Address(SIGNED_IN, NOBODY),
    # Nobody has read anything of Amina's here: what may be questioned is tried in the room.
    "rights:question_reading": Address(NOBODY, NOBODY, ("no_reading",)),
    "rights:export": Address(SIGNED_IN, SIGNED_IN, body={"do": "nothing"}),
    "rights:export_file": Address(),
    "rights:consents": Address(SIGNED_IN, SIGNED_IN, body={"purpose": "news", "do": "nothing"}),
    "rights:held": Address(EVERYBODY),
    "rights:cookies": Address(EVERYBODY),
    "privacy_signal:gpc": Address(EVERYBODY),
}

# The account library's pages that somebody without an account may see.
ACCOUNT_PAGES_FOR_ANYONE: Final = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    # These lead to the sign-in page when no sign-in is under way.
    "account_confirm_login_code",
    "account_logout",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
