"""Migrations: found, read, ordered, replayed into a state, and held against the models."""
