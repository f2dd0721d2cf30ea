"""Reads of contacts, by theme."""
