"""The teacher: a GPT-2 language model that writes a product's tags."""
