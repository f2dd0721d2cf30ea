"""Forms about contacts, by theme."""
