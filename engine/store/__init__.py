"""The database and everything that writes to it; what is decided is decided above."""
