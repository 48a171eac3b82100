"""What people corrected, remembered: a product nearly the same as a corrected one takes its tag."""

from tagrt.memory.memory import SIMILARITY, Memory, learn

__all__ = ["SIMILARITY", "Memory", "learn"]
