"""Start Django for a command that needs the database; the plan commands do without."""

from __future__ import annotations

import os


def with_django() -> None:
    """Load settings and apps once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
    import django

    django.setup()
