/** Which workspace the page is about, and what the reader may do in it. */
import { createContext, useContext } from "react";

export const ROLES = ["owner", "operator", "analyst", "viewer", "keeper", "auditor"] as const;

export type Role = (typeof ROLES)[number];

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

const OWNER: readonly Role[] = ["owner"];
const OPERATOR: readonly Role[] = [...OWNER, "operator"];
const ANALYST: readonly Role[] = [...OPERATOR, "analyst"];
/** Who manages personal data stands beside the ladder: they never use it, and who uses it never manages it. */
const KEEPER: readonly Role[] = [...OWNER, "keeper"];
const AUDITOR: readonly Role[] = [...OWNER, "auditor"];

/** Policies by name: which roles may do this, as the server sees it too. */
const POLICIES = {
  "source:change": OPERATOR,
  "source:settle": OWNER,
  "quarantine:change": OPERATOR,
  "import:change": OPERATOR,
  "event:read": ANALYST,
  "job:stop": OPERATOR,
  "people:read": ANALYST,
  "people:change": OPERATOR,
  "people:export": OPERATOR,
  "people:rights": OPERATOR,
  "audience:change": OPERATOR,
  "identity:change": OWNER,
  "operator:read": [...ANALYST, "keeper", "auditor"],
  "workspace:change": OWNER,
  "operator:change": OWNER,
  "key:change": OWNER,
  "audit:read": AUDITOR,
  "privacy:read": [...OPERATOR, "keeper", "auditor"],
  "privacy:manage": KEEPER,
  "privacy:approve": KEEPER,
  "privacy:audit": AUDITOR,
  // The only right that the owner lacks.
  "privacy:reveal": ["operator"],
} as const satisfies Record<string, readonly Role[]>;

export type Policy = keyof typeof POLICIES;

/** Whether a role may do this. */
export function mayAs(role: Role, policy: Policy): boolean {
  return (POLICIES[policy] as readonly Role[]).includes(role);
}

/** Whether the reader may do this in the workspace at hand. */
export function useMay(policy: Policy): boolean {
  return mayAs(useWorkspace().role, policy);
}
