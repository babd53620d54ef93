"""The only settings file: it reads the environment, is safe by default and stops the start when something is wrong.

README.md lists every variable. Nothing here guesses: a value that is present but unreadable raises.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _
from django_prose_editor.config import html_tags
from js_asset import static_lazy
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name: str, default: str) -> bool:
    """Read 1 or 0 from the environment; anything else stops the start."""
    value = os.environ.get(name, default)
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")
    return value == "1"


def number(name: str, default: str) -> int:
    """Read a whole number above zero from the environment; anything else stops the start."""
    value = os.environ.get(name, default)
    if not value.isdecimal() or int(value) < 1:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number above zero.")
    return int(value)


def words(name: str, default: str) -> list[str]:
    """Read a list separated by commas from the environment."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def required(name: str) -> str:
    """Read a variable that has no default; its absence stops the start."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. `make run` sets it for you; a deployment sets it itself.")
    return value


def is_site(address: str) -> bool:
    """Whether an address is http or https, a host and perhaps a port, and no more: paths are added to it."""
    parts = urlsplit(address)
    plain = f"{parts.scheme}://{parts.netloc}".replace("@", "")
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and address == plain


def database(url: str) -> dict[str, object]:
    """Django's settings for a `postgresql://` address, with or without the connection pool."""
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}".strip()) from None
    named = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    # psycopg's own server-side binding stays off: PostgreSQL then plans with the values, which partial indexes need.
    options: dict[str, Any] = {key: value for key, value in parts.items() if key not in named.values()}
    options["options"] = f"-c lock_timeout=5000 -c idle_in_transaction_session_timeout=60000 {parts.get('options', '')}"
    options["prepare_threshold"] = 5  # for publishing.prepared alone, which binds on the server
    if pooled := flag("DATABASE_POOL", "0"):
        options["pool"] = {"min_size": 1, "max_size": number("DATABASE_POOL_SIZE", "4"), "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0 if pooled else 600,
        "CONN_HEALTH_CHECKS": not pooled,
        "OPTIONS": options,
        **{key: parts.get(name) or "" for key, name in named.items()},
    }


# The site
DEBUG = flag("DEBUG", "0")
SECRET_KEY = required("SECRET_KEY")
SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS", "")
SITE_NAME = "M2C"
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000").rstrip("/")
if not is_site(SITE_URL):
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}: write https://m2c.example or the like, without a path.")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
TRUSTED_PROXIES = words("TRUSTED_PROXIES", "127.0.0.1,::1")
POSTAL_ADDRESS = os.environ.get("POSTAL_ADDRESS", "M2C, 100 Sample Street, Ottawa ON K1A 0A1, Canada")
CONTACT_EMAIL = os.environ.get("CONTACT_EMAIL", "hello@m2c.example")
SENDING = flag("SENDING", "0")  # mail leaves only when somebody says so; a restored copy starts silent

INSTALLED_APPS = [
    "m2c.apps.M2CConfig",
    "m2c.tasks.apps.TasksConfig",
    "newsletter.apps.NewsletterConfig",
    "quizzes.apps.QuizzesConfig",
    "rounds.apps.RoundsConfig",
    "programs.apps.ProgramsConfig",
    "articles.apps.ArticlesConfig",
    "facts.apps.FactsConfig",
    "doors.apps.DoorsConfig",
    "publishing.apps.PublishingConfig",
    "m2c.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "procrastinate.contrib.django",
    "content_editor",
    "django_prose_editor",
    "js_asset",
    "taggit",
]
MIDDLEWARE = [
    "m2c.middleware.TrustedProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "m2c.middleware.DoorMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "m2c.middleware.AdminPolicyMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "m2c.middleware.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "m2c.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "m2c.middleware.DatabaseAwayMiddleware",
]
ROOT_URLCONF = "m2c.urls"
QUIZ_VIEWS = {  # names of views, in both quizzes
    *(f"quizzes:{quiz}_{page}" for quiz in ("quiz", "student") for page in ("question", "check", "result")),
    "saved_result",
}
CALCULATOR_VIEWS = {"quizzes:crs_score", "quizzes:fsw_score"}
NEWSLETTER_VIEWS = {"newsletter:subscribe", "newsletter:confirm", "newsletter:preferences", "newsletter_leave"}
OPEN_FORMS: set[str] = {  # names of views outside the admin that a POST may reach
    *("facts:report", "quizzes:language_levels", "saved_score"),
    *QUIZ_VIEWS,
    *CALCULATOR_VIEWS,
    *NEWSLETTER_VIEWS,
}
COOKIE_VIEWS: set[str] = {  # views that know their visitor
    *QUIZ_VIEWS,
    *CALCULATOR_VIEWS,
    *("quizzes:quiz_go_on", "quizzes:student_go_on"),
}
QUIZ_COOKIES = {"__Host-quiz", "quiz"}  # and by which cookies alone
JSON_DOORS: set[str] = {"api_eligibility", "api_crs"}  # names of views that machines may post to, without cookies
ELIGIBILITY_PER_MINUTE = number("ELIGIBILITY_PER_MINUTE", "60")  # requests of one address
CRS_PER_MINUTE = number("CRS_PER_MINUTE", "60")  # requests of one address, of up to a thousand profiles each
WITHOUT_LANGUAGE = {  # names of views
    *("article_by_id", "media", "healthz", "readyz", "robots", "sitemap_index", "sitemap"),
    *("api_facts", "api_fact", "api_programs", "api_program", "api_eligibility", "api_crs", "api_openapi"),
    *("api_rounds", "api_round", "rounds_csv", "rounds_json"),
}
WSGI_APPLICATION = "m2c.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["publishing.templatetags.wording"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "m2c.context.site",
            ],
        },
    }
]

# What other apps put into a page: dotted paths of functions that get the page's context and return a fragment or "".
SLOTS: dict[str, list[str]] = {
    "header_action": ["quizzes.slots.header_action"],
    "home_panel": ["quizzes.slots.home_panel"],
    "newsletter_box": ["newsletter.slots.box"],
    "newsletter_band": ["newsletter.slots.band"],
    "footer": ["newsletter.slots.footer"],
    "editor": ["facts.inserting.dialog"],
    "program_rules": ["quizzes.admin_rules.fragment"],
}

# Who shows facts on public pages: modules with `count(keys)` and `pages(keys, most)`, see facts.ledger.users.
FACT_USERS = ["articles.fact_uses", "programs.fact_uses"]
# Functions that say what a new value would change, before it is saved: each gets the fact, the content, its first day
# and the request, and returns sentences that an editor has to confirm, or raises ValidationError.
FACT_GUARDS = ["quizzes.guards.moved_personas"]
# Functions that are told when a term of the glossary has changed, in the same transaction.
GLOSSARY_USERS = ["articles.tasks.enqueue_marking"]

# The official feed of Express Entry rounds, read every 15 minutes; empty for never
ROUNDS_FEED_URL = os.environ.get(
    "ROUNDS_FEED_URL", "https://www.canada.ca/content/dam/ircc/documents/json/ee_rounds_123_en.json"
)

# Database and tasks
DATABASES = {"default": database(required("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {
    "default": {
        "BACKEND": os.environ.get("TASKS_BACKEND", "m2c.tasks.backend.ProcrastinateBackend"),
        "QUEUES": ["default", "images"],
    }
}

# Languages, dates, numbers
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "m2c.formats"
TIME_ZONE = "America/Toronto"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / ".data" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", BASE_DIR / ".data" / "media"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": os.environ.get("STATICFILES_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # a long article with all its blocks is well under 1 MB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long article posts a dozen fields a block
LARGEST_REQUEST = 25 * 1024 * 1024  # bytes; the largest document and its form

# Caches in front of the site
PURGE_BACKEND = os.environ.get("PURGE_BACKEND", "")  # dotted path of a function that has caches in front drop paths

# Mail
DEFAULT_FROM_EMAIL = CONTACT_EMAIL
MAILERS = {
    "default": {
        "BACKEND": "m2c.mail.EmailBackend",
        "OPTIONS": {
            "host": os.environ.get("SMTP_HOST", "localhost"),
            "port": number("SMTP_PORT", "587"),
            "username": os.environ.get("SMTP_USER", ""),
            "password": os.environ.get("SMTP_PASSWORD", ""),
            "use_tls": flag("SMTP_TLS", "1"),
            "timeout": 20,
        },
    }
    if SENDING
    else {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
}

# Newsletter
# What recognises an address that was deleted or suppressed. It must outlive SECRET_KEY: keep the old value when you
# change that, or people who left for good are no longer recognised.
ADDRESS_KEY = os.environ.get("ADDRESS_KEY", "") or SECRET_KEY
SIGN_UP_MAILS_AN_HOUR = number("SIGN_UP_MAILS_AN_HOUR", "500")  # to all addresses together; the rest wait

# Security
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "media-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
VIDEO_CSP: dict[str, list[str]] = {**SECURE_CSP, "frame-src": ["https://www.youtube-nocookie.com"]}
# The admin's editor injects styles and reads pasted pictures; its scripts carry a nonce, its pages are never cached.
ADMIN_CSP: dict[str, list[str]] = {
    **SECURE_CSP,
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")  # TrustedProxyMiddleware drops it from strangers
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# For the whole domain, and in browsers' own lists: that cannot be taken back for months, so somebody has to say so.
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS and flag("HSTS_PRELOAD", "0")
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
LOGIN_URL = "admin:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Articles
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {"js": [static_lazy("editing/facts.js")], "extensions": {"Fact": html_tags(["data"], {"data": ["value"]})}},
]
TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"hide_tokens": {"()": "m2c.logs.HideTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["hide_tokens"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "procrastinate": {"level": "WARNING"},  # at INFO it logs the arguments of tasks
    },
}
