"""Compares our answer with Django's on the states of Django's own autodetector tests."""
