/** The bare address: on to the set-up, the sign-in, or the workspace last used. */
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "react-router";
import { api, body } from "@/api/client";
import { meQuery, startingWorkspace } from "@/lib/me";
import { NoWorkspace } from "@/app/no-workspace";
import { Failure, Loading } from "@/ui/states";

export function Start() {
  const me = useQuery(meQuery);
  const setup = useQuery({
    queryKey: ["setup"],
    queryFn: () => body(api.GET("/api/v1/setup")),
    enabled: me.data === null,
  });
  if (me.isError) return <Failure error={me.error} onRetry={() => void me.refetch()} />;
  if (me.data === undefined) return <Loading />;
  if (me.data === null) {
    if (setup.isError) return <Failure error={setup.error} onRetry={() => void setup.refetch()} />;
    if (!setup.data) return <Loading />;
    return <Navigate to={setup.data.needed ? "/setup" : "/sign-in"} replace />;
  }
  const workspace = startingWorkspace(me.data);
  return workspace ? <Navigate to={`/w/${workspace}/overview`} replace /> : <NoWorkspace />;
}
