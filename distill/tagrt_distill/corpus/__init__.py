"""Rows for training: reading, cleaning, splitting, capping, augmenting."""
