"""What changes recognition; `standings` alone writes where a contact stands."""
