"""The checks of the monitoring section."""
