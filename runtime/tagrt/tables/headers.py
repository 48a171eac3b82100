"""Header names by which shop systems call their columns; no code, only what was seen in exports.

Names are as `columns.header_name` folds them: lower case, simplified Chinese, spaces for underscores.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

FIELDS = ("title", "brand", "description", "category", "key", "gtin")
"""The fields of a product that a column can hold."""

Aliases = Mapping[str, tuple[str, ...]]


class Dialect(NamedTuple):
    """How one system names its columns.

    Attributes:
        name: The system.
        signatures: Sets of names, any of which gives the system away.
        aliases: Names per field, the most telling first.
        group: Column whose value ties the rows of one product together, empty if there is none.
    """

    name: str
    signatures: tuple[frozenset[str], ...]
    aliases: Aliases
    group: str = ""


GENERIC: Aliases = {
    "title": (
        "title", "product title", "item title", "product name", "item name", "name", "display name",
        "product", "item", "商品名称", "商品名", "产品名称", "产品名", "品名",
        "货品名称", "商品标题", "宝贝标题",
        "宝贝名称", "物料名称", "物品名称", "货物名称", "菜品名称", "名称", "标题",
        "品名规格", "品名/规格", "品名及规格", "商品全名", "货品", "菜名", "药品名称", "书名", "中文名称",
        "商品", "产品",
        "text", "item description", "description",
    ),
    "brand": (
        "brand", "brands", "brand name", "product brand", "vendor", "manufacturer", "maker",
        "品牌", "品牌名称", "商品品牌", "牌子", "商标", "厂商", "厂家", "生产厂家", "制造商",
    ),
    "description": (
        "description", "product description", "item description", "body (html)", "body html", "body",
        "long description", "short description", "details", "描述", "商品描述",
        "产品描述", "商品详情", "详情",
        "简介", "商品简介", "说明", "商品说明", "卖点", "规格", "规格型号", "商品规格",
    ),
    "category": (
        "category", "categories", "product category", "category name", "category path", "item group",
        "product type", "department", "type", "分类", "类别", "类目", "品类",
        "商品分类", "商品类别", "商品类目",
        "产品分类", "产品类别", "分类名称", "类别名称", "小类", "中类", "大类",
    ),
    "key": (
        "sku", "variant sku", "item code", "product code", "item number",
        "item no", "code", "product id",
        "internal reference", "default code", "handle", "id", "plu", "货号",
        "商品货号", "商品编码", "商品编号",
        "产品编码", "产品编号", "物料编码", "编码", "编号", "款号", "商品id",
    ),
    "gtin": (
        "gtin", "barcode", "variant barcode", "ean", "ean13", "upc", "isbn", "gtin, upc, ean, or isbn",
        "条码", "条形码", "商品条码", "商品条形码", "国际条码", "国条码", "69码",
    ),
}  # fmt: skip
"""Names of any system, for files that none of `DIALECTS` fits."""

_SHOPIFY: Aliases = {
    "title": ("title",),
    "brand": ("vendor",),
    "description": ("body (html)", "description"),
    "category": ("product category", "standard product type", "type", "custom product type"),
    "key": ("variant sku", "sku", "handle", "url handle"),
    "gtin": ("variant barcode", "barcode"),
}
_WOOCOMMERCE: Aliases = {
    "title": ("name",),
    "brand": ("brands", "brand"),
    "description": ("short description", "description"),
    "category": ("categories",),
    "key": ("sku", "id"),
    "gtin": ("gtin, upc, ean, or isbn",),
}
_ODOO: Aliases = {
    "title": ("name", "display name"),
    "brand": ("brand", "product brand", "manufacturer"),
    "description": ("description sale", "sales description", "description"),
    "category": (
        "categ id", "categ id/name",
        "categ id/complete name", "product category", "product category/name",
        "product category/complete name",
        "product category/display name", "pos categ ids", "pos category",
    ),
    "key": ("default code", "internal reference", "external id", "id"),
    "gtin": ("barcode",),
}  # fmt: skip
_SQUARE: Aliases = {
    "title": ("item name", "customer facing name"),
    "brand": ("brand",),
    "description": ("description",),
    "category": ("categories", "category", "reporting category"),
    "key": ("sku", "token"),
    "gtin": ("gtin",),
}
_LOYVERSE: Aliases = {
    "title": ("name",),
    "brand": ("brand",),
    "description": ("description",),
    "category": ("category",),
    "key": ("sku", "handle"),
    "gtin": ("barcode",),
}
_ERPNEXT: Aliases = {
    "title": ("item name",),
    "brand": ("brand",),
    "description": ("description",),
    "category": ("item group",),
    "key": ("item code", "id"),
    "gtin": ("barcode", "barcode (barcodes)"),
}

DIALECTS = (
    Dialect("Shopify", (frozenset({"handle", "title", "vendor"}),), _SHOPIFY, "handle"),
    Dialect("Shopify", (frozenset({"url handle", "title"}),), _SHOPIFY, "url handle"),
    Dialect(
        "WooCommerce",
        (frozenset({"sku", "name", "short description"}), frozenset({"id", "type", "name", "categories"})),
        _WOOCOMMERCE,
    ),
    Dialect("Square", (frozenset({"token", "item name"}),), _SQUARE),
    Dialect("Loyverse", (frozenset({"handle", "sku", "name"}),), _LOYVERSE),
    Dialect(
        "ERPNext",
        (frozenset({"item code", "item name"}), frozenset({"item name", "item group"})),
        _ERPNEXT,
    ),
    Dialect(
        "Odoo",
        (
            frozenset({"name", "default code"}),
            frozenset({"name", "internal reference"}),
            frozenset({"name", "external id"}),
            frozenset({"name", "categ id"}),
            frozenset({"name", "categ id/name"}),
        ),
        _ODOO,
    ),
)
"""Known systems; the first whose signature fits is taken."""


def numbered_header(width: int) -> list[str]:
    """Return names for the columns of a table that has none: ``column_1`` and so on."""
    return [f"column_{number}" for number in range(1, width + 1)]
