"""Operators of a tenant's console: roles, accounts, two-factor."""

from __future__ import annotations

from datetime import datetime

import pyotp
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from tongbao.kit.errors import NotFound
from tongbao.kit.transactions import transaction
from tongbao.tenancy.contracts import FINANCE, OPERATOR_ROLES, OWNER, Actor, AuditFact
from tongbao.tenancy.models import TwoFactorDevice
from tongbao.tenancy.services.audit import audit

CODE_SECONDS = 30


def create_roles() -> None:
    """Make the console's roles: owner (负责人), finance (财务), service (客服)."""
    for name in OPERATOR_ROLES:
        Group.objects.get_or_create(name=name)


def create_operator(*, username: str, password: str, role: str, now: datetime, actor: Actor) -> int:
    """Make a console account with one role and return its number. Raises NotFound for an unknown role."""
    group = Group.objects.filter(name=role).first()
    if group is None:
        raise NotFound(what="role", key=role)
    with transaction():
        user = get_user_model().objects.create_user(username=username, password=password, is_staff=True)
        user.groups.add(group)
        audit(
            AuditFact(actor=actor, action="operator.create", subject=f"operator:{username}", detail={"role": role}),
            now=now,
        )
    return int(user.pk)


def needs_second_factor(*, user_id: int) -> bool:
    """Finance and owners move money: they sign in with a second factor."""
    return Group.objects.filter(user__pk=user_id, name__in=(OWNER, FINANCE)).exists()


def enrol_second_factor(*, user_id: int) -> str:
    """A new authenticator secret for an operator who has not confirmed one yet; the secret is shown once."""
    with transaction():
        device, _ = TwoFactorDevice.objects.select_for_update().get_or_create(
            user_id=user_id, defaults={"secret": pyotp.random_base32()}
        )
    return str(device.secret)


def check_second_factor(*, user_id: int, code: str, now: datetime) -> bool:
    """Whether the code is right; each code works once. The first right one confirms the device.

    The conditional update decides between two uses of one code at once.
    """
    device = TwoFactorDevice.objects.filter(user_id=user_id).first()
    if device is None:
        return False
    authenticator = pyotp.TOTP(device.secret, interval=CODE_SECONDS)
    step = int(now.timestamp()) // CODE_SECONDS
    for candidate in (step - 1, step, step + 1):
        if candidate > device.last_step and pyotp.utils.strings_equal(
            authenticator.generate_otp(candidate), code.strip()
        ):
            used = TwoFactorDevice.objects.filter(pk=device.pk, last_step__lt=candidate).update(
                last_step=candidate, confirmed_at=device.confirmed_at or now
            )
            return used == 1
    return False
