/** The keys of the workspace: their versions, their rotation, and their end. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, body, done, type Schema } from "@/api/client";
import type { DataClass } from "@/lib/vault";
import { useWorkspace } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

export type PrivacyKeys = Schema["PrivacyKeys"];
export type WorkspaceKey = Schema["WorkspaceKey"];
export type MasterVersion = Schema["MasterVersion"];
export type Rotation = Schema["Rotation"];

const KEYS = "/api/v1/workspaces/{workspace_id}/privacy/keys";
const ONE = `${KEYS}/{data_class}/{version}/destruction` as const;
const MASTER = `${KEYS}/master/{version}/destruction` as const;
const JOB = "/api/v1/workspaces/{workspace_id}/jobs/{job_id}";
const MOVING_MS = 1_000;
const AWAY_MS = 15_000;

export function isMoving(rotation: Pick<Rotation, "state"> | null | undefined): boolean {
  return rotation?.state === "running";
}

export function usePrivacyKeys() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["privacy", id, "keys"],
    queryFn: ({ signal }) => body(api.GET(KEYS, { params: { path: { workspace_id: id } }, signal })),
    refetchInterval: ({ state: { data } }) => (isMoving(data?.rotation) || isMoving(data?.master?.rotation) ? MOVING_MS : data?.is_away ? AWAY_MS : false),
  });
}

interface Version {
  data_class: DataClass;
  version: number;
}

export function useKeyWork() {
  const { id } = useWorkspace();
  const tell = useProblemMessage();
  const queries = useQueryClient();
  const settled = {
    onSuccess: () => queries.invalidateQueries({ queryKey: ["privacy", id, "keys"] }),
    onError: tell,
  };
  const pathOf = (one: Version) => ({ path: { workspace_id: id, data_class: one.data_class, version: one.version } });
  // It waits for a worker first; until it is over, what is shown follows it.
  const followed = async (job: Schema["Job"]) => {
    while (job.state === "queued" || job.state === "running") {
      await new Promise((done) => setTimeout(done, MOVING_MS));
      await queries.invalidateQueries({ queryKey: ["privacy", id, "keys"] });
      job = await body(api.GET(JOB, { params: { path: { workspace_id: id, job_id: job.id } } }));
    }
    return job;
  };
  const rotate = useMutation({
    mutationFn: async (dataClass: DataClass) =>
      followed(await body(
        api.POST(`${KEYS}/rotate`, { params: { path: { workspace_id: id } }, body: { data_class: dataClass } }),
      )),
    ...settled,
  });
  const ask = useMutation({
    mutationFn: ({ key, reason }: { key: Version; reason: string }) =>
      body(api.POST(ONE, { params: pathOf(key), body: { reason } })),
    ...settled,
  });
  const approve = useMutation({
    mutationFn: (key: Version) => body(api.POST(`${ONE}/approve`, { params: pathOf(key) })),
    ...settled,
  });
  const cancel = useMutation({
    mutationFn: (key: Version) => done(api.DELETE(ONE, { params: pathOf(key) })),
    ...settled,
  });
  const masterPath = (version: number) => ({ path: { workspace_id: id, version } });
  const rotateMaster = useMutation({
    mutationFn: async () =>
      followed(await body(api.POST(`${KEYS}/master/rotate`, { params: { path: { workspace_id: id } } }))),
    ...settled,
  });
  const askMaster = useMutation({
    mutationFn: ({ version, reason }: { version: number; reason: string }) =>
      body(api.POST(MASTER, { params: masterPath(version), body: { reason } })),
    ...settled,
  });
  const approveMaster = useMutation({
    mutationFn: (version: number) => body(api.POST(`${MASTER}/approve`, { params: masterPath(version) })),
    ...settled,
  });
  const cancelMaster = useMutation({
    mutationFn: (version: number) => done(api.DELETE(MASTER, { params: masterPath(version) })),
    ...settled,
  });
  const choose = useMutation({
    mutationFn: (cipher: PrivacyKeys["cipher"]) =>
      body(api.PUT(`${KEYS}/cipher`, { params: { path: { workspace_id: id } }, body: { cipher } })),
    ...settled,
  });
  return { rotate, ask, approve, cancel, choose, rotateMaster, askMaster, approveMaster, cancelMaster };
}
