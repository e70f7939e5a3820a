"""The endpoints, one file per context: parse, call one function of the context, render."""
