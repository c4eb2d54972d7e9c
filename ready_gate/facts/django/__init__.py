"""What is known of a Django project: where it is, its production environment, its settings."""
