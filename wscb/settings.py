"""One settings file, read from the environment (and from `.env`, where there is one).

`.env.example` lists every variable. Production is the default and starts only with what it needs;
`WSCB_ENV=development` fills the gaps with things made on this machine under `var/`.
"""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF

from wscb.environment import (
    chosen_environment,
    development_secret_key,
    iso_day,
    require_production_variables,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
# Variables already set win over the file. An empty ENV_FILE reads none, as the tests do.
env_file = env.str("ENV_FILE", default=str(BASE_DIR / ".env"))
if env_file and Path(env_file).is_file():
    env.read_env(env_file)

ENVIRONMENT = chosen_environment(os.environ)
PRODUCTION = ENVIRONMENT == "production"
if PRODUCTION:
    require_production_variables(os.environ)
else:
    VAR_DIR.mkdir(exist_ok=True)

DEBUG = env.bool("DEBUG", default=not PRODUCTION)
SECRET_KEY = os.environ.get("SECRET_KEY") or development_secret_key(VAR_DIR / "secret.key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# The board ---------------------------------------------------------------------------------------------

BOARD_NAME = env.str("BOARD_NAME", default="Wiltshire Safeguarding Children Board")
BOARD_SHORT_NAME = env.str("BOARD_SHORT_NAME", default="WSCB")
BOARD_URL = env.str("BOARD_URL", default=f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else "http://localhost:8000")
BOARD_AREA_CODE = env.str("BOARD_AREA_CODE", default="E06000054")
BOARD_REGION_CODE = env.str("BOARD_REGION_CODE", default="E12000009")
BOARD_COLOUR = env.str("BOARD_COLOUR", default="#12454d")
# The day the board is taken to stand at; empty for the real clock.
BOARD_TIME = iso_day("BOARD_TIME", env.str("BOARD_TIME", default=""))
# Says on every page that the records are made up.
DEMONSTRATION = env.bool("DEMONSTRATION", default=False)
TERM_LOOKED_AFTER = env.str("TERM_LOOKED_AFTER", default="children looked after")

# Counts of children from 1 to SUPPRESSION_MAXIMUM are hidden from readers outside the restricted audience;
# rates on fewer than MINIMUM_DENOMINATOR people or MINIMUM_EVENTS events are not judged.
SUPPRESSION_MAXIMUM = env.int("SUPPRESSION_MAXIMUM", default=5)
MINIMUM_DENOMINATOR = env.int("MINIMUM_DENOMINATOR", default=20)
MINIMUM_EVENTS = env.int("MINIMUM_EVENTS", default=5)
# A return that moves a total of an accepted quarter by more than so many percent, and at least so many, needs a reason.
REVISION_REASON_PERCENT = env.float("REVISION_REASON_PERCENT", default=5.0)
REVISION_REASON_MINIMUM = env.int("REVISION_REASON_MINIMUM", default=5)

IDENTIFIER_KEY_FILE = Path(env.str("IDENTIFIER_KEY_FILE", default=str(VAR_DIR / "identifier.key")))
# In production the key is made by a person who also keeps it safe.
IDENTIFIER_KEY_CREATE = not PRODUCTION

# Uploads are held in memory and never reach the disk: they carry children's identifiers. What is longer
# than this is read and dropped, and the form says so (`wscb.uploads`).
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=64 * 1024 * 1024)
UPLOAD_MAX_UNPACKED_BYTES = env.int("UPLOAD_MAX_UNPACKED_BYTES", default=512 * 1024 * 1024)
UPLOAD_MAX_ROWS = env.int("UPLOAD_MAX_ROWS", default=500_000)
UPLOAD_MAX_COLUMNS = env.int("UPLOAD_MAX_COLUMNS", default=200)
UPLOAD_MAX_CELL_LENGTH = env.int("UPLOAD_MAX_CELL_LENGTH", default=2_000)
# A longer file is checked in the background: encrypted while it waits, and deleted at the end. A check that has not
# moved for so many minutes is shown as stopped, and can be tried again.
BACKGROUND_ABOVE_BYTES = env.int("BACKGROUND_ABOVE_BYTES", default=2 * 1024 * 1024)
CHECK_STALLED_MINUTES = env.int("CHECK_STALLED_MINUTES", default=5)

# Reminders of returns, in days before and after their due day.
REMIND_BEFORE_DAYS = env.int("REMIND_BEFORE_DAYS", default=7)
ESCALATE_AFTER_DAYS = env.int("ESCALATE_AFTER_DAYS", default=7)
REMIND_WITHIN_DAYS = env.int("REMIND_WITHIN_DAYS", default=60)
FILE_UPLOAD_HANDLERS = ["wscb.uploads.BoundedMemoryUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# Applications ------------------------------------------------------------------------------------------

MFA_ENABLED = env.bool("MFA_ENABLED", default=False)

INSTALLED_APPS = [
    "django_tasks",
    "django_tasks_db",
    "accounts",
    "dataset",
    "audits",
    "dashboard",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    *(["allauth.mfa"] if MFA_ENABLED else []),
    "django_tables2",
    "django_filters",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "wscb.middleware.never_stored",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "wscb.urls"
WSGI_APPLICATION = "wscb.wsgi.application"

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
                "accounts.context_processors.who",
                "dashboard.context_processors.board",
            ],
        },
    },
]

# Data --------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'wscb.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A write transaction takes its lock when it begins, so that two officers wait for each other instead of
    # failing half way; in WAL mode readers do not wait for writers. No row goes into a temporary file.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;",
        }
    )
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in attempts are counted in the cache, so in production every process must share it.
# `manage.py createcachetable` makes its table.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    if PRODUCTION
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# Tasks -------------------------------------------------------------------------------------------------
# Where checks in the background run: in the request itself, in a worker (`manage.py db_worker`) that takes them from
# the database, or in another backend of django-tasks, named by its class.

TASKS_BACKENDS = {
    "immediate": "django_tasks.backends.immediate.ImmediateBackend",
    "database": "django_tasks_db.DatabaseBackend",
}
TASKS_BACKEND = env.str("TASKS_BACKEND", default="database" if PRODUCTION else "immediate")
TASKS = {"default": {"BACKEND": TASKS_BACKENDS.get(TASKS_BACKEND, TASKS_BACKEND)}}

# People ------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.AskForLinkForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reauthenticate": "accounts.forms.ConfirmItIsYouForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"{BOARD_SHORT_NAME}: "

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="no-reply@localhost")

# Language and time -------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# Static files ------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a missing folder it does not need here
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "wscb.vendor.PlotlyFinder",
]
# Where Plotly's script and stylesheet are made from the installed package.
PLOTLY_FOLDER = VAR_DIR / "static-build"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION

# Security ----------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
# The health check comes over plain HTTP from beside the server.
SECURE_REDIRECT_EXEMPT = [r"^health$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
# How many proxies stand in front. Their headers are believed only when told how many there are.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Logging -----------------------------------------------------------------------------------------------
# To standard error, one line an event. No handler writes a request's body, and errors are not mailed:
# Django's error mail carries what was posted.

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django_tasks": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "django_tasks_db": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
