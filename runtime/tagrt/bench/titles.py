"""Titles to measure speed by, made of the taxonomy's own names: no shop's rows are in the package.

They have the lengths, scripts and clutter of shop titles (brand, model, colour, size, pack), and as good as
no two are alike. How well a model tags says nothing here: the tag's name is in the title.
"""

from __future__ import annotations

import random

from tagrt.taxonomy import Taxonomy

_BRANDS = (
    "Alderby", "Brixo", "Corvane", "Dunmere", "Elvora", "Fenwick & Low", "Grovia", "Haldan", "Irisol",
    "Jorvik", "Kestra", "Lumond", "Marovo", "Nordvale", "Oakhurst", "Pellano", "Quendra", "Rostova",
    "Solvane", "Tarrant", "Ulvika", "Verdano", "Westmark", "Yarrowby", "Zelanto",
)  # fmt: skip
_BRANDS_ZH = (
    "安禾", "百瑞", "春溪", "德润", "尔雅", "福满园", "谷雨", "海岚", "嘉木", "康悦", "乐途", "明川",
    "南枝", "欧瑞", "清和", "瑞丰", "盛源", "泰合", "万象", "晓月", "逸品", "卓然",
)  # fmt: skip
_COLOURS = ("Black", "White", "Navy Blue", "Red", "Dark Green", "Grey", "Rose Gold", "Beige", "Multicolour")
_COLOURS_ZH = ("黑色", "白色", "藏青色", "红色", "墨绿", "灰色", "玫瑰金", "米白", "彩色")
_WORDS = (
    "Premium", "Classic", "Portable", "for Home and Office", "Lightweight", "Original", "Heavy Duty",
    "New Model", "with Storage Bag", "Extra Strong", "Family Size", "for Men and Women", "Value Pack",
)  # fmt: skip
_WORDS_ZH = (
    "正品", "家用", "大容量", "便携式", "新款", "加厚", "办公室用", "送礼佳品", "经典款", "多功能",
    "男女通用", "实惠装", "官方旗舰",
)  # fmt: skip
_UNITS = ("ml", "g", "kg", "cm", "L", "oz", "W", "mm", "GB")
_UNITS_ZH = ("ml", "克", "g", "厘米", "kg", "升", "瓦", "斤", "GB")


def made_titles(taxonomy: Taxonomy, count: int, seed: int = 7) -> list[str]:
    """Return so many distinct titles, half of them Chinese, half English; always the same for a seed."""
    draw = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        node = int(draw.choice(taxonomy.leaves))
        make = _chinese if draw.random() < 0.5 else _english
        found[make(taxonomy, node, draw)] = None
    return list(found)


def _english(taxonomy: Taxonomy, node: int, draw: random.Random) -> str:
    parts = [draw.choice(_BRANDS), taxonomy.en[node]]
    if draw.random() < 0.5:
        parts.insert(1, draw.choice(_WORDS))
    if draw.random() < 0.4:
        parts.insert(1, _model(draw))
    parts += draw.sample(_WORDS, draw.choice((0, 0, 1, 2)))
    text = " ".join(parts)
    if draw.random() < 0.6:
        text += f", {draw.choice(_COLOURS)}"
    return f"{text} {_size(draw, _UNITS)}" + (f" (Pack of {draw.randint(2, 24)})" * (draw.random() < 0.3))


def _chinese(taxonomy: Taxonomy, node: int, draw: random.Random) -> str:
    parts = [draw.choice(_BRANDS_ZH), taxonomy.zh[node], *draw.sample(_WORDS_ZH, draw.choice((0, 1, 1, 2)))]
    if draw.random() < 0.5:
        parts.insert(1, draw.choice(_WORDS_ZH))
    text = "".join(parts)
    if draw.random() < 0.3:
        text = f"{text} {_model(draw)}"
    if draw.random() < 0.5:
        text = f"{text} {draw.choice(_COLOURS_ZH)}"
    return f"{text} {_size(draw, _UNITS_ZH)}" + (f"*{draw.randint(2, 24)}" * (draw.random() < 0.3))


def _model(draw: random.Random) -> str:
    return f"{draw.choice('ABCDGHKLMPRSTVXZ')}{draw.choice('ABCDEGHKLMPRSTUVXZ')}-{draw.randint(10, 9999)}"


def _size(draw: random.Random, units: tuple[str, ...]) -> str:
    return f"{draw.choice((2, 5, 10, 25, 64, 100, 128, 250, 330, 500, 750, 1000))}{draw.choice(units)}"
