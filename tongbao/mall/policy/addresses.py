"""Which addresses a parcel can be sent to."""

from __future__ import annotations

import re

from tongbao.mall.contracts import DeliveryAddress

REGION = re.compile(r"[1-9][0-9]{5}")
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}")


def is_deliverable(address: DeliveryAddress) -> bool:
    """Whether the address names a person, a telephone, a region below a province and a street.

    A few cities (Dongguan, Zhongshan) have no counties, so that a city's code can be the finest there is.

    >>> is_deliverable(DeliveryAddress(recipient="王芳", phone="13800000000", region_code="440106",
    ...                                street="天河路1号"))
    True
    >>> is_deliverable(DeliveryAddress(recipient="王芳", phone="13800000000", region_code="440000",
    ...                                street="天河路1号"))                      # a province is too coarse
    False
    """
    return (
        1 <= len(address.recipient.strip()) <= 60
        and PHONE.fullmatch(address.phone) is not None
        and REGION.fullmatch(address.region_code) is not None
        and not address.region_code.endswith("0000")
        and 1 <= len(address.street.strip()) <= 200
    )
