"""Settings. Every one that a company may change is an environment variable, listed in docs/settings.md."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent


def _home() -> Path:
    """Where all records live: KAMERTON_HOME, else the user's own data folder."""
    named = os.environ.get("KAMERTON_HOME")
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(named).expanduser() if named else Path(base) / "kamerton"


def _flag(name: str, *, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    return default if not value else value in {"1", "true", "yes", "on"}


def _number(name: str, default: int) -> int:
    value = os.environ.get(name, "").strip()
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def _secret_key(home: Path) -> str:
    """The signing key: given, or made once and kept beside the records, readable by their owner alone."""
    given = os.environ.get("KAMERTON_SECRET_KEY")
    if given:
        return given
    kept = home / "secret_key"
    if not kept.exists():
        home.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(64))
        except FileExistsError:
            pass  # another process was first
    return kept.read_text().strip()


def _mail(home: Path) -> dict[str, object]:
    """Through the server of KAMERTON_MAIL_URL; without one each letter is a file in the home folder."""
    url = os.environ.get("KAMERTON_MAIL_URL", "").strip()
    if not url:
        folder = home / "mail"
        folder.mkdir(mode=0o700, exist_ok=True)
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": folder,
        }
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        raise ImproperlyConfigured(
            "KAMERTON_MAIL_URL reads smtp://, smtp+starttls:// or smtps://user:password@host:port"
        )
    secure = parts.scheme == "smtps"
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if secure else 587 if parts.scheme == "smtp+starttls" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
        "EMAIL_TIMEOUT": 20,
    }


def _database(home: Path) -> dict[str, object]:
    """SQLite in the home folder, or what KAMERTON_DATABASE_URL names (postgresql://user:password@host:port/name)."""
    url = os.environ.get("KAMERTON_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "kamerton.sqlite3",
            "OPTIONS": {
                # Deferred transactions gave "database is locked" between a long writer and a second one.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            "KAMERTON_DATABASE_URL must begin with postgresql:// (or be empty for SQLite)."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "kamerton",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _openid() -> tuple[str, dict[str, object]]:
    """The company's own sign-in: what its button says, and the provider for allauth. Nothing without KAMERTON_OIDC_URL."""
    url = os.environ.get("KAMERTON_OIDC_URL", "").strip().rstrip("/")
    if not url:
        return "", {}
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise ImproperlyConfigured("KAMERTON_OIDC_URL must begin with https://.")
    client = os.environ.get("KAMERTON_OIDC_CLIENT_ID", "").strip()
    if not client:
        raise ImproperlyConfigured(
            "KAMERTON_OIDC_CLIENT_ID is missing: the id that the provider gave to Kamerton."
        )
    name = os.environ.get("KAMERTON_OIDC_NAME", "").strip() or parts.hostname or url
    app = {
        "provider_id": "company",
        "name": name,
        "client_id": client,
        "secret": os.environ.get("KAMERTON_OIDC_CLIENT_SECRET", ""),
        "settings": {
            "server_url": url,
            "verified_email": _flag("KAMERTON_OIDC_TRUST_EMAIL", default=False),
            "oauth_pkce_enabled": True,
        },
    }
    return name, {"openid_connect": {"APPS": [app]}}


HOME = _home()
HOME.mkdir(parents=True, exist_ok=True)
LEDGER_DIR = Path(os.environ.get("KAMERTON_LEDGER_DIR") or HOME / "ledger")
UPLOAD_DIR = HOME / "uploads"
FILES_DIR = HOME / "files"  # what is kept with accounts

DEBUG = _flag("KAMERTON_DEBUG", default=False)
SECRET_KEY = _secret_key(HOME)
ALLOWED_HOSTS = [
    host.strip() for host in os.environ.get("KAMERTON_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
]
CSRF_TRUSTED_ORIGINS = [
    f"https://{host}" for host in ALLOWED_HOSTS if host not in {"127.0.0.1", "localhost", "[::1]"}
]

UPLOAD_LIMIT_BYTES = _number("KAMERTON_UPLOAD_LIMIT_MB", 2048) * 1024 * 1024
FILE_LIMIT_BYTES = _number("KAMERTON_FILE_LIMIT_MB", 100) * 1024 * 1024
LEDGER_MEMORY_BYTES = _number("KAMERTON_LEDGER_MEMORY_MB", 900) * 1024 * 1024
JOBS_IN_PLACE = _flag("KAMERTON_JOBS_IN_PLACE", default=False)
#: A request that nobody answers goes one step up the line of report each so many days.
ESCALATION_DAYS = max(1, _number("KAMERTON_ESCALATION_DAYS", 2))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks",
    "django_tasks_db",
    "kamerton.core",
    "kamerton.access",
    "kamerton.instruments",
    "kamerton.accounts",
    "kamerton.work",
    "kamerton.ledger",
    "kamerton.portfolio",
    "kamerton.service",
    "kamerton.plans",
    "kamerton.engagements",
    "kamerton.signals",
    "kamerton.documents",
    "kamerton.exchange",
    "kamerton.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kamerton.web.middleware.ShellMiddleware",
    "kamerton.web.middleware.SignInMiddleware",
]

ROOT_URLCONF = "kamerton.urls"
WSGI_APPLICATION = "kamerton.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "template_partials.templatetags.partials",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kamerton.web.context.shell",
            ],
        },
    }
]

DATABASES = {"default": _database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Shared by all processes: counting wrong passwords in each of them apart would multiply the limit.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["kamerton.access.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "kamerton.web.sign_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # Django ends the other sessions; this one goes on
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    # Wrong passwords and codes: ten a minute from one address, five in five minutes for one person.
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/h/key",  # key: the address asked for
    "reset_password_from_key": "20/m/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = _number("KAMERTON_PROXIES", 0)

MFA_ADAPTER = "kamerton.web.sign_in.SecondFactorAdapter"
MFA_FORMS = {"add_webauthn": "kamerton.web.passkeys.AddForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # people are added by an administrator, nobody signs up
MFA_TOTP_ISSUER = "Kamerton"
MFA_TOTP_TOLERANCE = 1  # half a minute either way, for a phone whose clock is off
REQUIRE_MFA = _flag("KAMERTON_REQUIRE_MFA", default=False)

OPENID_NAME, SOCIALACCOUNT_PROVIDERS = _openid()
SOCIALACCOUNT_ADAPTER = "kamerton.web.openid.IdentityAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody signs up, so a stranger's address gets no letter
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # seconds

DEFAULT_FROM_EMAIL = os.environ.get("KAMERTON_MAIL_FROM") or "kamerton@localhost"
globals().update(_mail(HOME))

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("KAMERTON_HTTPS", default=False)
SECURE_SSL_REDIRECT = False  # the proxy in front decides
SECURE_HSTS_SECONDS = 31_536_000 if SESSION_COOKIE_SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("it", _("Italian")), ("pl", _("Polish")), ("ru", _("Russian"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = os.environ.get("KAMERTON_TIME_ZONE") or os.environ.get("TZ") or "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = None  # assets are served out of the package: nothing to collect
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+[.-][0-9A-Za-z_]{8}\.(js|css|woff2|svg)(\.map)?$"

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["kamerton.web.uploads.QuotaUploadHandler"]
FILE_UPLOAD_TEMP_DIR = HOME / "incoming"  # on the disk where uploads are kept: they are linked, not copied
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)

TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if JOBS_IN_PLACE
        else "django_tasks_db.DatabaseBackend",
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("KAMERTON_LOG_LEVEL", "WARNING")},
}
