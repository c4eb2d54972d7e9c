"""Measurements of ready-gate against the world outside; no part of the package."""
