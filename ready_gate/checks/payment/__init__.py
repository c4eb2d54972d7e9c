"""The checks of the payment section."""
