"""Everything an installation can choose comes from the environment; docs/configuration.md lists it."""

import os
from pathlib import Path

from okienko.lib import keys
from okienko.lib.dsn import database_from_url

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
    "okienko.apps.OkienkoConfig",
]

AUTH_USER_MODEL = "accounts.Agent"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "conversations:list"

MIDDLEWARE = [
    "okienko.ui.security.SecurityHeaders",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "okienko.accounts.language.AgentLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
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

TASKS = {
    "default": {
        "BACKEND": "okienko.events.backend.LeaseQueue",
        "QUEUES": ["default", "network"],
    }
}

SESSION_COOKIE_NAME = "okienko_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_ENGINE = "django.contrib.sessions.backends.db"
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
    "loggers": {name: {"level": "WARNING"} for name in ("httpx", "httpcore", "authlib")},
}
