"""What changes contacts; each action records its event and leaves committing to its caller."""
