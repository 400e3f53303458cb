"""`python -m arcgrid` is the command `arcgrid`."""

from arcgrid.cli import main

if __name__ == "__main__":
    main(prog_name="arcgrid")
