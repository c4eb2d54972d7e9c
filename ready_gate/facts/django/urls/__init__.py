"""From the URL configuration to routes: patterns, routers, views, and who gets through to them."""
