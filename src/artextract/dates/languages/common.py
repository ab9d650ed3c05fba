"""Signs, Latin, and abbreviations that many languages share."""

WORDS = {
    "about": "c, ca, cca, circa, circ, cir, ~, ≈",
    "perhaps": "?",
    "to": "-, –, ..",
    "and": "&, +",
    "or": "/",
    "spread": "±, +/-, +-",
    "before": "ante, ante quem, terminus ante quem, terminus ante, t.a.q., taq",
    "by": "terminus ad quem, terminus ante quem non",
    "after": "post, post quem, terminus post quem, terminus post, t.p.q., tpq, terminus a quo",
    "filler": "anno, A°, dat, sign",
    "century": "saec, saeculum, saeculi",
    "early": "ineunte",
    "late": "exeunte, ex",
    "middle": "med, medio",
    "era bc": "B.C., B.C.E., BC, BCE",
    "era ad": "A.D., AD, C.E., CE, Anno Domini",
    "era other": "A.H., AH, Anno Hegirae, Hijri",
    "other": "inv, nr, no, cat, vol, p, pp, fol, ©, cm, mm, kg",
    "none": "?, -, –, --, ---, n/a, na, n.a., nil, none, null, nan, unknown",
}
