"""The API's description as a file, the same to the byte for the same code: clients are made from it."""

from __future__ import annotations

import json

from tongbao.config.api import api


def description() -> str:
    """OpenAPI 3.1 as JSON with sorted keys and a final newline."""
    # Once through JSON, so that status codes are text like every other key and can be sorted with them.
    document = json.loads(json.dumps(api.get_openapi_schema()))
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
