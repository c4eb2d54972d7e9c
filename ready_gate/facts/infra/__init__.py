"""What the deploy files mean: what they start and run."""
