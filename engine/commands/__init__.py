"""What changes something: one function a command, which looks, refuses or yields events."""
