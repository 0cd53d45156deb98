"""Every look of the storefront that was saved, and the pictures that looks may name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class StorefrontVersion(models.Model):
    """One saved look; the newest is what customers see. Rows are added, never changed."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    look = models.JSONField(_("look"))
    saved_at = models.DateTimeField(_("saved at"))
    saved_by = models.CharField(_("saved by"), max_length=150)
    # The version whose look was brought back; 0 is the look of a mall that has changed nothing.
    restored_from = models.PositiveIntegerField(_("restored from"), null=True)

    class Meta:
        db_table = "mall_storefront_version"
        verbose_name = _("storefront version")
        verbose_name_plural = _("storefront")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__gte=1)
                & (models.Q(restored_from__isnull=True) | models.Q(restored_from__lt=models.F("number"))),
                name="mall_storefront_version_numbers",
            )
        ]

    def __str__(self) -> str:
        return str(self.number)


class StorefrontPicture(models.Model):
    """A logo or a slide: our own JPEG under a random name, whatever was uploaded."""

    file = models.CharField(_("file"), max_length=120, unique=True)
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        db_table = "mall_storefront_picture"
        verbose_name = _("storefront picture")
        verbose_name_plural = _("storefront pictures")

    def __str__(self) -> str:
        return self.file
