/** Routes that the generated document does not have yet. */
import { api } from "@/api/client";

interface Init {
  params?: { path?: Record<string, string>; query?: Record<string, unknown> };
  body?: unknown;
  signal?: AbortSignal;
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

type Ask = <T>(path: string, init?: Init) => Promise<Answer<T>>;

export const loose = api as unknown as Record<"GET" | "POST" | "PUT" | "PATCH" | "DELETE", Ask>;
