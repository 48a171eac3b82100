"""What a shop keeps: its products, every tagging, and what people decided; one SQLite file."""

from tagrt.store.keys import content_hash, product_key
from tagrt.store.store import Correction, Event, Store

__all__ = ["Correction", "Event", "Store", "content_hash", "product_key"]
