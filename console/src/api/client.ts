/**
 * The one way to the server: a client typed by the server's own OpenAPI document.
 *
 * Every answer that is not 2xx becomes a `Problem`, so that a page shows what the server said.
 */
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "@/api/schema";

export type Schema = components["schemas"];

interface FieldError {
  pointer?: string;
  detail?: string;
  code?: string;
}

/** What the server answered when it could not do as asked (RFC 9457). */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly code: string,
    readonly errors: FieldError[] = [],
  ) {
    super(detail || title);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function textOf(body: Record<string, unknown>, key: string): string {
  const value = body[key];
  return typeof value === "string" ? value : "";
}

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((one) => ({
    pointer: textOf(one, "pointer"),
    detail: textOf(one, "detail"),
    code: textOf(one, "code"),
  }));
}

/** Reads whatever came back as a problem, even when a proxy in between wrote HTML. */
export function toProblem(status: number, body: unknown): Problem {
  if (!isRecord(body)) return new Problem(status, `HTTP ${String(status)}`, "", `http_${String(status)}`);
  return new Problem(
    status,
    textOf(body, "title") || `HTTP ${String(status)}`,
    textOf(body, "detail"),
    textOf(body, "code") || `http_${String(status)}`,
    fieldErrors(body["errors"]),
  );
}

const WRITES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

function randomKey(): string {
  // Not crypto.randomUUID: it is missing where the console is opened over plain http on a LAN.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The headers that every write must carry. */
export function writeHeaders(method = "POST"): Record<string, string> {
  const headers: Record<string, string> = { "X-Catchment-CSRF": "1" };
  if (method === "POST") headers["Idempotency-Key"] = randomKey();
  return headers;
}

const guard: Middleware = {
  onRequest({ request }) {
    if (!WRITES.has(request.method)) return undefined;
    for (const [name, value] of Object.entries(writeHeaders(request.method))) {
      request.headers.set(name, value);
    }
    // A search changes nothing, so its answer need not be kept for a second asking.
    if (request.url.endsWith("/search")) request.headers.delete("Idempotency-Key");
    return request;
  },
  onError({ error }) {
    const text = error instanceof Error ? error.message : "";
    return new Problem(0, "offline", text, "offline");
  },
};

export const api = createClient<paths>({ baseUrl: "/" });
api.use(guard);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of an answer, or a thrown `Problem`. */
export async function body<T>(answer: Promise<Answer<T>>): Promise<NonNullable<T>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw toProblem(response.status, error);
  return data as NonNullable<T>;
}

/** For answers without a body (204), or whose body nobody reads. */
export async function done(answer: Promise<Answer<unknown>>): Promise<void> {
  const { error, response } = await answer;
  if (!response.ok) throw toProblem(response.status, error);
}
