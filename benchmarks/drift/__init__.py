"""Changes models of real projects, and sees whether that is found where it matters, and is no matter where it does not."""
