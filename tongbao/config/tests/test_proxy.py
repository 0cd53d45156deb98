"""Behind a proxy the caller's address is the one that the proxy saw; without one nobody is believed."""

from __future__ import annotations

import dataclasses

import pytest
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import RequestFactory

from tongbao.config.middleware import ProxyMiddleware


def seen(request):
    return HttpResponse(request.META["REMOTE_ADDR"])


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("10.9.9.9, 203.0.113.9", "203.0.113.9"),  # the first is what the caller claimed
        ("", "127.0.0.1"),
    ],
)
def test_the_proxys_word_is_taken(monkeypatch, forwarded, address):
    monkeypatch.setattr(settings, "ENVIRONMENT", dataclasses.replace(settings.ENVIRONMENT, behind_proxy=True))
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded} if forwarded else {})
    assert ProxyMiddleware(seen)(request).content.decode() == address


def test_without_a_proxy_no_caller_names_its_own_address(monkeypatch):
    monkeypatch.setattr(
        settings, "ENVIRONMENT", dataclasses.replace(settings.ENVIRONMENT, behind_proxy=False)
    )
    with pytest.raises(MiddlewareNotUsed):
        ProxyMiddleware(seen)
