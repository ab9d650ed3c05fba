"""Examines a collection before anything is learned from it, and mends its table: files, copies, labels, splits, what is
stored, and whether a model fits.

Images are never touched.
"""

from artextract.doctor.examination import examine
from artextract.doctor.findings import Finding, Report
from artextract.doctor.repair import BEFORE_FIX, Repairs, fix

__all__ = ["BEFORE_FIX", "Finding", "Repairs", "Report", "examine", "fix"]
