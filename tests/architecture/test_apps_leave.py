"""A business app is one folder: in a copy of the system without the apps that have routes, everything still stands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.architecture.source import ROOT
from tests.architecture.test_imports import LINTER
from tongbao.config.business_apps import manifests

APPS = sorted(manifest.key for manifest in manifests() if manifest.routes)
STANDS = """
import django
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.utils import translation
from tongbao.config.openapi import description
from tongbao.config.business_apps import manifests
call_command("check")
loader = MigrationLoader(None, ignore_no_migrations=True)
with translation.override(None):
    found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
assert not [label for label in found if apps.get_app_config(label).name.startswith("tongbao.")], found
assert description()
print(*sorted(manifest.key for manifest in manifests()))
"""


def run(folder, *command: str) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "DJANGO_SETTINGS_MODULE": "tongbao.config.settings",
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("gone", [*([key] for key in APPS), APPS], ids=lambda keys: "+".join(keys))
def test_without_it_everything_stands(gone, tmp_path):
    ignored = shutil.ignore_patterns("__pycache__", "node_modules", "var")
    shutil.copytree(ROOT / "tongbao", tmp_path / "tongbao", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for key in gone:
        shutil.rmtree(tmp_path / "tongbao" / "apps" / key)
    left = run(tmp_path, sys.executable, "-c", STANDS).split("\n")[-2].split()
    assert not set(left) & set(gone)
    run(tmp_path, str(LINTER), "--no-logo", "--no-cache")
