"""Files of an audience's people, made for a purpose that is written down."""
