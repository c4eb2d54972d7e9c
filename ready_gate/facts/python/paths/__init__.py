"""What holds on every way through a function: its statements walked way by way, with the project's own functions followed."""
