"""The API's description as a file, the same to the byte for the same code: clients are made from it."""

from __future__ import annotations

import json

from tongbao.config.api import api


def description() -> str:
    """OpenAPI 3.1 as JSON with sorted keys and a final newline."""
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
