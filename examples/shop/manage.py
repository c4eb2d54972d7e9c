#!/usr/bin/env python
"""Django's command line. Without DJANGO_SETTINGS_MODULE it runs with the production settings."""

import os
import sys

from django.core.management import execute_from_command_line


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "s2cart.settings.production")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
