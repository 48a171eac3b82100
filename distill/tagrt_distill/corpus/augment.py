"""Changes to a product that should not change its tag: what other shops would have written."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from tagrt.text import normalise, product_text
from tagrt.types import Product
from tagrt_distill.corpus.attributes import BRANDS, COLOURS, TRAINING, branded, is_chinese, recoloured

_NUMBER_UNIT = re.compile(
    r"\d+(?:\.\d+)?(?=\s?(?:ml|l|mg|g|kg|mm|cm|inch|oz|lb|gb|tb|w|v|片|支|包|袋|盒|瓶|只|个)\b)"
)
_PACK = re.compile(
    r"\s*(?:[x*×]\s?\d+|\d+\s?(?:pack|pcs|pc|ct|count|只装|支装|包装|片装|个装)|pack of \d+)\b", re.I
)
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
_CJK_RUN = re.compile(r"[\u4e00-\u9fff]{5,}")
_PACKS = (" x{n}", " {n} pack", " pack of {n}", "*{n}", " {n}pcs")


@dataclass(frozen=True, slots=True)
class Augmentation:
    """Probabilities of each change, 0 to 1; all zero leaves products as they are.

    Attributes:
        token_dropout: That some words of the title are dropped.
        brand_removal: That a brand is left out (and, where it leads the title, cut off).
        unit_change: That quantities get other numbers and packs appear or vanish.
        truncation: That the title's tail is cut off, as shops with short fields do.
        word_order: That the title's words are reordered.
        bracket_removal: That bracketed remarks are dropped.
        description_removal: That a description is left out.
        colour_change: That the title's colour is another, or that it gets one.
        brand_addition: That a brand no one has heard of stands before the title.
    """

    token_dropout: float = 0.0
    brand_removal: float = 0.0
    unit_change: float = 0.0
    truncation: float = 0.0
    word_order: float = 0.0
    bracket_removal: float = 0.0
    description_removal: float = 0.0
    colour_change: float = 0.0
    brand_addition: float = 0.0


class Augmenter:
    """Draws a variant of a product at each call, from a seeded generator."""

    def __init__(self, augmentation: Augmentation, seed: int) -> None:
        """Start the generator."""
        self.settings = augmentation
        self.random = random.Random(seed)

    def text(self, product: Product) -> str:
        """Return the normalised text of a random variant, never empty if the product's is not."""
        changed = self._fields(product)
        title = self._title(changed.title) if normalise(changed.title) else ""
        return product_text(changed._replace(title=title)) or product_text(product)

    def _chance(self, probability: float) -> bool:
        return probability > 0 and self.random.random() < probability

    def _fields(self, product: Product) -> Product:
        if product.brand and self._chance(self.settings.brand_removal):
            title = product.title
            if title.lower().startswith(product.brand.lower()) and len(title) > len(product.brand):
                title = title[len(product.brand) :]
            product = product._replace(brand="", title=title)
        if product.description and self._chance(self.settings.description_removal):
            product = product._replace(description="")
        return product

    def _title(self, title: str) -> str:
        settings = self.settings
        if self._chance(settings.bracket_removal):
            title = _BRACKETS.sub(" ", title).strip() or title
        if self._chance(settings.unit_change):
            title = self._change_units(title)
        if self._chance(settings.token_dropout):
            title = self._drop_words(title)
        if self._chance(settings.word_order):
            title = self._reorder(title)
        if self._chance(settings.truncation):
            title = self._truncate(title)
        chinese = is_chinese(title)
        if self._chance(settings.colour_change):
            title = recoloured(title, COLOURS[TRAINING][chinese], self.random)
        if self._chance(settings.brand_addition):
            title = branded(title, self.random.choice(BRANDS[TRAINING][chinese]))
        return title

    def _change_units(self, title: str) -> str:
        if _PACK.search(title):
            return _PACK.sub("", title)
        changed = _NUMBER_UNIT.sub(
            lambda _: str(self.random.choice((1, 2, 5, 10, 50, 100, 250, 330, 500))), title
        )
        if changed == title and self.random.random() < 0.3:
            changed += self.random.choice(_PACKS).format(n=self.random.randint(2, 24))
        return changed

    def _drop_words(self, title: str) -> str:
        words = title.split()
        if len(words) >= 3:
            kept = [w for w in words if self.random.random() > 0.15]
            return " ".join(kept) if kept else title
        run = _CJK_RUN.search(title)
        if run:
            start = self.random.randrange(run.start(), run.end() - 2)
            return title[:start] + title[start + self.random.randint(1, 2) :]
        return title

    def _reorder(self, title: str) -> str:
        words = title.split()
        if len(words) < 3:
            return title
        cut = self.random.randrange(1, len(words))
        return " ".join(words[cut:] + words[:cut])

    def _truncate(self, title: str) -> str:
        if len(title) < 24:
            return title
        return title[: self.random.randrange(18, len(title))]
