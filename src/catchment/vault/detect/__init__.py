"""Finding personal data: by what a field is called, and by what a value looks like."""
