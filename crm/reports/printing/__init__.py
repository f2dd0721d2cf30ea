"""What comes out of the printer: each document is gathered here and drawn by templates/print."""
