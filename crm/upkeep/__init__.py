"""Keeping the installation well: backups every night and their test, and the owner's page of health."""
