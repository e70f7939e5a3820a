/** Which workspace the page is about, and what the reader may do in it. */
import { createContext, useContext } from "react";

export type Role = "owner" | "operator" | "analyst" | "viewer";

export interface Workspace {
  id: string;
  name: string;
  role: Role;
  time_zone: string;
  currency: string;
  is_demo: boolean;
}

export const WorkspaceContext = createContext<Workspace | undefined>(undefined);

/** The workspace at hand, or undefined before one is chosen. */
export function useMaybeWorkspace(): Workspace | undefined {
  return useContext(WorkspaceContext);
}

/** The workspace at hand. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error("useWorkspace stands outside a workspace");
  return workspace;
}

const RANK: Record<Role, number> = { viewer: 0, analyst: 1, operator: 2, owner: 3 };

/** Policies by name: what each role may do, as the server sees it too. */
const POLICIES = {
  "source:change": "operator",
  "quarantine:change": "operator",
  "import:change": "operator",
  "event:read": "analyst",
  "people:read": "analyst",
  "people:change": "operator",
  "people:export": "operator",
  "audience:change": "operator",
  "identity:change": "owner",
  "operator:read": "analyst",
  "workspace:change": "owner",
  "operator:change": "owner",
  "key:change": "owner",
  "audit:read": "owner",
} as const satisfies Record<string, Role>;

export type Policy = keyof typeof POLICIES;

/** Whether a role may do this. */
export function mayAs(role: Role, policy: Policy): boolean {
  return RANK[role] >= RANK[POLICIES[policy]];
}

/** Whether the reader may do this in the workspace at hand. */
export function useMay(policy: Policy): boolean {
  return mayAs(useWorkspace().role, policy);
}
