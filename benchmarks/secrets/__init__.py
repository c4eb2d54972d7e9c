"""How well, and how fast, secrets are found."""
