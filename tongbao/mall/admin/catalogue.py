"""Goods and packs, categories, freight. The forms are Django's; what they write goes through the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, console_language, site
from tongbao.kit.errors import DomainError
from tongbao.mall.admin.base import ShownInline, YuanField, actor_of, dialog, take_step, text_field, yuan
from tongbao.mall.contracts import MAX_ORDER_FEN, MAX_PRICE_FEN, MAX_STOCK
from tongbao.mall.models import Category, FreightTemplate, Picture, Product, Variant
from tongbao.mall.policy.pictures import MAX_BYTES
from tongbao.mall.selectors.catalogue import picture_url
from tongbao.mall.services import catalogue, pictures, stock
from tongbao.mall.services.plan_keys import plan_offers
from tongbao.tenancy.contracts import OWNER, SERVICE


class WritingAdmin(ConsoleAdmin):
    """A page whose form writes through services; a refusal is shown above the form that was sent."""

    act_roles = (OWNER, SERVICE)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_act(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_act(request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            # The transaction around the form is rolled back: nothing of it was written.
            messages.error(request, refusal.message(console_language(request)))
            return HttpResponseRedirect(request.get_full_path())

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The services keep the audit log; Django's own would say the same in another place."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """See ``log_addition``."""


class VariantForm(forms.ModelForm):  # type: ignore[type-arg]
    price_fen = YuanField(label=_("price (yuan)"))
    first_stock = forms.IntegerField(
        label=_("first stock"),
        min_value=0,
        max_value=MAX_STOCK,
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    class Meta:
        model = Variant
        fields = ("sku", "title", "price_fen", "is_on_sale", "position")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            # Stock moves with orders: it is changed by an amount and a reason, never overwritten.
            self.fields["first_stock"].disabled = True
            self.fields["first_stock"].initial = self.instance.stock
            self.fields["sku"].disabled = True

    def clean_price_fen(self) -> int:
        return _within(self.cleaned_data["price_fen"], 1, MAX_PRICE_FEN)


class VariantInline(TabularInline):
    model = Variant
    form = VariantForm
    extra = 0
    can_delete = False
    fields = ("sku", "title", "price_fen", "first_stock", "is_on_sale", "position")
    hide_title = True

    def get_extra(self, request: HttpRequest, obj: Any = None, **options: Any) -> int:
        return 0 if obj is not None else 1

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


class PictureInline(ShownInline):
    model = Picture
    fields = ("shown", "width", "height", "position")
    readonly_fields = fields

    @display(description=_("picture"))
    def shown(self, picture: Picture) -> SafeString:
        return format_html('<img src="{}" alt="" class="h-20 rounded-default">', picture_url(picture.file))


class ProductForm(forms.ModelForm):  # type: ignore[type-arg]
    new_picture = forms.FileField(
        label=_("add a picture"),
        required=False,
        help_text=_("JPEG, PNG or WebP, 4 MB at most."),
        widget=UnfoldAdminFileFieldWidget,
    )

    class Meta:
        model = Product
        fields = (
            "code",
            "kind",
            "title",
            "subtitle",
            "description",
            "category",
            "plan_key",
            "freight_template",
            "is_on_sale",
            "position",
        )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("code", "kind"):
            if self.instance.pk and name in self.fields:
                self.fields[name].disabled = True
        if "plan_key" in self.fields:
            self.fields["plan_key"] = _plan_field(self.instance.plan_key)

    def clean_new_picture(self) -> Any:
        upload = self.cleaned_data["new_picture"]
        if upload and upload.size > MAX_BYTES:
            # Refused by its size, before anything of it is read.
            raise forms.ValidationError(_("JPEG, PNG or WebP, 4 MB at most."))
        return upload


class StockForm(BaseDialogForm):
    """Pieces that came in, or were lost."""

    pieces = forms.IntegerField(
        label=_("Pieces (negative: lost)"),
        min_value=-MAX_STOCK,
        max_value=MAX_STOCK,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    reason = text_field(_("Reason"), length=200)

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **options: Any) -> None:
        super().__init__(request, object_id, *args, **options)
        variants = Variant.objects.filter(product_id=object_id)
        choices = [(row.sku, f"{row.sku} {row.title} ({row.stock})") for row in variants]
        self.fields["sku"] = forms.ChoiceField(
            label=_("SKU"), choices=choices, widget=UnfoldAdminSelectWidget(choices=choices)
        )
        self.order_fields(["sku", "pieces", "reason"])


class ProductAdmin(WritingAdmin):
    """Goods, gift packs, services and virtual goods."""

    form = ProductForm
    list_display = ("title", "code", "kind", "shown_price", "shown_stock", "plan_key", "is_on_sale")
    list_filter = ("is_on_sale", "kind", "category")
    search_fields = ("title", "code", "variants__sku")
    inlines = (VariantInline, PictureInline)
    actions_detail = ("move_stock", "remove_last_picture")
    fields = (
        ("code", "kind"),
        "title",
        "subtitle",
        ("category", "plan_key"),
        ("freight_template", "position"),
        "description",
        "is_on_sale",
        "new_picture",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("variants")

    @display(description=_("price from"))
    def shown_price(self, product: Product) -> str:
        prices = [variant.price_fen for variant in product.variants.all()]
        return yuan(min(prices)) if prices else "—"

    @display(description=_("stock"))
    def shown_stock(self, product: Product) -> int:
        return sum(variant.stock for variant in product.variants.all())

    def save_model(self, request: HttpRequest, obj: Product, form: ProductForm, change: bool) -> None:
        actor, now, said = actor_of(request), clock.now(), form.cleaned_data
        written = {
            "title": said["title"],
            "subtitle": said["subtitle"],
            "description": said["description"],
            "category_id": said["category"].pk if said["category"] else None,
            "plan_key": said["plan_key"],
            "freight_template_id": said["freight_template"].pk if said["freight_template"] else None,
            "position": said["position"],
        }
        if not change:
            obj.pk = catalogue.create_product(
                code=said["code"], kind=said["kind"], actor=actor, now=now, **written
            )
        else:
            touched = {name.removesuffix("_id") for name in written} & set(form.changed_data)
            changes = {name: value for name, value in written.items() if name.removesuffix("_id") in touched}
            if changes:
                catalogue.change_product(code=obj.code, changes=changes, actor=actor, now=now)
        if "is_on_sale" in form.changed_data or not change:
            catalogue.set_on_sale(code=obj.code, is_on_sale=said["is_on_sale"], actor=actor, now=now)
        if said["new_picture"]:
            pictures.add_picture(
                product_code=obj.code, content=said["new_picture"].read(), actor=actor, now=now
            )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        # Django's way to ask which rows are new and which were changed, without writing them.
        formset.save(commit=False)
        if formset.model is not Variant:
            return
        actor, now = actor_of(request), clock.now()
        for row, changed in formset.changed_objects:
            said = {name: getattr(row, name) for name in changed if name in VariantForm.Meta.fields}
            if said:
                catalogue.change_variant(sku=row.sku, actor=actor, now=now, **said)
        for one in formset.extra_forms:
            if one.has_changed():
                said = one.cleaned_data
                catalogue.add_variant(
                    product_code=form.instance.code,
                    sku=said["sku"],
                    title=said["title"],
                    price_fen=said["price_fen"],
                    stock=said["first_stock"] or 0,
                    position=said["position"],
                    actor=actor,
                    now=now,
                )
                if not said["is_on_sale"]:
                    catalogue.change_variant(sku=said["sku"], is_on_sale=False, actor=actor, now=now)

    @action(
        description=_("Stock in or out"),
        url_path="stock",
        permissions=["write"],
        icon="inventory",
        dialog=dialog(_("Stock in or out"), form_class=StockForm),
    )
    def move_stock(self, request: HttpRequest, form: StockForm, object_id: int) -> HttpResponse:
        said = form.cleaned_data
        return take_step(
            request,
            lambda: stock.add_stock(
                sku=said["sku"],
                pieces=said["pieces"],
                reason=said["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=Product.objects.get(pk=object_id),
        )

    @action(
        description=_("Remove the last picture"),
        url_path="remove-picture",
        permissions=["remove_picture"],
        icon="hide_image",
        dialog=dialog(_("Remove the last picture")),
    )
    def remove_last_picture(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        product = Product.objects.get(pk=object_id)
        last = product.pictures.last()
        return take_step(
            request,
            lambda: pictures.remove_picture(
                file=last.file if last else "", actor=actor_of(request), now=clock.now()
            ),
            back_to=product,
        )

    def has_write_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)

    def has_remove_picture_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request) and Picture.objects.filter(product_id=object_id).exists()


class CategoryAdmin(WritingAdmin):
    """The shelves of the shop."""

    list_display = ("title", "parent", "position", "is_shown")
    list_filter = ("is_shown",)
    list_select_related = ("parent",)
    search_fields = ("title",)
    fields = ("title", "parent", "position", "is_shown")
    actions_detail = ("remove",)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        actor, now, said = actor_of(request), clock.now(), form.cleaned_data
        parent_id = said["parent"].pk if said["parent"] else None
        if not change:
            obj.pk = catalogue.create_category(
                title=said["title"], parent_id=parent_id, position=said["position"], actor=actor, now=now
            )
        if change or not said["is_shown"]:
            catalogue.change_category(
                category_id=obj.pk,
                title=said["title"],
                parent_id=parent_id,
                position=said["position"],
                is_shown=said["is_shown"],
                actor=actor,
                now=now,
            )

    @action(
        description=_("Remove"),
        url_path="remove",
        permissions=["write"],
        icon="delete",
        dialog=dialog(_("Remove the category, if nothing stands on it")),
    )
    def remove(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        return take_step(
            request,
            lambda: catalogue.remove_category(
                category_id=int(object_id), actor=actor_of(request), now=clock.now()
            ),
            back_to=None,
        )

    def has_write_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)


class FreightForm(forms.ModelForm):  # type: ignore[type-arg]
    fee_fen = YuanField(label=_("fee (yuan)"))
    free_above_fen = YuanField(
        label=_("free from (yuan)"), required=False, help_text=_("Empty: never free by the amount alone.")
    )

    class Meta:
        model = FreightTemplate
        fields = ("title", "fee_fen", "free_above_fen")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk and "title" in self.fields:
            self.fields["title"].disabled = True

    def clean_fee_fen(self) -> int:
        return _within(self.cleaned_data["fee_fen"], 0, catalogue.HIGHEST_FEE_FEN)

    def clean_free_above_fen(self) -> int:
        return _within(self.cleaned_data["free_above_fen"] or 0, 0, MAX_ORDER_FEN)


class FreightAdmin(WritingAdmin):
    """Freight templates. Products without one use the shop's settings."""

    form = FreightForm
    list_display = ("title", "shown_fee", "shown_free_above")
    fields = ("title", "fee_fen", "free_above_fen")

    @display(description=_("fee"))
    def shown_fee(self, template: FreightTemplate) -> str:
        return yuan(template.fee_fen)

    @display(description=_("free from"))
    def shown_free_above(self, template: FreightTemplate) -> str:
        return yuan(template.free_above_fen) if template.free_above_fen else "—"

    def save_model(self, request: HttpRequest, obj: FreightTemplate, form: Any, change: bool) -> None:
        said = form.cleaned_data
        obj.pk = catalogue.save_freight_template(
            title=obj.title,
            fee_fen=said["fee_fen"],
            free_above_fen=said["free_above_fen"],
            actor=actor_of(request),
            now=clock.now(),
        )


def _plan_field(chosen: str) -> forms.ChoiceField:
    """The plans in force by their titles; one that a product names already stays a choice."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    titles = {
        offer.key: offer.title_en if language == "en" else offer.title_zh
        for offer in plan_offers(at=clock.now())
    }
    choices = [("", "—"), *titles.items()]
    if chosen and chosen not in titles:
        choices.append((chosen, chosen))
    return forms.ChoiceField(
        label=_("distribution plan"),
        choices=choices,
        required=False,
        widget=UnfoldAdminSelectWidget(choices=choices),
    )


def _within(amount_fen: int | None, low: int, high: int) -> int:
    if amount_fen is None or not low <= amount_fen <= high:
        raise forms.ValidationError(
            _("It must be from %(low)s to %(high)s.") % {"low": yuan(low), "high": yuan(high)}
        )
    return amount_fen


site.register(Product, ProductAdmin)
site.register(Category, CategoryAdmin)
site.register(FreightTemplate, FreightAdmin)
