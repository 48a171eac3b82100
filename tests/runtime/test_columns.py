"""Columns are found by the real headers of shop systems, and misses name the way out."""

import pytest

from tagrt.errors import ColumnError
from tagrt.tables import ColumnNames, Record, find_columns
from tagrt.tables.products import ProductReader

EXPORTS = {
    "Shopify old": (
        "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Variant SKU,"
        "Variant Barcode,Image Src",
        "Shopify",
        "Title,Vendor,Body (HTML),Product Category,Variant SKU,Variant Barcode",
    ),
    "Shopify new": (
        "Title,URL handle,Description,Vendor,Product category,Type,Tags,SKU,Barcode,Price",
        "Shopify",
        "Title,Vendor,Description,Product category,SKU,Barcode",
    ),
    "WooCommerce": (
        'ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Short description,Description,Categories,Brands',
        "WooCommerce",
        'Name,Brands,Short description,Categories,SKU,"GTIN, UPC, EAN, or ISBN"',
    ),
    "Odoo technical": (
        "id,name,default_code,barcode,categ_id,list_price,description_sale",
        "Odoo",
        "name,-,description_sale,categ_id,default_code,barcode",
    ),
    "Odoo labels": (
        "External ID,Name,Product Type,Internal Reference,Barcode,Product Category,Sales Price",
        "Odoo",
        "Name,-,-,Product Category,Internal Reference,Barcode",
    ),
    "Square": (
        "Token,Item Name,Customer-facing Name,SKU,Description,Categories,Reporting Category,GTIN",
        "Square",
        "Item Name,-,Description,Categories,SKU,GTIN",
    ),
    "Loyverse": (
        "Handle,SKU,Name,Category,Sold by weight,Option 1 name,Price,Barcode",
        "Loyverse",
        "Name,-,-,Category,SKU,Barcode",
    ),
    "ERPNext": (
        "ID,Item Code,Item Name,Item Group,Default Unit of Measure,Brand,Description",
        "ERPNext",
        "Item Name,Brand,Description,Item Group,Item Code,-",
    ),
    "Chinese": (
        "序号,货号,商品名称*,品牌,规格,商品条码,分类,零售价",
        "generic",
        "商品名称*,品牌,规格,分类,货号,商品条码",
    ),
    "Chinese traditional": ("編號,品名,條碼,類別", "generic", "品名,-,-,類別,編號,條碼"),
    "plain": (" PRODUCT_NAME , Price ", "generic", " PRODUCT_NAME ,-,-,-,-,-"),
}


def cells(line: str) -> list[str]:
    import csv

    return next(csv.reader([line]))


@pytest.mark.parametrize("export", EXPORTS)
def test_headers_of_shop_systems_are_known(export: str) -> None:
    line, dialect, expected = EXPORTS[export]
    header = cells(line)
    found = find_columns(header)
    described = found.described(header)
    fields = ("title", "brand", "description", "category", "key", "gtin")
    assert [described.get(field, "-") for field in fields] == cells(expected)
    assert found.dialect == dialect


def test_of_two_columns_the_first_with_anything_in_it_is_taken() -> None:
    sample = [Record(1, ["", "Tea", "x"])]
    assert find_columns(["Title", "Title", "Price"], sample=sample).title == 1
    assert find_columns(["Title", "Title", "Price"]).title == 0


@pytest.mark.parametrize(
    "name",
    [
        "【商品名称】",
        "商品 名称",
        "商品名称(中文)",
        "productName",
        "product-name",
        "Product Name (EN)",
        "品名/规格",
    ],
)
def test_headers_are_known_however_they_are_dressed(name: str) -> None:
    assert find_columns(["no", name]).title == 1


def test_caller_names_columns_by_header_or_number() -> None:
    header = ["a", "Text in shop", "2", "Vendor"]
    assert find_columns(header, ColumnNames(title="text in SHOP")).title == 1
    assert find_columns(header, ColumnNames(title="2")).title == 2
    assert find_columns(header, ColumnNames(title="1", brand="4")).brand == 3


def test_errors_list_the_columns_and_name_the_fix() -> None:
    with pytest.raises(ColumnError, match=r"'foo', 'bar'.*--title NAME"):
        find_columns(["foo", "bar"])
    with pytest.raises(ColumnError, match=r"no column 'Titel' .*did you mean --title 'Title'"):
        find_columns(["Title", "bar"], ColumnNames(title="Titel"))
    with pytest.raises(ColumnError, match="no column '3'"):
        find_columns(["Title", "bar"], ColumnNames(brand="3"))


def test_variant_rows_inherit_the_title_of_their_handle() -> None:
    columns = find_columns(["Handle", "Title", "Vendor", "Variant SKU"])
    reader = ProductReader(columns)
    rows = [["tee", "Tee shirt", "Acme", "1"], ["tee", "", "", "2"], ["mug", "", "", "3"]]
    products = [reader.product(Record(number, row)) for number, row in enumerate(rows, 1)]
    assert [(p.title, p.brand, p.key) for p in products] == [
        ("Tee shirt", "Acme", "1"),
        ("Tee shirt", "Acme", "2"),
        ("", "", "3"),
    ]


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        (("6901234567892,HDMI cable 2m,Sony,12.5", "6901234567908,Green tea 250g,Sony,3"), 1),
        (("Food,酱油 500ml,酿造酱油适合凉拌炒菜红烧,海天", "Food,醋 250ml,酿造白米醋适合凉拌拌面,海天"), 1),
        (("A1,Tea", "A2,Oil"), 1),
        (("green tea no. 1,1", "soy sauce no. 2,2"), 0),
    ],
)
def test_without_a_header_a_column_of_different_short_texts_is_the_title(
    rows: tuple[str, ...], title: int
) -> None:
    sample = [Record(n, row.split(",")) for n, row in enumerate(rows, 1)]
    header = [f"column_{n}" for n in range(1, len(sample[0].cells) + 1)]
    assert find_columns(header, None, sample, headed=False).title == title
    assert find_columns(header, ColumnNames(title="1"), sample, headed=False).title == 0
    with pytest.raises(ColumnError, match="--no-header"):
        find_columns(header, None, sample)


def test_without_letters_there_is_no_title() -> None:
    with pytest.raises(ColumnError, match="--title NAME"):
        find_columns(["column_1"], None, [Record(1, ["12"]), Record(2, ["13"])], headed=False)
