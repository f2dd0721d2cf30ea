"""Backups: one file with database, uploads and secret key, made while the program works, proved by restoring it.

Nothing here needs the application, so that a backup can be restored where no database can be opened.
"""
