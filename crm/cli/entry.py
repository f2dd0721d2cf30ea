"""Lets `python -m crm.cli.entry` run the console script."""

from crm.cli import main

if __name__ == "__main__":
    main()
