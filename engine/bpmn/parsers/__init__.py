"""From normalised XML to specs, on Spiff's parsers: one module a kind of element; what is wrong becomes a Problem."""
