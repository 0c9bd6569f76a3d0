"""The ledger of the war that people can check: tables in, charts with their sources out."""

__version__ = "0.1.0"
