"""The report of `evaluate --report DIR`: one self-contained HTML page."""

from bookrec.report.contents import Report, gather
from bookrec.report.page import write_report

__all__ = ["Report", "gather", "write_report"]
