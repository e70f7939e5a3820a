/** Names for operators' ids, asked for once. */
import { useQuery } from "@tanstack/react-query";
import { api, body } from "@/api/client";
import { mayAs, useMay, useWorkspace, type Policy, type Role } from "@/lib/workspace";

function useMembers() {
  const { id } = useWorkspace();
  const mayRead = useMay("operator:read");
  return useQuery({
    queryKey: ["operators", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/operators", { params: { path: { workspace_id: id } } })),
    enabled: mayRead,
  });
}

export function useOperatorNames(): (id: string | null | undefined) => string {
  const members = useMembers();
  return (who) => (who ? members.data?.items.find((member) => member.id === who)?.name ?? who : "");
}

/** Whether somebody beside this operator may do it too, so that a second person can be asked. */
export function useSomebodyElse(policy: Policy, operator: string): boolean {
  const members = useMembers();
  return Boolean(
    members.data?.items.some((one) => one.id !== operator && one.state === "active" && mayAs(one.role as Role, policy)),
  );
}
