"""ready-gate: a production-readiness gate for Django projects."""

__version__ = "0.1.0"
