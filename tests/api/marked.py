"""What is ours carries a mark, so that it is known wherever it shows."""

CANARY = "canary-7f3a91"
"""Stands in everything that is ours, so that a leak next door can be seen."""

GONE = f"gone-{CANARY}"
PERSON, SHADOW, GUEST = f"user-{CANARY}", f"shadow-{CANARY}", f"guest-{CANARY}"
"""Three people; nobody asks after the second by id, so where that id shows, it was told."""

SECOND_DEVICE = f"second device of {PERSON}"
BUYERS = {"did": {"event": CANARY}}
WITHDRAWN = {"purpose": "marketing", "channel": "sms", "state": "withdrawn", "proof": CANARY}
OWN_TRAIT = {
    "name": "canary", "label_zh": CANARY, "label_en": CANARY, "type": "text",
    "declared": {"field": f"traits.{CANARY}"},
}  # fmt: skip
OWN_FIELD = {
    "place": f"*.{CANARY}", "kind": "memo", "label_zh": CANARY, "label_en": CANARY,
    "data_class": "common",
}  # fmt: skip
OWN_GRANT = {"purpose": "service", "kinds": ["name"], "people_max": 3, "reason": f"for {CANARY}"}
OWN_KIND = {
    "name": "canary", "label_zh": CANARY, "label_en": CANARY, "strength": "strong",
    "priority": 75, "limit": 1, "places": [f"traits.{CANARY}"],
}  # fmt: skip
