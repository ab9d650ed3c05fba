"""What Linked Art 1.0 demands of the documents that we write (https://linked.art/api/1.0/), as rules of our own: which
properties a class may have, which it must have, and what may stand under each. A reference is an address, a class and
a label, and nothing else."""

import re

CONTEXT = "https://linked.art/ns/v1/linked-art.json"
NAMED = {"type", "_label", "identified_by", "classified_as"}
ACTIVITY = NAMED | {"referred_to_by", "timespan", "carried_out_by", "technique", "influenced_by"}
SHAPES = {
    "Name": (NAMED | {"content"}, {"content"}),
    "Identifier": (NAMED | {"content"}, {"content"}),
    "Statement": (NAMED | {"content"}, {"content"}),
    "TimeSpan": (NAMED | {"begin_of_the_begin", "end_of_the_end"}, set()),
    "Dimension": (NAMED | {"value", "unit"}, {"value", "unit"}),
    "Right": (NAMED, set()),
    "Concept": (NAMED | {"id", "equivalent"}, {"id"}),
    "Production": (ACTIVITY | {"attributed_by"}, set()),
    "Creation": (ACTIVITY, set()),
    "AttributeAssignment": (ACTIVITY | {"assigned", "assigned_property"}, set()),
    "VisualItem": (NAMED | {"digitally_shown_by"}, set()),
    "Page": (NAMED | {"digitally_carried_by"}, set()),
    "DigitalObject": (
        NAMED
        | {"referred_to_by", "access_point", "format", "conforms_to", "dimension", "subject_to"}
        | {"digitally_available_via"},
        set(),
    ),
    "DigitalService": (NAMED | {"access_point", "conforms_to"}, set()),
    "HumanMadeObject": (
        NAMED
        | {"@context", "id", "referred_to_by", "equivalent", "representation", "member_of", "subject_of"}
        | {"attributed_by", "produced_by"},
        {"@context", "id", "_label"},
    ),
    "Set": (
        NAMED | {"@context", "id", "referred_to_by", "created_by", "member"},
        {"@context", "id", "_label"},
    ),
    "Person": (NAMED | {"@context", "id", "equivalent"}, {"@context", "id", "_label"}),
    "Type": (NAMED | {"@context", "id"}, {"@context", "id", "_label"}),
    "Software": (NAMED | {"@context", "id"}, {"@context", "id", "_label"}),
}
"""Shape -> the properties that it may have, and those that it must have beside "type"."""

CLASS = {"Statement": "LinguisticObject", "Page": "LinguisticObject", "Concept": "Type", "Software": "DigitalObject"}
"""Shapes that are called otherwise than their class."""

UNDER = {
    "identified_by": ("Name", "Identifier"),
    "classified_as": ("Concept",),
    "technique": ("Concept",),
    "referred_to_by": ("Statement",),
    "timespan": ("TimeSpan",),
    "dimension": ("Dimension",),
    "subject_to": ("Right",),
    "produced_by": ("Production",),
    "created_by": ("Creation",),
    "attributed_by": ("AttributeAssignment",),
    "representation": ("VisualItem",),
    "subject_of": ("Page",),
    "digitally_shown_by": ("DigitalObject",),
    "digitally_carried_by": ("DigitalObject",),
    "digitally_available_via": ("DigitalService",),
    "member": ("HumanMadeObject",),
}
"""Property -> what stands there whole."""

REFERENCES = {
    "carried_out_by": {"Person", "Group"},
    "influenced_by": {"DigitalObject"},
    "member_of": {"Set"},
    "unit": {"MeasurementUnit"},
    "access_point": {"DigitalObject"},
    "conforms_to": {"InformationObject"},
    "equivalent": {"HumanMadeObject", "Person"},
}
"""Property -> the classes of what it refers to."""

SINGLE = {"timespan", "produced_by", "created_by", "unit"}
MOMENT = re.compile(r"-?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
AI_CONTENT, AI_TECHNIQUE = "http://vocab.getty.edu/aat/300456841", "http://vocab.getty.edu/aat/300456842"


def broken(node, shape: str, where: str = "") -> list[str]:
    """The rules that a node breaks; [] for a good one."""
    may, must = SHAPES[shape]
    found = [f"{where}: {name} is missing" for name in sorted({"type", *must} - set(node))]
    found += [f"{where}: {name} is not of {shape}" for name in sorted(set(node) - may)]
    if node.get("type") != CLASS.get(shape, shape):
        found.append(f"{where}: is a {node.get('type')}, not a {shape}")
    for name, value in node.items():
        here, inside = f"{where}/{name}", value if isinstance(value, list) else [value]
        if name in {*UNDER, *REFERENCES, "assigned"} and isinstance(value, list) != (name not in SINGLE):
            found.append(f"{here}: one or a list")
        if name in UNDER:
            for number, item in enumerate(inside):
                shapes = [one for one in UNDER[name] if CLASS.get(one, one) == item.get("type")]
                found += broken(item, shapes[0], f"{here}/{number}") if shapes else [f"{here}: a {item.get('type')}"]
        elif name in REFERENCES:
            found += [f"{here}: {item}" for item in inside if not is_reference(item, REFERENCES[name])]
        elif name == "assigned":
            for item in inside:
                inner = {"Name": "Name", "LinguisticObject": "Statement"}.get(item.get("type"), "Concept")
                wrong = not is_reference(item, {"Person"}) and broken(item, inner, here)
                found += wrong or []
        elif name == "id":
            found += [] if is_address(value) else [f"{here}: {value}"]
        elif name == "@context":
            found += [] if value == CONTEXT else [f"{here}: {value}"]
        elif name.startswith(("begin_of", "end_of")):
            found += [] if MOMENT.fullmatch(value) else [f"{here}: {value}"]
        elif name == "value":
            found += [] if isinstance(value, (int, float)) else [f"{here}: {value}"]
        elif not isinstance(value, str):
            found.append(f"{here}: no text")
    if shape == "AttributeAssignment" and "carried_out_by" not in node:
        kinds = {one["id"] for one in node.get("classified_as", [])}
        if AI_CONTENT not in kinds or AI_TECHNIQUE not in {one["id"] for one in node.get("technique", [])}:
            found.append(f"{where}: made by a machine, and not marked so")
    return found


def is_reference(node, classes) -> bool:
    return (
        set(node) <= {"id", "type", "_label", "equivalent"}
        and is_address(node.get("id"))
        and node.get("type") in classes
        and all(is_reference(one, {"Person", "HumanMadeObject"}) for one in node.get("equivalent", []))
    )


def is_address(value) -> bool:
    return isinstance(value, str) and re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", value) is not None
