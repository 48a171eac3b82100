"""The project's own taxonomy, and trees made from a user's tags."""
