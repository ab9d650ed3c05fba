"""The words of dates, a file per language; ``common`` has Latin and the signs.

Each file has ``WORDS``: what the words mean -> the words, parted by commas, as people write them. Accents, capitals,
dots and apostrophes do not count. ``artextract.dates.vocabulary`` says what the meanings are."""
