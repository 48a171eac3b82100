"""What a shop keeps: its products, every tagging, and what people decided; one SQLite file."""

from tagrt.store.decisions import Event
from tagrt.store.keys import content_hash, product_key
from tagrt.store.states import Correction
from tagrt.store.store import Store

__all__ = ["Correction", "Event", "Store", "content_hash", "product_key"]
