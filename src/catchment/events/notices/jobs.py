"""What `jobs` announces: work that was given up."""

import msgspec


class JobFailed(msgspec.Struct, frozen=True, tag=True):
    """A job used up its attempts, or can never succeed."""

    workspace_id: str
    job_id: str
    kind: str
    reason: str
