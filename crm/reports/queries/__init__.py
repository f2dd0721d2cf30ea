"""Reads of the owner's review: figures without objects, and the records behind each of them."""
