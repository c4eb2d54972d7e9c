"""The checks of the performance section."""
