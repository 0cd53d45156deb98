"""Tables know only what lies below them, and a tenant's tables know nothing of the shared ones."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import ForeignKey, ManyToManyField, OneToOneField
from django.utils import translation

FLOORS = (
    "money",
    "plans",
    "kit",
    "tenancy",
    "ledger",
    "members",
    ("mall", "points"),
    "rewards",
    "apps",
    "config",
)
REFERENCES = (ForeignKey, OneToOneField, ManyToManyField)


def floor_of(model) -> int | None:
    """The height of a model's package; None for Django's own tables, which lie below all of ours."""
    parts = model.__module__.split(".")
    if parts[0] != "tongbao":
        return None
    for height, floor in enumerate(FLOORS):
        if parts[1] == floor or (isinstance(floor, tuple) and parts[1] in floor):
            return height
    raise AssertionError(f"{model.__module__} is on no floor")


def references():
    for model in apps.get_models(include_auto_created=True):
        if floor_of(model) is not None:
            for field in model._meta.get_fields():
                if isinstance(field, REFERENCES):
                    yield model, field


def package_of(model) -> str:
    return ".".join(model.__module__.split(".")[: 3 if ".apps." in model.__module__ else 2])


def test_there_are_references_to_look_at():
    assert len(list(references())) > 20


def test_foreign_keys_point_only_downward():
    wrong = []
    for model, field in references():
        here, there = floor_of(model), floor_of(field.related_model)
        if there is None or package_of(model) == package_of(field.related_model):
            continue
        if there >= here:
            wrong.append(f"{model.__name__}.{field.name} → {field.related_model.__name__}")
    assert wrong == []


def test_no_tenants_table_refers_to_a_shared_one():
    shared = {name.rpartition(".")[2] for name in settings.SHARED_APPS}
    wrong = [
        f"{model.__name__}.{field.name} → {field.related_model.__name__}"
        for model, field in references()
        if model._meta.app_label not in shared and field.related_model._meta.app_label in shared
    ]
    assert wrong == []


def test_every_change_of_a_table_has_its_migration():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    with translation.override(None):  # titles are compared as they stand in the code
        detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
        changes = detector.changes(graph=loader.graph)
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("tongbao.")}
    missing = {
        label: [operation.describe() for migration in migrations for operation in migration.operations]
        for label, migrations in changes.items()
        if label in ours
    }
    assert missing == {}, "write them with: .venv/bin/tongbao makemigrations"
