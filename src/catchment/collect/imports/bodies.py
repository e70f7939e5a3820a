"""Normal form on the wire: Arrow IPC streams, each small enough for one line of the log."""

from collections.abc import Iterator

import pyarrow as pa

from catchment.collect.imports.types import BODY_BYTES_MAX, ROWS_PER_BODY_MAX, Body

FORMAT = "columns"
"""The name in `collect.formats` by which landing knows these bodies."""


def bodies_of(events: pa.RecordBatch) -> Iterator[Body]:
    """The events as bodies, none above `ROWS_PER_BODY_MAX` rows or `BODY_BYTES_MAX` bytes.

    A single event is below the limit by far, so halving comes to an end.
    """
    rows = events.num_rows
    if rows == 0:
        return
    if rows > ROWS_PER_BODY_MAX or (events.nbytes > BODY_BYTES_MAX and rows > 1):
        half = min(ROWS_PER_BODY_MAX, (rows + 1) // 2)
        yield from bodies_of(events.slice(0, half))
        yield from bodies_of(events.slice(half))
        return
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, events.schema) as stream:
        stream.write_batch(events)
    yield Body(FORMAT, sink.getvalue().to_pybytes(), rows)
