/** How far earlier events were looked through for what is personal. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

export type Sweep = Schema["Sweep"];

const SWEEP = "/api/v1/workspaces/{workspace_id}/privacy/sweep";
const MOVING_MS = 1_000;
const LEAVING_MS = 60_000;

export function isSweeping(sweep: Pick<Sweep, "state"> | undefined): boolean {
  return sweep?.state === "waiting" || sweep?.state === "running";
}

export function useSweep() {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const asked = useQuery({
    queryKey: ["privacy", id, "sweep"],
    queryFn: ({ signal }) => body(api.GET(SWEEP, { params: { path: { workspace_id: id } }, signal })),
    refetchInterval: ({ state: { data } }) => (isSweeping(data) ? MOVING_MS : data?.files_leaving ? LEAVING_MS : false),
  });
  const isMoving = isSweeping(asked.data);
  const wasMoving = useRef(false);
  useEffect(() => {
    // What was moved is counted among the values of its field.
    if (wasMoving.current && !isMoving) void queries.invalidateQueries({ queryKey: ["privacy", id, "fields"] });
    wasMoving.current = isMoving;
  }, [id, isMoving, queries]);
  return asked;
}

export function useSweepWork() {
  const { id } = useWorkspace();
  const tell = useProblemMessage();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => body(api.POST(SWEEP, { params: { path: { workspace_id: id } }, body: { dry_run: false } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["privacy", id, "sweep"] }),
    onError: tell,
  });
}
