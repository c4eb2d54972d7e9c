"""Secrets in the project's files: provider tokens by rule, and values under names that mean a secret."""
