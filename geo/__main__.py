"""``python -m geo``: the command line."""

from geo.cli.app import main

if __name__ == "__main__":
    main()
