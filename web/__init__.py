"""Screens, command line and interface for programs; they use the engine through its front door."""
