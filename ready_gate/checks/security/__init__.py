"""The checks of the security section, one file an item or family."""
