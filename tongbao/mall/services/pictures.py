"""Pictures of products and of the storefront.

What is uploaded is decoded and written anew as our own JPEG under a random name. No byte of an upload reaches
the disk, so neither a script nor an SVG nor a hidden payload can.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps, UnidentifiedImageError

from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import PictureRefused, ProductUnknown
from tongbao.mall.models import Picture, Product, StorefrontPicture
from tongbao.mall.policy.pictures import (
    FORMATS,
    JPEG_QUALITY,
    MAX_BYTES,
    MAX_PICTURES,
    MAX_PIXELS,
    MIN_SIDE,
    fitted,
)
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.selectors import current_schema
from tongbao.tenancy.services import audit

# What Pillow raises for bytes that are no picture, or one that would fill the memory.
UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def add_picture(*, product_code: str, content: bytes, actor: Actor, now: datetime, position: int = 0) -> str:
    """Add a picture to a product and return the name of its file. Raises PictureRefused, ProductUnknown."""
    jpeg, width, height = _reencoded(content)
    product = Product.objects.filter(code=product_code).first()
    if product is None:
        raise ProductUnknown(key=product_code)
    # Written before the row: a file without a row harms nobody, a row without a file shows a hole.
    name = _stored("products", jpeg)
    try:
        with transaction():
            Product.objects.select_for_update().get(id=product.pk)
            if product.pictures.count() >= MAX_PICTURES:
                raise _refused(f"a product has at most {MAX_PICTURES}", f"每个商品最多{MAX_PICTURES}张")
            Picture.objects.create(product=product, file=name, width=width, height=height, position=position)
            audit(
                AuditFact(
                    actor=actor,
                    action="picture.add",
                    subject=f"product:{product_code}",
                    detail={"file": name},
                ),
                now=now,
            )
    except BaseException:
        default_storage.delete(name)
        raise
    return name


def remove_picture(*, file: str, actor: Actor, now: datetime) -> None:
    """Remove a picture and its file. Raises ProductUnknown."""
    with transaction():
        row = Picture.objects.select_related("product").filter(file=file).first()
        if row is None:
            raise ProductUnknown(key=file)
        row.delete()
        audit(
            AuditFact(
                actor=actor,
                action="picture.remove",
                subject=f"product:{row.product.code}",
                detail={"file": file},
            ),
            now=now,
        )
    default_storage.delete(file)


def add_storefront_picture(*, content: bytes, actor: Actor, now: datetime) -> str:
    """Keep a logo or a slide and return the name of its file, which a look may then name.

    It stays: earlier versions of the storefront can be brought back. Raises PictureRefused.
    """
    jpeg, width, height = _reencoded(content)
    name = _stored("storefront", jpeg)
    try:
        with transaction():
            StorefrontPicture.objects.create(file=name, width=width, height=height, added_at=now)
            audit(
                AuditFact(
                    actor=actor, action="storefront.add_picture", subject="storefront", detail={"file": name}
                ),
                now=now,
            )
    except BaseException:
        default_storage.delete(name)
        raise
    return name


def _stored(folder: str, jpeg: bytes) -> str:
    """Write a picture under a random name in the tenant's own folder."""
    name = f"{current_schema()}/{folder}/{secrets.token_hex(16)}.jpg"
    return str(default_storage.save(name, ContentFile(jpeg)))


def _reencoded(content: bytes) -> tuple[bytes, int, int]:
    """The picture as our own JPEG, its width and height."""
    if len(content) > MAX_BYTES:
        raise _refused("it is too large", "文件过大")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            # The header says how large it would be: refused before anything is unpacked.
            if opened.width * opened.height > MAX_PIXELS:
                raise _refused("it has too many pixels", "像素过多")
            if min(opened.size) < MIN_SIDE:
                raise _refused(f"it is smaller than {MIN_SIDE} pixels", f"边长小于{MIN_SIDE}像素")
            upright = ImageOps.exif_transpose(opened)
            with_alpha = upright.convert("RGBA")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise _refused("it is no picture that we can read", "无法识别的图片") from error
    # Whatever was transparent becomes white, and what was beside the pixels (EXIF, comments) is left behind.
    flat = Image.new("RGB", with_alpha.size, "white")
    flat.paste(with_alpha, mask=with_alpha.getchannel("A"))
    size = fitted(width=flat.width, height=flat.height)
    if size != flat.size:
        flat = flat.resize(size, Image.Resampling.LANCZOS)
    out = BytesIO()
    flat.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return out.getvalue(), flat.width, flat.height


def _refused(why_en: str, why_zh: str) -> PictureRefused:
    return PictureRefused(why_en=why_en, why_zh=why_zh, limit_mb=MAX_BYTES // 1024 // 1024)
