"""Write the folder of a new business app from ``files``."""

from __future__ import annotations

import keyword
from pathlib import Path

from tongbao.kit.errors import DomainError
from tongbao.kit.installation import ROOT
from tongbao.kit.manifest import KEY

FILES = Path(__file__).parent / "files"
APPS = ROOT / "tongbao" / "apps"
# Labels of Django apps must differ, and these are taken.
TAKEN = frozenset(
    (
        *(
            "money",
            "plans",
            "kit",
            "tenancy",
            "registry",
            "ledger",
            "members",
            "mall",
            "points",
            "rewards",
            "config",
        ),
        *(
            "admin",
            "auth",
            "contenttypes",
            "sessions",
            "messages",
            "staticfiles",
            "unfold",
            "ninja",
            "procrastinate",
        ),
    )
)


class AppNameUnusable(DomainError):
    code = "app_name_unusable"
    status = 422
    message_en = "An app can't be called {key!r}: {why_en}. Choose a name like tea_room."
    message_zh = "应用不能命名为{key!r}:{why_zh}。请使用类似 tea_room 的名称。"


def write_app(*, key: str, title_zh: str = "", title_en: str = "", apps: Path = APPS) -> list[Path]:
    """Write the folder ``apps/<key>`` and return its files. Raises AppNameUnusable; then nothing was written.

    Without titles the key itself is the title, to be replaced in ``apps.py`` and the catalogue of translations.
    """
    if not KEY.fullmatch(key):
        raise AppNameUnusable(
            key=key,
            why_en="a key is lower-case letters, digits and underscores and begins with a letter",
            why_zh="键名只能由小写字母、数字和下划线组成,且以字母开头",
        )
    if keyword.iskeyword(key) or key in TAKEN:
        raise AppNameUnusable(key=key, why_en="this name is taken", why_zh="该名称已被占用")
    folder = apps / key
    if folder.exists():
        raise AppNameUnusable(key=key, why_en=f"{folder} is there already", why_zh=f"{folder} 已存在")
    words = key.split("_")
    english = title_en or " ".join(words).capitalize()
    values = {
        "key": key,
        "Key": "".join(word.capitalize() for word in words),
        "title_en": english,
        "title_zh": title_zh or english,
    }
    written = []
    for source in sorted(FILES.rglob("*.txt")):
        text = source.read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", value)
        target = folder / source.relative_to(FILES).with_suffix("")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    return written
