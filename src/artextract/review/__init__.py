"""The review of labels: which paintings look wrongly labelled (``suspects``), what people decided about them
(``store``), and the table that follows (``corrected``)."""

from artextract.review.store import ACTIONS, Decision, Review, ReviewStore

__all__ = ["ACTIONS", "Decision", "Review", "ReviewStore"]
