"""Django's settings, from the environment. See docs/operation.md for every variable."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongbao.config.environment import environment
from tongbao.kit.postgres.access import resolve

BASE_DIR = Path(__file__).resolve().parents[2]
ENVIRONMENT = environment()

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.hosts)
USE_X_FORWARDED_HOST = False
VAR_DIR = ENVIRONMENT.var_dir
SETTLER_PATIENCE_SECONDS = ENVIRONMENT.settler_patience_seconds

# --- Database -------------------------------------------------------------------------------------------------
# The application signs in as a role that owns nothing and inherits nothing; the migrator makes and changes tables.
_access = resolve()
_as_migrator = os.environ.get("TONGBAO_DATABASE_ROLE") == "migrator"
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "tongbao.kit.database",
        "HOST": _access.host,
        "PORT": str(_access.port),
        "NAME": _access.name,
        "USER": _access.migrator_user if _as_migrator else _access.app_user,
        "PASSWORD": _access.migrator_password if _as_migrator else _access.app_password,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 10},
        "ROLE_PREFIX": _access.role_prefix,
        "TENANT_ROLE_PREFIX": None if _as_migrator else _access.role_prefix,
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
TENANT_MODEL = "registry.Tenant"
TENANT_DOMAIN_MODEL = "registry.Domain"
TENANT_LIMIT_SET_CALLS = True
PUBLIC_SCHEMA_URLCONF = "tongbao.config.urls_public"
ROOT_URLCONF = "tongbao.config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Apps -----------------------------------------------------------------------------------------------------
SHARED_APPS = [
    "django_tenants",
    "tongbao.tenancy.registry",
    "procrastinate.contrib.django",
]
TENANT_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ninja",
    "tongbao.kit",
    "tongbao.tenancy",
    "tongbao.ledger",
    "tongbao.members",
    "tongbao.mall",
    "tongbao.points",
    "tongbao.rewards",
    "tongbao.config",
]
# Business apps are found in their folder; adding one edits no list.
TENANT_APPS += sorted(
    f"tongbao.apps.{folder.name}"
    for folder in (BASE_DIR / "tongbao" / "apps").iterdir()
    if (folder / "apps.py").exists()
)
INSTALLED_APPS = SHARED_APPS + [app for app in TENANT_APPS if app not in SHARED_APPS]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "procrastinate_tasks"
PROCRASTINATE_ON_APP_READY = "tongbao.config.worker.on_app_ready"

MIDDLEWARE = [
    "tongbao.config.middleware.ProxyMiddleware",
    "tongbao.config.middleware.ObservabilityMiddleware",
    "tongbao.config.middleware.JsonErrorsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tongbao.config.middleware.TenantMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "tongbao" / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
WSGI_APPLICATION = "tongbao.config.wsgi.application"

# --- Languages and time ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "tongbao" / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Files ----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# The storefront as `make storefront` builds it. Its files bear their hashes in their names and are kept for ever.
STOREFRONT_DIR = BASE_DIR / "storefront" / "dist" / "build" / "h5"
if (STOREFRONT_DIR / "assets").is_dir():
    WHITENOISE_ROOT = STOREFRONT_DIR
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/assets/.+[.-][\w-]{8}\.(?:js|css)$"

# --- Security -------------------------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.https
CSRF_COOKIE_SECURE = ENVIRONMENT.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.behind_proxy else None
SECURE_CONTENT_TYPE_NOSNIFF = True
# Browsers heed it over https only, and complain of it elsewhere.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin" if ENVIRONMENT.https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
# Without a key of its own an installation signs its seals with one that it made up and keeps.
SEAL_KEY = ENVIRONMENT.seal_key
WECHAT_APPS = ENVIRONMENT.wechat_apps
WECHAT_URL = ENVIRONMENT.wechat_url
SEAL_DIR = ENVIRONMENT.seal_dir
ARCHIVE_DIR = ENVIRONMENT.archive_dir
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
LOGIN_URL = "/console/login/"

LOGGING = ENVIRONMENT.logging
SILENCED_SYSTEM_CHECKS = ["fields.W342"]

# --- Console --------------------------------------------------------------------------------------------------
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Tongbao console"),
    "SITE_HEADER": _("Tongbao"),
    "SITE_SYMBOL": "token",
    "DASHBOARD_CALLBACK": "tongbao.config.dashboard.dashboard",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "SHOW_LANGUAGES": True,
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "tongbao.config.navigation.navigation",
    },
}
