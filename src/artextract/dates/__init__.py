"""Dates as museums write them, in English, German, French, Italian, Spanish and Dutch, as ranges of years.

One reader for all sources. It knows "c. 1503–1506", "um 1500", "1890/95", "late 16th–early 17th century", "2. Hälfte
16. Jh.", "XVIe siècle", "Cinquecento", "before 1500", "500 BC", "12 May 1890" and their kin, and gives nothing, never a
guess, for what is no date or is not understood as a whole. The conventions:

- Both ends are included; None is an open end. Years before Christ are negative: 500 BC is -500.
- "About" and "probably" are flags; they do not widen the range.
- "Before 1500" ends with 1500 and "after 1500" begins with it. "Shortly after 1500" reaches ten years.
- "1503-06" is 1503 to 1506. Several dates of a text are joined, unless one names more precisely what another says.
- Parts of centuries and decades are told in ``centuries.py``.
"""

from artextract.dates.dating import Dating
from artextract.dates.reading import read_date, years_of
from artextract.dates.vocabulary import is_undated

__all__ = ["Dating", "is_undated", "read_date", "years_of"]
