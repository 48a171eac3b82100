"""Words that tell variants of one product apart and say nothing of what it is: colours and made-up brands.

Each list is parted in two, so that what a model was taught to ignore is not what it is judged by.
"""

from __future__ import annotations

import random
import re

TRAINING, EVALUATION = 0, 1
"""Index of a list's half for either use; the next index is whether the words are Chinese."""

_EN = [
    "black",
    "white",
    "navy",
    "blue",
    "red",
    "green",
    "grey",
    "pink",
    "purple",
    "yellow",
    "orange",
    "brown",
    "beige",
    "teal",
    "burgundy",
    "ivory",
    "khaki",
    "maroon",
    "turquoise",
    "charcoal",
    "lavender",
    "coral",
    "mint",
    "olive",
    "peach",
    "cream",
    "magenta",
    "tan",
    "aqua",
    "crimson",
    "indigo",
    "mustard",
    "rust",
    "silver",
    "gold",
    "bronze",
    "copper",
    "fuchsia",
    "lilac",
    "multicolor",
]
_ZH = [
    "黑色",
    "白色",
    "藏青色",
    "蓝色",
    "红色",
    "绿色",
    "灰色",
    "粉色",
    "紫色",
    "黄色",
    "橙色",
    "棕色",
    "米色",
    "青色",
    "酒红色",
    "象牙白",
    "卡其色",
    "枣红色",
    "湖蓝色",
    "炭灰色",
    "薰衣草紫",
    "珊瑚红",
    "薄荷绿",
    "橄榄绿",
    "蜜桃粉",
    "奶油色",
    "玫红色",
    "驼色",
    "水绿色",
    "深红色",
    "靛蓝色",
    "姜黄色",
    "铁锈红",
    "银色",
    "金色",
    "古铜色",
    "紫铜色",
    "荧光粉",
    "淡紫色",
    "彩色",
]
_BRANDS_EN = [
    "Velora",
    "Norrik",
    "Zentano",
    "Brisko",
    "Caldora",
    "Ommex",
    "Haveli",
    "Pintura",
    "Quandry",
    "Trelis",
    "Sunvara",
    "Morvex",
    "Ellbrook",
    "Dantico",
    "Westmere",
    "Kaviro",
    "Lumetta",
    "Orbano",
    "Fennick",
    "Gralda",
]
_BRANDS_ZH = [
    "佳韵",
    "欧睿尔",
    "尚沐",
    "格莱妮",
    "朗维",
    "丰汇",
    "优德莱",
    "贝斯朗",
    "卡洛美",
    "华韵德",
    "悦丰",
    "康瑞宝",
    "蓝沃",
    "茗佳",
    "锐普达",
    "恒乐",
    "凯丽欧",
    "维加仕",
    "诺米亚",
    "天沐",
]

Halves = tuple[tuple[tuple[str, ...], tuple[str, ...]], tuple[tuple[str, ...], tuple[str, ...]]]


def _halves(english: list[str], chinese: list[str]) -> Halves:
    return (
        (tuple(english[0::2]), tuple(chinese[0::2])),
        (tuple(english[1::2]), tuple(chinese[1::2])),
    )


COLOURS = _halves(_EN, _ZH)
BRANDS = _halves(_BRANDS_EN, _BRANDS_ZH)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_COLOUR = re.compile(r"\b(?:" + "|".join(_EN) + r")\b|" + "|".join(sorted(_ZH, key=len, reverse=True)), re.I)


def is_chinese(text: str) -> bool:
    """Return whether a text holds a Chinese character."""
    return bool(_CHINESE.search(text))


def recoloured(title: str, colours: tuple[str, ...], draw: random.Random) -> str:
    """Return the title with its first colour changed, or with a colour where it had none."""
    colour = draw.choice(colours)
    found = _COLOUR.search(title)
    if found:
        return title[: found.start()] + colour + title[found.end() :]
    if is_chinese(title):
        return f"{title} {colour}" if draw.random() < 0.5 else colour + title
    return f"{title}, {colour}" if draw.random() < 0.5 else f"{colour} {title}"


def branded(title: str, brand: str) -> str:
    """Return the title with a brand before it, as its language writes it."""
    return brand + ("" if is_chinese(title) else " ") + title
