"""Run the command line: `python -m rolewright`."""

from rolewright.cli import main

main()
