"""The checks of the database section."""
