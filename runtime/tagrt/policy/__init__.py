"""What a shop decides over the model's head: pinned rules, tags for a person, words never shown."""

from tagrt.policy.policy import Policy
from tagrt.policy.shop import ShopTagger, open_shop, shop_tagger

__all__ = ["Policy", "ShopTagger", "open_shop", "shop_tagger"]
