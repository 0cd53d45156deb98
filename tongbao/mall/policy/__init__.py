"""The mall's rules as pure functions and tables."""
