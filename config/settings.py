"""Every setting, read from the environment, safe in production by default.

``CIVIUM_DEMO=1`` is the only switch that relaxes anything; ``civium check`` names what a production site still lacks.
Secrets come from files: ``CIVIUM_KEYS`` is their folder, outside the data folder, so that a copy of the data opens nothing.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "") in {"1", "true", "yes"}


def _folder(name: str, default: Path) -> Path:
    return Path(os.environ.get(name) or default).resolve()


# What kind of installation this is.
CIVIUM_DEMO = _flag("CIVIUM_DEMO")
DEBUG = _flag("CIVIUM_DEBUG")
CIVIUM_DATA = _folder("CIVIUM_DATA", BASE_DIR / "data")
CIVIUM_KEYS = _folder("CIVIUM_KEYS", BASE_DIR / ".keys")
# Where the root key is: a file of the key folder, a systemd credential, or a PKCS#11 token.
CIVIUM_ROOT_KEY = os.environ.get("CIVIUM_ROOT_KEY", "file")
CIVIUM_PKCS11_MODULE = os.environ.get("CIVIUM_PKCS11_MODULE", "")
CIVIUM_PKCS11_TOKEN = os.environ.get("CIVIUM_PKCS11_TOKEN", "civium")
# What was erased, for the day that an older database comes back: apart from the data, and from their backups.
CIVIUM_ERASURES = _folder("CIVIUM_ERASURES", CIVIUM_DATA.with_name(f"{CIVIUM_DATA.name}-erasures"))
CIVIUM_SERVICES = _folder("CIVIUM_SERVICES", BASE_DIR / "services")
CIVIUM_WITNESS = os.environ.get("CIVIUM_WITNESS", "")
# Staff read nothing about people while the record's last signature is older: nobody could tell what happens meanwhile.
# (`make bench` measures pages where no worker signs; only a demo town can be told so.)
CIVIUM_RECORD_SIGNED_WITHIN = None if CIVIUM_DEMO and _flag("CIVIUM_NOBODY_SIGNS") else timedelta(minutes=15)
CIVIUM_BUILD = BASE_DIR / "build"
# Where the site is reached: links in mail and certificates start with it, never with a request's Host header.
CIVIUM_ORIGIN = os.environ.get("CIVIUM_ORIGIN", f"http://localhost:{os.environ.get('PORT', '8000')}")


def _secret(name: str) -> str:
    """The secret in a file of the key folder; empty when there is none yet (`civium check` says so)."""
    path = CIVIUM_KEYS / name
    return path.read_text(encoding="ascii").strip() if path.is_file() else ""


SECRET_KEY = _secret("secret-key")
ALLOWED_HOSTS = [host for host in os.environ.get("CIVIUM_HOSTS", "").split(",") if host] or (
    ["localhost", "127.0.0.1", "[::1]", "testserver"] if CIVIUM_DEMO else []
)
_HTTPS = CIVIUM_ORIGIN.startswith("https://")

# The house.
# A room with tables, templates or reactions is a Django application; a folder with a docstring is a room.
ROOMS = [
    f"civium.{floor}.{room.name}"
    for floor in ("foundation", "engines", "journeys", "doors")
    for room in sorted((BASE_DIR / "civium" / floor).iterdir())
    if (room / "__init__.py").is_file()
]
INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.saml",
    "allauth.idp.oidc",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "civium.foundation.identity.steadiness.SteadyAnswers",
    "civium.foundation.design.middleware.PublicPageCache",
    "civium.foundation.design.middleware.ProgramsComeEncrypted",
    "django.middleware.security.SecurityMiddleware",
    "civium.foundation.design.middleware.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "civium.foundation.design.middleware.ChosenLanguage",
    "django.middleware.csrf.CsrfViewMiddleware",
    "civium.foundation.identity.sessions.WhoIsThis",
    "civium.foundation.privacy.middleware.WhoLooks",
    "civium.foundation.identity.acting.ActsFor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "civium.foundation.design.middleware.RefusalsAsPages",
    "allauth.account.middleware.AccountMiddleware",  # last: it answers its own exceptions before we call them defects
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# Data.
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-4000",
}
try:
    _database = dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{CIVIUM_DATA / 'civium.sqlite3'}",
        conn_max_age=600,
        conn_health_checks=True,
    )
except ValueError:  # its own words would show the password
    raise ImproperlyConfigured(
        "DATABASE_URL cannot be read: write postgresql://user:password@host/name."
    ) from None
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = _SQLITE
    # Tests on a file: the browser's server threads and the test share it as processes would.
    _database["TEST"] = {"NAME": str(CIVIUM_DATA / f"test-{os.environ.get('CIVIUM_TEST_DB', 'all')}.sqlite3")}
if _database["ENGINE"] == "django.db.backends.postgresql":
    # A server that is gone without a word holds nobody up for minutes. DATABASE_URL may say otherwise: ?connect_timeout=20
    _database["OPTIONS"] = {"connect_timeout": 5, "tcp_user_timeout": 30_000, **_database.get("OPTIONS", {})}
    # What a connection asks for the fifth time is planned once: planning took a third of a desk list's time. A pooler that does
    # not know prepared statements (PgBouncer before 1.21) needs ?prepare_threshold=none
    _prepares = str(_database["OPTIONS"].pop("prepare_threshold", 5))
    if _prepares != "none":
        _database["OPTIONS"] |= {"prepare_threshold": int(_prepares), "server_side_binding": True}
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "civium.foundation.kit.outages.CacheThatSaysSo",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
    # How often programs asked in this minute: in the memory of each process, so that counting costs no query.
    "paces": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "paces",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
# Requests of programs that each process answers in a minute: of one token, and from one address of the network.
CIVIUM_API_PER_MINUTE = int(os.environ.get("CIVIUM_API_PER_MINUTE", "300"))
CIVIUM_API_PER_MINUTE_FROM_ADDRESS = int(os.environ.get("CIVIUM_API_PER_MINUTE_FROM_ADDRESS", "600"))
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
# Uploads stay in memory: a temporary folder would hold them in the clear.
FILE_UPLOAD_HANDLERS = ["civium.foundation.files.uploads.KeptInMemory"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# Languages and time.
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
# The first is the one that everybody falls back to. A language that our own words are not in yet shows them in English.
LANGUAGES = [
    (code, {"en": "English", "es": "Español", "ar": "العربية"}.get(code) or LANG_INFO[code]["name_local"])
    for code in os.environ.get("CIVIUM_LANGUAGES", "en,es,ar").replace(" ", "").split(",")
]
LANGUAGE_CODE = LANGUAGES[0][0]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = _HTTPS
LOCALE_PATHS = [BASE_DIR / "civium" / "locale"]

# Pages.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja2",
        "DIRS": [BASE_DIR / Path(*room.split(".")) / "templates" for room in ROOMS],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "civium.foundation.design.jinja.environment",
            "context_processors": ["civium.foundation.design.jinja.one_form_token"],
        },
    },
    {  # allauth's own pages, in our layout
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "NAME": "django",
        "DIRS": [BASE_DIR / "civium/foundation/design/django_templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "civium.foundation.identity.context.accounts_to_try",
                "civium.foundation.federation.context.identities_to_use",
                "civium.foundation.federation.context.system_wanted",
                "civium.journeys.catalogue.context.service_wanted",
            ]
        },
    },
]
STATIC_URL = "/static/"
STATIC_ROOT = CIVIUM_BUILD / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "civium.foundation.design.built.BuiltFiles"},
}

# Who is this.
AUTH_USER_MODEL = "identity.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "civium.foundation.identity.passwords.LongEnough"},
    {"NAME": "civium.foundation.identity.passwords.NotTriedFirst"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:my_page"
LOGOUT_REDIRECT_URL = "portal:home"
ACCOUNT_ADAPTER = "civium.foundation.identity.adapters.allauth.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "civium.foundation.identity.adapters.allauth.shown_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "civium.foundation.identity.forms.SignUpForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 6
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# The library offers a change only where there is no account yet, which would tell (its flaw, said in its own source).
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_PREVENT_ENUMERATION = True
# How long the answers that could tell whether there is an account take: the next full step of so many seconds.
CIVIUM_STEADY_SECONDS = float(os.environ.get("CIVIUM_STEADY_SECONDS", "0.5"))
# Guesses are counted by our own rule (adapters/throttle.py), which never locks an owner out; these would.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reset_password": "60/m/ip"}
# Changing an address or a factor asks for a sign-in of the last 15 minutes, and every address is told.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Behind a proxy the visitor's address is the last one that the proxy wrote; else all would share one limit.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _flag("CIVIUM_BEHIND_PROXY") else 0
# Whoever works here needs a second factor; the hours that somebody waits who lost every one.
CIVIUM_STAFF_SECOND_FACTOR = not CIVIUM_DEMO
CIVIUM_RECOVERY_HOURS = 72
MFA_FORMS = {
    "authenticate": "civium.foundation.identity.forms.CodeForm",
    "reauthenticate": "civium.foundation.identity.forms.CodeAgainForm",
    "activate_totp": "civium.foundation.identity.forms.FirstCodeForm",
    "add_webauthn": "civium.foundation.identity.forms.PasskeyForm",
    "edit_webauthn": "civium.foundation.identity.forms.PasskeyNameForm",
}
MFA_RATE_LIMITS = {"webauthn_login": None}  # nothing is guessed there
MFA_ADAPTER = "civium.foundation.identity.adapters.allauth.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = CIVIUM_DEMO
MFA_TOTP_ISSUER = "Civium"
MFA_TOTP_TOLERANCE = (
    1  # a code is good for half a minute longer: clocks differ, and some people type slowly (RFC 6238, 5.2)
)
# Other systems' identities: the library speaks the protocols; who they are is our own room's affair.
SOCIALACCOUNT_ADAPTER = "civium.foundation.federation.adapters.allauth.Identities"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {
    "saml": {"provider_class": "civium.foundation.federation.adapters.saml.StrictSamlProvider"},
}
# And this town signs people in to its sister systems.
IDP_OIDC_ADAPTER = "civium.foundation.federation.adapters.provider.TownAsProvider"
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 900
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 900
SESSION_ENGINE = "civium.foundation.identity.sessions"
SESSION_COOKIE_NAME = "__Host-session" if _HTTPS else "session"
SESSION_COOKIE_AGE = 12 * 3600  # of a visitor without an account: what they began
# A visit ends after so many minutes without anything happening, and after so many in any case (NIST SP 800-63B-4, 2.2.3 and 2.3.3).
CIVIUM_SESSION = (int(os.environ.get("CIVIUM_SESSION_IDLE", "60")), 24 * 60)
CIVIUM_STAFF_SESSION = (int(os.environ.get("CIVIUM_STAFF_SESSION_IDLE", "30")), 12 * 60)
CIVIUM_DEVICE_COOKIE = "__Host-device" if _HTTPS else "device"
SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "csrf"
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "civium.foundation.design.views.page_too_old"
CSRF_TRUSTED_ORIGINS = [CIVIUM_ORIGIN]

# Headers.
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_SSL_REDIRECT = _HTTPS
# Whoever watches over the processes asks them on the machine itself.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("CIVIUM_BEHIND_PROXY") else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# GOV.UK Frontend's one inline line is in our own script instead, so nothing inline is allowed at all.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        # Where browsers tell what they refused: see civium.doors.watch.
        "report-uri": ["/csp-reports"],
    }
}

# Mail.
# Pages never wait for a mail server: this backend puts the message on the queue, and a worker hands it to the
# carrier. In the demo town the carrier is an outbox page.
EMAIL_BACKEND = "civium.engines.notices.mail.QueuedBackend"
CIVIUM_MAIL_CARRIER = os.environ.get("CIVIUM_MAIL_CARRIER", "demo" if CIVIUM_DEMO else "smtp")
EMAIL_HOST = os.environ.get("CIVIUM_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("CIVIUM_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("CIVIUM_SMTP_USER", "")
EMAIL_HOST_PASSWORD = _secret("smtp-password")
EMAIL_USE_TLS = _flag("CIVIUM_SMTP_TLS")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("CIVIUM_MAIL_FROM", "Civium <no-reply@localhost>")

# Outside systems: each has a demo adapter.
CIVIUM_PAYMENT_PROVIDER = os.environ.get("CIVIUM_PAYMENT_PROVIDER", "demo" if CIVIUM_DEMO else "")
CIVIUM_PAYMENT_SECRET = _secret("payment-webhook-secret")
# The file that names the identities people may sign in with; a demo town without one has Port Lumen ID.
CIVIUM_IDENTITIES = os.environ.get("CIVIUM_IDENTITIES", "")
CIVIUM_ANTIVIRUS = os.environ.get("CIVIUM_ANTIVIRUS", "demo" if CIVIUM_DEMO else "clamav")
CIVIUM_CLAMAV = os.environ.get("CIVIUM_CLAMAV", "unix:/var/run/clamav/clamd.ctl")

# Running.
SILENCED_SYSTEM_CHECKS = ["account.W001"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "civium.foundation.kit.log_lines.OneEvent",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "civium.foundation.kit.log_lines.AsJson"},
    },
    "filters": {
        "no-address": {"()": "civium.foundation.kit.log_lines.WithoutAddress"},
        "no-trace": {"()": "civium.foundation.kit.log_lines.WithoutTrace"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("CIVIUM_LOG_FORMAT") == "json" else "line",
        }
    },
    "loggers": {
        **{name: {"filters": ["no-address"]} for name in ("django.request", "django.security.csrf")},
        "django.security.DisallowedHost": {"filters": ["no-trace"]},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("CIVIUM_LOG_LEVEL", "WARNING")},
}
