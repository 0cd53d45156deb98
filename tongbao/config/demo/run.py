"""The demo from an empty database to two malls that serve, restartable at any point."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings

from tongbao.apps.sandbox_pay.services.configuration import URL_VARIABLE, configuration
from tongbao.config.demo import crowd, goods, look, story
from tongbao.config.demo.stage import LOTUS, MALLS, OPERATOR, ORCHID, Mall, Stage
from tongbao.config.processes import Processes, answers, free_port
from tongbao.config.provisioning import create_tenant, drop_demo_tenant, migrate_everything
from tongbao.kit import clock
from tongbao.members.services import register
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.models import Setting
from tongbao.tenancy.selectors import tenant_schemas
from tongbao.tenancy.services.operators import create_operator, enrol_second_factor

DONE = "demo"
OPERATORS = (("owner", "owner"), ("finance", "finance"), ("service", "service"))
MAIN = ("-c", "from tongbao.config.command_line import main; main()")
ORCHID_SIZE = crowd.Size(members=30, orders=60)

Say = Callable[[str], None]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIns:
    """Who may sign in to a mall's console, and with what; kept in ``var/demo.json`` for the next start."""

    schema_name: str
    passwords: dict[str, str]
    second_factor: str


def is_played(mall: Mall) -> bool:
    """Whether the mall is there and its story was played to the end."""
    if mall.schema_name not in tenant_schemas():
        return False
    with tenant_context(mall.schema_name):
        return Setting.objects.filter(key=DONE, values__played=True).exists()


def prepare(*, say: Say) -> list[Mall]:
    """Migrate, and make afresh every mall whose story was not played to its end; return these malls."""
    say("Bringing the database to this version …")
    migrate_everything()
    fresh = [mall for mall in MALLS if not is_played(mall)]
    for mall in fresh:
        drop_demo_tenant(schema_name=mall.schema_name)
        say(f"Making {mall.title_en} …")
        create_tenant(
            schema_name=mall.schema_name,
            title=mall.title_zh,
            hosts=mall.hosts,
            is_demo=True,
            clock_offset=story.BEGINS,
        )
    return fresh


def start_gateway(processes: Processes, *, port: int | None = None) -> str:
    """Start the sandbox gateway beside the mall and return its address."""
    chosen = free_port(port or 8701)
    url = f"http://127.0.0.1:{chosen}"
    processes.start(
        "gateway",
        "-m",
        "sandbox_gateway",
        "--state-dir",
        str(settings.VAR_DIR / "gateway"),
        "--port",
        str(chosen),
        environment={"SANDBOX_GATEWAY_ADMIN_TOKEN": configuration().token},
        ready=answers(f"{url}/healthz"),
    )
    return url


def start_web(processes: Processes, *, port: int, environment: dict[str, str]) -> None:
    """Start the web server."""
    processes.start(
        "web",
        *MAIN,
        "serve",
        "--port",
        str(port),
        environment={"TONGBAO_HOSTS": "*", **environment},
        ready=answers(f"http://127.0.0.1:{port}/healthz"),
    )


def start_worker(processes: Processes, *, environment: dict[str, str]) -> None:
    """Start the worker; it is ready when it is there."""
    processes.start("worker", *MAIN, "worker", environment=environment)


def play_lotus(*, port: int, size: crowd.Size, say: Say, progress: Progress) -> story.Story:
    """The story, then the crowd, in the first mall."""
    with tenant_context(LOTUS.schema_name):
        stage = Stage(mall=LOTUS, port=port)
        stage.open()
        goods.stock_lotus(now=stage.now())
        look.dress_lotus(now=stage.now())
        if apps.is_installed("tongbao.apps.coupons"):
            # An app may leave; the demo then goes on without it.
            import_module("tongbao.config.demo.coupons").offer_lotus(now=stage.now())
        told = story.play(stage, say=say)
        say(f"{size.members} more members join, {size.orders} orders come in …")
        crowd.play(stage, roots=list(told.people.values()), size=size, progress=progress)
        _mark_played()
    return told


def play_orchid(*, port: int, say: Say) -> None:
    """A smaller crowd with another plan in the second mall."""
    say(f"{ORCHID.title_en} opens with another plan …")
    with tenant_context(ORCHID.schema_name):
        stage = Stage(mall=ORCHID, port=port)
        stage.open()
        goods.stock_orchid(now=stage.now())
        look.dress_orchid(now=stage.now())
        founder = register(phone="13900000101", name="兰掌柜", now=stage.now())
        crowd.play(stage, roots=[founder], size=ORCHID_SIZE, choices=crowd.GOODS_ONLY)
        _mark_played()


def sign_ins(fresh: list[Mall]) -> list[SignIns]:
    """Operators for the malls just made, and the kept ones of the others."""
    path = Path(settings.VAR_DIR) / "demo.json"
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for mall in fresh:
        known[mall.schema_name] = _make_operators(mall)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")
    return [SignIns(schema_name=name, **known[name]) for name in known]


def _make_operators(mall: Mall) -> dict[str, Any]:
    passwords: dict[str, str] = {}
    secret = ""
    with tenant_context(mall.schema_name):
        for username, role in OPERATORS:
            passwords[username] = secrets.token_urlsafe(9)
            user_id = create_operator(
                username=username, password=passwords[username], role=role, now=clock.now(), actor=OPERATOR
            )
            if role == "finance":
                secret = enrol_second_factor(user_id=user_id)
    return {"passwords": passwords, "second_factor": secret}


def _mark_played() -> None:
    Setting.objects.update_or_create(
        key=DONE, defaults={"values": {"played": True}, "changed_at": clock.now()}
    )


def gateway_environment(url: str) -> dict[str, str]:
    """What the other processes need to find the gateway."""
    return {URL_VARIABLE: url}
