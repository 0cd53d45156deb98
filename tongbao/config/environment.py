"""The configuration, from environment variables alone; docs/operation.md lists them.

Everything is checked when a process starts, and all that is wrong is said at once, with what to set.
"""

from __future__ import annotations

import base64
import difflib
import logging
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from tongbao.kit import installation
from tongbao.kit.errors import DomainError
from tongbao.kit.logging import logging_settings

Value = TypeVar("Value")

ENVIRONMENTS = ("development", "demo", "test", "production")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOG_FORMATS = ("json", "text")
SHORTEST_SECRET_KEY = 40
SEAL_KEY_BYTES = 32
HOST = re.compile(r"\*|\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")

# Names that a typing error is compared with. A variable that is not listed works all the same.
WECHAT_URL = "https://api.weixin.qq.com"
KNOWN = (
    "DATABASE_URL",
    "PORT",
    "TONGBAO_APP_PASSWORD",
    "TONGBAO_ARCHIVE_DIR",
    "TONGBAO_BIND",
    "TONGBAO_ENVIRONMENT",
    "TONGBAO_HOSTS",
    "TONGBAO_HTTPS",
    "TONGBAO_LANGUAGE",
    "TONGBAO_LOG_FORMAT",
    "TONGBAO_LOG_LEVEL",
    "TONGBAO_METRICS_TOKEN",
    "TONGBAO_MIGRATOR_PASSWORD",
    "TONGBAO_OPERATOR_PASSWORD",
    "TONGBAO_PROCESSES",
    "TONGBAO_PROXY",
    "TONGBAO_ROLE_PREFIX",
    "TONGBAO_SANDBOX_GATEWAY_TOKEN",
    "TONGBAO_SANDBOX_GATEWAY_URL",
    "TONGBAO_SEAL_DIR",
    "TONGBAO_SEAL_KEY",
    "TONGBAO_SECRET_KEY",
    "TONGBAO_SETTLER_PATIENCE_SECONDS",
    "TONGBAO_TENANT",
    "TONGBAO_THREADS",
    "TONGBAO_VAR",
    "TONGBAO_WECHAT_APPS",
    "TONGBAO_WECHAT_URL",
)


class EnvironmentInvalid(DomainError):
    code = "environment_invalid"
    status = 503
    message_en = "The configuration can't be used. Set these environment variables:\n{problems_en}"
    message_zh = "配置无法使用。请设置以下环境变量:\n{problems_zh}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the environment variables say, checked."""

    kind: str
    secret_key: str
    hosts: tuple[str, ...]
    bind: str
    port: int
    https: bool
    behind_proxy: bool
    threads: int
    processes: int
    metrics_token: str | None
    log_level: str
    log_format: str
    seal_key: str | None
    seal_dir: Path | None
    archive_dir: Path
    settler_patience_seconds: int
    wechat_apps: tuple[tuple[str, str, str], ...]
    wechat_url: str
    var_dir: Path

    @property
    def is_production(self) -> bool:
        return self.kind == "production"

    @property
    def logging(self) -> dict[str, Any]:
        """Django's LOGGING."""
        return logging_settings(level=self.log_level, form=self.log_format)


class _Reader:
    """Reads variables and collects what is wrong with them, instead of stopping at the first."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[tuple[str, str]] = []

    def get(self, name: str, default: Value, parse: Callable[[str], Value], *, en: str, zh: str) -> Value:
        text = self.variables.get(name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            self.refuse(f"{name} is {text!r}; set it to {en}.", f"{name} 的值为 {text!r};请设为{zh}。")
            return default

    def refuse(self, en: str, zh: str) -> None:
        self.problems.append((en, zh))


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        found = {choice.lower(): choice for choice in choices}.get(text.lower())
        if found is None:
            raise ValueError(text)
        return found

    return parse


def _whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text)
        if not lowest <= number <= highest:
            raise ValueError(text)
        return number

    return parse


def _yes_or_no(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off"):
        return False
    raise ValueError(text)


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not hosts or not all(HOST.fullmatch(host) for host in hosts):
        raise ValueError(text)
    return hosts


def load(variables: Mapping[str, str]) -> Environment:
    """Read and check the variables.

    Raises EnvironmentInvalid, which names every variable that is missing or wrong and what to set it to.

    >>> try:
    ...     load({"PORT": "eighty", "TONGBAO_SECRET_KEY": "k" * 40})
    ... except EnvironmentInvalid as refused:
    ...     print(refused)
    The configuration can't be used. Set these environment variables:
      PORT is 'eighty'; set it to a port from 1 to 65535, like 8000.
    """
    reader = _Reader(variables)
    kind = reader.get(
        "TONGBAO_ENVIRONMENT",
        "development",
        _one_of(*ENVIRONMENTS),
        en=" or ".join(ENVIRONMENTS),
        zh=" 或 ".join(ENVIRONMENTS),
    )
    production = kind == "production"
    flags = {"en": "1 or 0", "zh": " 1 或 0"}
    numbers = {
        "port": (8000, 1, 65535, "PORT", "a port from 1 to 65535, like 8000", " 1 到 65535 的端口,例如 8000"),
        "threads": (8, 1, 64, "TONGBAO_THREADS", "a number from 1 to 64, like 8", " 1 到 64 的整数,例如 8"),
        "processes": (
            1,
            1,
            64,
            "TONGBAO_PROCESSES",
            "a number from 1 to 64, like 2",
            " 1 到 64 的整数,例如 2",
        ),
        "settler_patience_seconds": (
            60,
            1,
            3_600,
            "TONGBAO_SETTLER_PATIENCE_SECONDS",
            "a number of seconds from 1 to 3600, like 60",
            " 1 到 3600 的秒数,例如 60",
        ),
    }
    parsed = {
        field: reader.get(name, default, _whole_number(lowest, highest), en=en, zh=zh)
        for field, (default, lowest, highest, name, en, zh) in numbers.items()
    }
    environment = Environment(
        kind=kind,
        secret_key=_secret_key(reader, production=production),
        hosts=reader.get(
            "TONGBAO_HOSTS",
            ("*",),
            _hosts,
            en="host names with commas between them, like shop.example,.mall.example",
            zh="以逗号分隔的域名,例如 shop.example,.mall.example",
        ),
        bind=reader.get(
            "TONGBAO_BIND", "127.0.0.1", _address, en="an address, like 0.0.0.0", zh="一个地址,例如 0.0.0.0"
        ),
        https=reader.get("TONGBAO_HTTPS", production, _yes_or_no, **flags),
        behind_proxy=reader.get("TONGBAO_PROXY", False, _yes_or_no, **flags),
        metrics_token=reader.get("TONGBAO_METRICS_TOKEN", None, str, en="any text", zh="任意文本"),
        log_level=reader.get(
            "TONGBAO_LOG_LEVEL",
            "INFO",
            _one_of(*LOG_LEVELS),
            en=" or ".join(LOG_LEVELS),
            zh=" 或 ".join(LOG_LEVELS),
        ),
        log_format=reader.get(
            "TONGBAO_LOG_FORMAT",
            "text" if sys.stderr is not None and sys.stderr.isatty() else "json",
            _one_of(*LOG_FORMATS),
            en=" or ".join(LOG_FORMATS),
            zh=" 或 ".join(LOG_FORMATS),
        ),
        seal_key=_seal_key(reader),
        seal_dir=reader.get(
            "TONGBAO_SEAL_DIR", None, _folder, en="a folder, like /srv/seals", zh="一个目录,例如 /srv/seals"
        ),
        archive_dir=reader.get(
            "TONGBAO_ARCHIVE_DIR",
            installation.var_dir() / "archive",
            _folder,
            en="a folder, like /srv/archive",
            zh="一个目录,例如 /srv/archive",
        ),
        wechat_apps=_wechat_apps(reader),
        wechat_url=reader.get(
            "TONGBAO_WECHAT_URL",
            WECHAT_URL,
            _address_of_server,
            en=f"an address like {WECHAT_URL}",
            zh=f"一个地址,例如 {WECHAT_URL}",
        ),
        var_dir=installation.var_dir(),
        **parsed,
    )
    if reader.problems:
        raise EnvironmentInvalid(
            problems_en="\n".join(f"  {en}" for en, _ in reader.problems),
            problems_zh="\n".join(f"  {zh}" for _, zh in reader.problems),
        )
    return environment


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _address(text: str) -> str:
    if any(character.isspace() or character == "/" for character in text):
        raise ValueError(text)
    return text


def _address_of_server(text: str) -> str:
    if not text.startswith(("https://", "http://127.0.0.1:")):
        raise ValueError(text)
    return text.rstrip("/")


def _wechat_apps(reader: _Reader) -> tuple[tuple[str, str, str], ...]:
    """Mall, app and secret of each mini-program; what is wrong is said without showing it."""
    given = reader.variables.get("TONGBAO_WECHAT_APPS", "").strip()
    apps = [tuple(part.strip().split(":")) for part in given.split(";") if part.strip()]
    if any(len(app) != 3 or not all(app) for app in apps):
        reader.refuse(
            "TONGBAO_WECHAT_APPS can't be read; write mall:app id:secret, and ; between malls",
            "TONGBAO_WECHAT_APPS 无法读取;请写为 商城:应用编号:密钥,多个商城用 ; 分隔",
        )
        return ()
    return tuple((schema_name, app_id, secret) for schema_name, app_id, secret in apps)


def _secret_key(reader: _Reader, *, production: bool) -> str:
    given = reader.variables.get("TONGBAO_SECRET_KEY", "")
    how = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
    if not given and not production:
        return installation.secret("django_secret_key")
    if not given:
        reader.refuse(
            f"TONGBAO_SECRET_KEY is missing; set it to a long random text, and keep it. Make one with: {how}",
            f"缺少 TONGBAO_SECRET_KEY;请设为一段较长的随机文本并妥善保存。可用此命令生成:{how}",
        )
    elif len(given) < SHORTEST_SECRET_KEY:
        reader.refuse(
            f"TONGBAO_SECRET_KEY has {len(given)} characters; set it to {SHORTEST_SECRET_KEY} or more random "
            f"ones. Make them with: {how}",
            f"TONGBAO_SECRET_KEY 只有 {len(given)} 个字符;请设为至少 {SHORTEST_SECRET_KEY} 个随机字符。"
            f"可用此命令生成:{how}",
        )
    return given


def _seal_key(reader: _Reader) -> str | None:
    """The key in base64; what is wrong with it is said without showing it."""
    given = reader.variables.get("TONGBAO_SEAL_KEY", "").strip()
    if not given:
        return None
    try:
        length = len(base64.b64decode(given, validate=True))
    except ValueError:
        length = 0
    if length != SEAL_KEY_BYTES:
        how = "head -c 32 /dev/urandom | base64"
        reader.refuse(
            f"TONGBAO_SEAL_KEY is not 32 bytes in base64; make it with: {how}",
            f"TONGBAO_SEAL_KEY 不是 32 字节的 base64;可用此命令生成:{how}",
        )
    return given


def misspelt(variables: Mapping[str, str]) -> list[tuple[str, str]]:
    """Variables that look like one of ours but aren't, each with what was probably meant.

    >>> misspelt({"TONGBAO_HOST": "shop.example", "HOME": "/"})
    [('TONGBAO_HOST', 'TONGBAO_HOSTS')]
    """
    found = []
    for name in sorted(variables):
        if name.startswith("TONGBAO") and name not in KNOWN:
            close = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.85)
            if close:
                found.append((name, close[0]))
    return found


@lru_cache
def environment() -> Environment:
    """The configuration of this process. Raises EnvironmentInvalid."""
    for name, meant in misspelt(os.environ):
        logging.getLogger(__name__).warning(
            "%s is not a setting and is ignored; did you mean %s?", name, meant
        )
    return load(os.environ)
