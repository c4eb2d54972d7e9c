"""Compares what ready-gate works out of a project's settings with what the running project holds."""
