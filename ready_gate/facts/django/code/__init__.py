"""What the project's views, serializers and queries do with a request, read from their syntax trees."""
