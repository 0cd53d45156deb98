"""Reviews of products by those who bought them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongbao.mall.contracts import MAX_REVIEW_CHARACTERS, MAX_STARS, MIN_STARS
from tongbao.mall.models.catalogue import Product
from tongbao.mall.models.orders import OrderLine


class Review(models.Model):
    """What the buyer of one line thinks of it (商品评价): stars, words, a later word, the shop's reply.

    Its author is the buyer of the line's order and is not copied here: an account that is closed loses its name,
    and the review with it. Stars and words never change and no row goes away; an operator may take the *words*
    from view, with a reason. **The stars of a hidden review count on**, so that hiding can't make a product look
    better than it is. A review of a line that was refunded in full later stays and says so, but is left out of the
    average and of the counts: otherwise praise would cost nothing.
    """

    order_line = models.ForeignKey(
        OrderLine, models.PROTECT, related_name="reviews", verbose_name=_("order line"), db_index=False
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="+", verbose_name=_("product"), db_index=False
    )
    stars = models.PositiveSmallIntegerField(_("stars"))
    text = models.CharField(_("review"), max_length=MAX_REVIEW_CHARACTERS, blank=True)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    written_at = models.DateTimeField(_("written at"))
    follow_up = models.CharField(_("follow-up"), max_length=MAX_REVIEW_CHARACTERS, blank=True)
    followed_up_at = models.DateTimeField(_("followed up at"), null=True)
    reply = models.CharField(_("reply"), max_length=MAX_REVIEW_CHARACTERS, blank=True)
    replied_at = models.DateTimeField(_("replied at"), null=True)
    hidden_reason = models.CharField(_("hidden because"), max_length=500, blank=True)
    hidden_at = models.DateTimeField(_("hidden at"), null=True)

    class Meta:
        db_table = "mall_review"
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["product", "-id"], name="mall_review_by_product"),
            models.Index(fields=["product", "stars", "-id"], name="mall_review_by_stars"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order_line"], name="mall_review_line_once"),
            models.CheckConstraint(
                condition=Q(stars__gte=MIN_STARS) & Q(stars__lte=MAX_STARS), name="mall_review_stars_bounds"
            ),
            models.CheckConstraint(
                condition=(Q(followed_up_at__isnull=True) & Q(follow_up=""))
                | (Q(followed_up_at__isnull=False) & ~Q(follow_up="")),
                name="mall_review_follow_up_has_a_time",
            ),
            models.CheckConstraint(
                condition=(Q(replied_at__isnull=True) & Q(reply=""))
                | (Q(replied_at__isnull=False) & ~Q(reply="")),
                name="mall_review_reply_has_a_time",
            ),
            models.CheckConstraint(
                condition=(Q(hidden_at__isnull=True) & Q(hidden_reason=""))
                | (Q(hidden_at__isnull=False) & ~Q(hidden_reason="")),
                name="mall_review_hidden_for_a_reason",
            ),
        ]

    @property
    def is_hidden(self) -> bool:
        """Whether its words are taken from view."""
        return self.hidden_at is not None

    def __str__(self) -> str:
        return f"{'★' * self.stars} {self.text[:20]}".strip()
