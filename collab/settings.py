"""All settings of Collab, from the environment (docs: README, “Settings”)."""

import base64
import hashlib
import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE
from django.utils.translation import gettext_lazy as _

from collab.lib import secretfile
from collab.lib.env import database, env_bool, env_int, env_list, env_str

BASE_DIR = Path(__file__).resolve().parent.parent
DATA = Path(env_str("COLLAB_DATA", str(BASE_DIR / "data"))).resolve()
HOST = env_str("COLLAB_HOST", "127.0.0.1")
PORT = env_int("COLLAB_PORT", 8000)
URL = env_str("COLLAB_URL", f"http://{'localhost' if HOST == '127.0.0.1' else HOST}:{PORT}").rstrip("/")
HTTPS = URL.startswith("https://")

DEBUG = env_bool("COLLAB_DEBUG")
SECRET_KEY = env_str("COLLAB_SECRET_KEY") or secretfile.read_or_make(DATA / "secret-key")
ENCRYPTION_KEY = base64.urlsafe_b64encode(
    hashlib.sha256(
        (env_str("COLLAB_ENCRYPTION_KEY") or secretfile.read_or_make(DATA / "encryption-key")).encode()
    ).digest()
)
# not by env_str: the file need not be there yet, and lies on another medium where somebody wants it so
MASTER_KEY = os.environ.get("COLLAB_MASTER_KEY", "")
MASTER_KEY_FILE = Path(os.environ.get("COLLAB_MASTER_KEY_FILE") or DATA / "master-key").resolve()
PUSH_KEY = env_str("COLLAB_PUSH_KEY") or secretfile.read_or_make(DATA / "push-key")
ALLOWED_HOSTS = sorted({urlsplit(URL).hostname or "localhost", HOST, "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [URL]
TRUSTED_PROXIES = env_list("COLLAB_TRUSTED_PROXIES")

INSTALLED_APPS = [
    "collab.lib",
    "collab.registry",
    "collab.events",
    "collab.accounts",
    "collab.vault",
    "collab.groups",
    "collab.rights",
    "collab.spaces",
    "collab.profiles",
    "collab.marks",
    "collab.dav",
    "collab.ocs",
    "collab.live",
    "collab.mydata",
    "collab.notifications",
    "collab.activity",
    "collab.search",
    "collab.shell",
    "collab.backup",
    "files",
    "calendars",
    "polls",
    "chat",
    *env_list("COLLAB_APPS"),
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "collab.events.middleware.AuditAddressMiddleware",
    "collab.shell.middleware.OutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # nobody is the default: a page open to all says so with @login_not_required
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "collab.shell.middleware.LocaleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "collab.accounts.middleware.SessionSeenMiddleware",
    "collab.rights.actor.ActorMiddleware",
    "collab.shell.middleware.RefusalMiddleware",
    "collab.shell.middleware.AppsMiddleware",
]

ROOT_URLCONF = "collab.urls"
WSGI_APPLICATION = "collab.wsgi.application"
ASGI_APPLICATION = "collab.asgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "collab.shell.context.shell",
            ],
        },
    }
]

# One pool per process, opened at worker start: CONN_MAX_AGE piles connections up under threads.
DATABASES: dict[str, dict[str, Any]] = {"default": database(env_str("DATABASE_URL", "postgresql:///collab"))}
DATABASES["default"]["OPTIONS"] |= {
    # three seconds: while the database is away a request hears 503 soon, and threads do not pile up. A try to connect
    # that long in vain is given up, so that the next request begins a new one: going on, tries come ever more rarely
    "pool": {
        "min_size": 1,
        "max_size": env_int("COLLAB_POOL", 12),
        "timeout": 3,
        "max_lifetime": 900,
        "reconnect_timeout": 3,
    },
    "server_side_binding": False,
    "prepare_threshold": None,  # only `collab.lib.statements` prepares, and what it prepared must stay
    # a stuck writer must not hold everybody: waiting for a lock ends as 503, a forgotten transaction is cut
    # and the prepared ones keep one plan: planning the state of a write anew costs three times as long as reading it
    "options": "-c lock_timeout=15s -c idle_in_transaction_session_timeout=120s -c jit=off"
    " -c plan_cache_mode=force_generic_plan",
}
DATABASES["default"]["TEST"] = {"NAME": env_str("COLLAB_TEST_DATABASE") or None}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_str("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
SESSION_ENGINE = "collab.accounts.sessions"

_BLOBS = env_str("COLLAB_BLOBS", str(DATA / "blobs"))
BLOBS_DIR = None if _BLOBS.startswith("s3://") else Path(_BLOBS).resolve()
STAGING_DIR = (BLOBS_DIR or DATA) / "staging"
EXPORTS_DIR = (BLOBS_DIR or DATA) / "exports"
PREVIEWS_DIR = (BLOBS_DIR or DATA) / "previews"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(DATA / "media")}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "collab.lib.staticfiles.HashedStaticFiles"
    },
    "blobs": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(BLOBS_DIR)}}
    if BLOBS_DIR
    else {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": urlsplit(_BLOBS).hostname,
            "location": urlsplit(_BLOBS).path.strip("/"),
            "endpoint_url": env_str("COLLAB_S3_ENDPOINT") or None,
            "access_key": env_str("COLLAB_S3_ACCESS_KEY") or None,
            "secret_key": env_str("COLLAB_S3_SECRET_KEY") or None,
            "file_overwrite": False,
        },
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env_str("COLLAB_STATIC", str(DATA / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["collab.accounts.backends.LoginBackend"]
PASSWORD_HASHERS = ["collab.accounts.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "collab.accounts.strength.StrengthValidator"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "collab.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USERNAME_VALIDATORS = None
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = False  # our own growing delay guards every door, Redis away or not
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_FORMS = {
    "login": "collab.accounts.forms.SignInForm",
    "change_password": "collab.accounts.forms.ChangePasswordForm",
    "reset_password": "collab.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "collab.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "collab.accounts.forms.ReauthenticateForm",
}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
USERSESSIONS_ADAPTER = "collab.accounts.adapter.SessionsAdapter"
MFA_ADAPTER = "collab.accounts.adapter.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "collab.accounts.forms.CodeForm",
    "reauthenticate": "collab.accounts.forms.ReauthenticateCodeForm",
}

LANGUAGE_CODE = env_str("COLLAB_LANGUAGE", "fr")
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "collab.formats"
TIME_ZONE = env_str("COLLAB_TIME_ZONE", "Europe/Paris")
USE_TZ = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "collab.shell.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
    LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31536000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'", NONCE],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'self'"],
        "form-action": ["'self'", "nc:"],
    }
}

CELERY_BROKER_URL = env_str("CELERY_BROKER_URL") or (
    REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=") or "memory://"
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 3600
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 7200}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

MAIL_URL = env_str("COLLAB_MAIL_URL")
_mail = urlsplit(MAIL_URL)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if MAIL_URL else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.scheme in {"smtp+tls", "submission"}, _mail.scheme == "smtps"
EMAIL_TIMEOUT = 10
MAIL_IN_URL = env_str("COLLAB_MAIL_IN_URL")  # imaps://user:password@host/INBOX: where answers to invitations come
MAIL_IN_ADDRESS = env_str("COLLAB_MAIL_IN_ADDRESS")
DEFAULT_FROM_EMAIL = env_str("COLLAB_MAIL_FROM", f"Collab <collab@{urlsplit(URL).hostname}>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "collab.lib.redaction.Redactor",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_str("COLLAB_LOG_LEVEL", "WARNING")},
}
