"""`python -m customer360` runs the command line."""

from customer360.cli import app

if __name__ == "__main__":
    app(prog_name="customer360")
