"""What can go wrong, each with one sentence for the reader.

In a notebook these errors show their sentence alone: the reader typed a wrong parameter or
a wrong row, and a page of traceback would hide the line that says which.
"""


class LedgerError(Exception):
    """Base of all errors that are about the user's input rather than about the code."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython prints in place of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class ParameterError(LedgerError):
    """A parameter has a value that cannot be used; the message lists what is allowed."""


class DataError(LedgerError):
    """A table breaks its schema; the message has one line per problem."""


class RateError(LedgerError):
    """A currency has no reference rate on a day; the message names row, currency and day."""


class FigureError(LedgerError):
    """A figure lacks something that it must carry, or cannot be written."""


class ClusterError(LedgerError):
    """The cluster cannot be reached, or a worker's copy of the project differs from ours."""
