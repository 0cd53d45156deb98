"""The second step of signing in (两步验证): enrol an authenticator once, then a code each time."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect

from tongbao.kit import clock
from tongbao.kit.admin import SECOND_FACTOR_SESSION_KEY, console_language, site
from tongbao.kit.errors import TooManyRequests
from tongbao.kit.ratelimit import check_rate
from tongbao.tenancy.admin.pages import actor_of
from tongbao.tenancy.contracts import AuditFact
from tongbao.tenancy.models import TwoFactorDevice
from tongbao.tenancy.services import audit
from tongbao.tenancy.services.operators import check_second_factor, enrol_second_factor

TRIES = 10
WINDOW = timedelta(minutes=10)


@never_cache
@csrf_protect
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code; on the first time, show the secret as a picture to scan."""
    if not site.awaits_second_factor(request):
        return HttpResponseRedirect(reverse("admin:index"))
    user_id = int(request.user.pk)
    problem = ""
    if request.method == "POST":
        now = clock.now()
        try:
            check_rate(what="second-factor", key=str(user_id), limit=TRIES, window=WINDOW, now=now)
            # The operator's telephone knows the real time, not that of a demo tenant.
            if check_second_factor(user_id=user_id, code=request.POST.get("code", ""), now=timezone.now()):
                request.session.cycle_key()
                request.session[SECOND_FACTOR_SESSION_KEY] = user_id
                audit(
                    AuditFact(actor=actor_of(request), action="operator.sign_in", subject=f"operator:{user_id}"),
                    now=now,
                )
                return HttpResponseRedirect(reverse("admin:index"))
            problem = _("That code is not right, or it was used already. Wait for the next one.")
        except TooManyRequests as refusal:
            problem = refusal.message(console_language(request))
    picture = ""
    secret = ""
    if not TwoFactorDevice.objects.filter(user_id=user_id, confirmed_at__isnull=False).exists():
        secret = enrol_second_factor(user_id=user_id)
        address = pyotp.TOTP(secret).provisioning_uri(name=request.user.get_username(), issuer_name="Tongbao")
        picture = segno.make(address).svg_inline(scale=4)
    context = {**site.each_context(request), "problem": problem, "picture": picture, "secret": secret}
    return TemplateResponse(request, "tenancy/second_factor.html", context, status=400 if problem else 200)


site.extra_urls.append(path("second-factor/", second_factor, name="second_factor"))
