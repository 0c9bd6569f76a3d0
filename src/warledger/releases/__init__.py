"""Readers of public releases as published, into the shape of the ledger's tables.

Each takes a path or an http(s) address and returns frames with the columns, units and types of the
ledger's tables, so that every computation works on them, and a report of what was read, repaired
and set aside, with counts that add up to the rows of the file.
"""

from warledger.releases.acled import read_acled
from warledger.releases.attack_log import read_attack_log
from warledger.releases.general_staff import read_general_staff
from warledger.releases.tracker import read_support_tracker

__all__ = ["read_acled", "read_attack_log", "read_general_staff", "read_support_tracker"]
