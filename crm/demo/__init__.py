"""Demo data: a salon with people in five scripts and three years of history, the same for the same seed."""
