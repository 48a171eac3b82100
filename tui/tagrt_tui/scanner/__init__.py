"""Hearing a barcode scanner, which is a keyboard that types very fast."""
