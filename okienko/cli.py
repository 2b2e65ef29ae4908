"""`okienko serve`, `okienko worker`, `okienko receive` … : every command of the product."""

import os
import sys

from django.core.management import execute_from_command_line


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okienko.settings")
    execute_from_command_line(["okienko", *sys.argv[1:]])


if __name__ == "__main__":
    main()
