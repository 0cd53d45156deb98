"""A manifest that can't be used is refused where it is written."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from tongbao.kit.manifest import AppManifest, Handles, ManifestInvalid, Runs, resolve

TITLES = {"title_zh": "茶室", "title_en": "Tea room"}


class CupPoured:
    name = "tea.cup_poured"


class OtherSettings:
    key = "another"


def test_an_app_needs_a_key_and_two_titles():
    manifest = AppManifest(key="tea_room", **TITLES)
    assert (manifest.key, manifest.needs, manifest.handlers) == ("tea_room", (), ())


def test_a_manifest_is_never_changed():
    manifest = AppManifest(key="tea_room", **TITLES)
    with pytest.raises(dataclasses.FrozenInstanceError):
        manifest.key = "other"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"key": "Tea Room"}, "lower-case"),
        ({"title_zh": " "}, "both languages"),
        ({"routes": "tongbao.apps.other.api:router"}, "not an address"),
        ({"routes": "tongbao.apps.tea_room_2.api:router"}, "not an address"),
        ({"routes": "router"}, "not an address"),
        ({"handlers": (Handles(event=CupPoured, function="tongbao.mall.services:pay"),)}, "not an address"),
        (
            {"schedules": (Runs(name="t", every=timedelta(0), function="tongbao.apps.tea_room.tasks:pour"),)},
            "a pause",
        ),
        (
            {
                "schedules": tuple(
                    Runs(name="t", every=timedelta(1), function=f"tongbao.apps.tea_room.tasks:{name}")
                    for name in ("pour", "wash")
                )
            },
            "same name",
        ),
        ({"permissions": ("pour",)}, "app.action"),
        ({"settings": OtherSettings}, "another key"),
    ],
)
def test_what_can_not_be_used_is_refused(more, why):
    with pytest.raises(ManifestInvalid) as refused:
        AppManifest(**{"key": "tea_room", **TITLES, **more})
    assert why in str(refused.value)


def test_an_address_leads_to_what_it_names():
    assert resolve("tongbao.kit.manifest:AppManifest") is AppManifest
