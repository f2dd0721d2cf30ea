"""Verbs that change feedback: asking, answering, the link at the counter, settings."""
