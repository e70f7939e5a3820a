/** Sends a file with its progress, which fetch cannot tell. */
import { toProblem, writeHeaders, type Schema } from "@/api/client";

export type Uploaded = Schema["Upload"];

interface UploadOptions {
  workspaceId: string;
  file: File;
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export function upload({ workspaceId, file, onProgress, signal }: UploadOptions): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/workspaces/${workspaceId}/imports/uploads`);
    for (const [name, value] of Object.entries(writeHeaders())) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("load", () => {
      const body = read(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as Uploaded);
      else reject(toProblem(request.status, body));
    });
    request.addEventListener("error", () => {
      reject(toProblem(0, { title: "offline", code: "offline" }));
    });
    request.addEventListener("abort", () => {
      reject(new DOMException("aborted", "AbortError"));
    });
    signal.addEventListener("abort", () => {
      request.abort();
    });
    const form = new FormData();
    form.append("file", file);
    request.send(form);
  });
}

interface ListOptions {
  workspaceId: string;
  file: File;
  name: string;
  /** What every identifier of the file is; left out, a column says it. */
  kind: string | undefined;
}

/** Sends a list of identifiers, small enough to need no progress. */
export async function sendList({ workspaceId, file, name, kind }: ListOptions): Promise<Schema["PeopleList"]> {
  const query = new URLSearchParams({ name, ...(kind ? { kind } : {}) });
  const form = new FormData();
  form.append("file", file);
  const response = await fetch(`/api/v1/workspaces/${workspaceId}/lists?${query.toString()}`, {
    method: "POST",
    headers: writeHeaders(),
    body: form,
  });
  const body = read(await response.text());
  if (!response.ok) throw toProblem(response.status, body);
  return body as Schema["PeopleList"];
}
