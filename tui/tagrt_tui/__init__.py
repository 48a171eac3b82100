"""The terminal app: a face of the runtime, with no tagging of its own."""
