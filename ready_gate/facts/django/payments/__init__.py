"""What the project's code does with payments: how it talks to the gateway, and what it does before it believes that something was paid."""
