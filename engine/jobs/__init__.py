"""What the clock and the outside ask for, carried out as SYSTEM through the same door as a person."""
