"""Python beside the dbt project: run a build, check its inputs, publish its marts, make demo data."""

__version__ = "0.1.0"
