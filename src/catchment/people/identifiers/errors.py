"""What declaring identifiers says no to."""

from catchment.kernel import Invalid


class KindsMalformed(Invalid):
    """These kinds of identifiers cannot be declared; the message says which one and why."""


class PlaceMalformed(Invalid):
    """A place is `traits`, `properties` or `context`, and names behind dots: `traits.phone`."""
