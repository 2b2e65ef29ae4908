"""Everything an installation can choose comes from the environment; docs/configuration.md lists it."""

import os
from pathlib import Path

from okienko.lib import keys
from okienko.lib.dsn import database_from_url
from okienko.lib.providers import sign_in_providers

BASE_DIR = Path(__file__).resolve().parent.parent


def choice(name: str, default: str = "") -> str:
    return os.environ.get(f"OKIENKO_{name}", default).strip()


def words(name: str, default: str = "") -> list[str]:
    return [word for word in choice(name, default).replace(",", " ").split() if word]


DATA_DIR = Path(choice("DATA", str(BASE_DIR / "data"))).resolve()
FILES_DIR = DATA_DIR / "files"
DEBUG = choice("DEBUG") == "1"
ALLOWED_HOSTS = words("HOSTS", "localhost 127.0.0.1 [::1]")
PUBLIC_URL = choice("PUBLIC_URL", "http://localhost:8000").rstrip("/")

# The first key signs and encrypts, all of them open: put a new one in front to rotate.
SECRET_KEYS = words("SECRET_KEYS") or keys.kept_in(DATA_DIR / "secret.keys")
SECRET_KEY, *SECRET_KEY_FALLBACKS = [keys.derived(key, "django") for key in SECRET_KEYS]

# How the process serves: threads for pages, threads for jobs, the door for local mail.
WEB_THREADS = int(choice("WEB_THREADS", "8"))
# SQLite has one writer; on PostgreSQL a second thread works while the first waits for the database.
JOB_THREADS = int(choice("JOB_THREADS", "2" if choice("DATABASE_URL") else "1"))
NETWORK_THREADS = int(choice("NETWORK_THREADS", "3"))
LMTP_ADDRESS = choice("LMTP")
METRICS_TOKEN = choice("METRICS_TOKEN")
# "public": mailboxes may be on public addresses only, not in our own network.
MAIL_NETWORKS = choice("MAIL_NETWORKS")
DNS_SERVERS = words("DNS")  # host:port of name servers to ask instead of the system's
MAX_MAIL_BYTES = int(choice("MAX_MAIL_MB", "50")) * 1024 * 1024

# Signing in to mailboxes with Google and Microsoft: whom this installation is registered as there.
OAUTH = {
    "google": {
        "client_id": choice("GOOGLE_CLIENT_ID"),
        "client_secret": choice("GOOGLE_CLIENT_SECRET"),
        "url": choice("GOOGLE_URL").rstrip("/"),
    },
    "microsoft": {
        "client_id": choice("MICROSOFT_CLIENT_ID"),
        "client_secret": choice("MICROSOFT_CLIENT_SECRET"),
        "tenant": choice("MICROSOFT_TENANT", "common"),
        "url": choice("MICROSOFT_URL", "https://login.microsoftonline.com").rstrip("/"),
    },
}

# Signing in to Okienko itself with a provider (OpenID Connect).
OIDC = {
    "name": choice("OIDC_NAME", "OpenID"),
    "issuer": choice("OIDC_ISSUER").rstrip("/"),
    "client_id": choice("OIDC_CLIENT_ID"),
    "client_secret": choice("OIDC_CLIENT_SECRET"),
}
SIGN_IN_WITH = words("SIGN_IN_WITH")

# The order is the architecture: a room may import only from rooms listed above it.
OKIENKO_APPS = [
    "okienko.ui",
    "okienko.events",
    "okienko.files",
    "okienko.search",
    "okienko.accounts",
    "okienko.contacts",
    "okienko.inboxes",
    "okienko.conversations",
    "okienko.upkeep",
    "okienko.front",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_htmx",
    *OKIENKO_APPS,
    # Not "allauth" itself: that would bring its pages along, and this house has its own.
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "okienko.apps.OkienkoConfig",
]

AUTH_USER_MODEL = "accounts.Agent"
AUTHENTICATION_BACKENDS = ["okienko.accounts.entrance.backend.AgentBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "conversations:list"
PASSWORD_RESET_TIMEOUT = 3600  # seconds

ACCOUNT_ADAPTER = "okienko.accounts.entrance.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # whoever has an account was invited at that address
ACCOUNT_DEFAULT_HTTP_PROTOCOL = PUBLIC_URL.partition(":")[0]
ACCOUNT_LOGIN_TIMEOUT = 600  # seconds between the password and the second factor
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,10/6m/key",
    "reauthenticate": "10/m/user",
    "reset_password": "10/m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "invitation": "20/m/ip",
    "begin": "10/m/ip",
}
MFA_ADAPTER = "okienko.accounts.entrance.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_PERIOD = 30
MFA_TOTP_TOLERANCE = 1  # periods by which a clock may be wrong
MFA_FORMS = {
    "authenticate": "okienko.accounts.entrance.codes.CodeForm",
    "reauthenticate": "okienko.accounts.entrance.codes.CodeAgainForm",
}
SOCIALACCOUNT_ADAPTER = "okienko.accounts.entrance.adapters.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": sign_in_providers(OIDC, OAUTH, SIGN_IN_WITH), "OAUTH_PKCE_ENABLED": True}
}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

MIDDLEWARE = [
    "okienko.ui.security.SecurityHeaders",
    # It pads each page by a random length, so that a secret on it cannot be guessed by the size (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "okienko.accounts.browsers.KnownBrowsers",
    "okienko.accounts.language.AgentLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "okienko.front.first_run.FirstRun",
    "okienko.accounts.entrance.standing.SecondFactor",
]
ROOT_URLCONF = "okienko.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

SQLITE = {
    "ENGINE": "okienko.lib.sqlite",
    "NAME": DATA_DIR / "okienko.sqlite3",
    "CONN_MAX_AGE": None,
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # FULL: what we acknowledged to a mail server must survive a power cut.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            # A checkpoint every 40 MB instead of every 4: letters carry much text.
            "PRAGMA wal_autocheckpoint=10000;"
            "PRAGMA mmap_size=268435456; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;"
        ),
    },
    "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
}
DATABASES = {"default": database_from_url(choice("DATABASE_URL")) or SQLITE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# In the database, so that several processes count attempts together. Nothing else lies in it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_attempts",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
EMAIL_BACKEND = "okienko.inboxes.mail_backend.QueuedMail"

TASKS = {
    "default": {
        "BACKEND": "okienko.events.backend.LeaseQueue",
        "QUEUES": ["default", "network"],
    }
}

# __Host-: no other host of the domain can set it.
SESSION_COOKIE_NAME = "__Host-okienko_session" if PUBLIC_URL.startswith("https://") else "okienko_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # seconds without a request
SESSION_LONGEST_AGE = 90 * 24 * 3600  # seconds from signing in on, whatever happens
# W001, W002: okienko.ui.security sets these headers; W009: the key is derived, 256 bits long.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W009"]
CSRF_FAILURE_VIEW = "okienko.front.errors.csrf_failure"
CSRF_COOKIE_NAME = "okienko_csrf"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if choice("BEHIND_PROXY") == "1" else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

USE_TZ = True
TIME_ZONE = "Europe/Warsaw"
USE_I18N = True
LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", "Polski"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "okienko" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(choice("STATIC", str(BASE_DIR / "static")))
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "okienko.ui.finders.NpmFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "okienko.ui.static_storage.Storage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": choice("LOG_LEVEL", "WARNING")},
    # These would write down addresses and headers of requests, and with them codes and tokens.
    "loggers": {
        name: {"level": "WARNING"}
        for name in ("httpx", "httpcore", "authlib", "urllib3", "requests_oauthlib")
    },
}
