"""What only looks: the actor first, frozen rows out, visibility applied here."""
