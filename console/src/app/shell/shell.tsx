/** The signed-in console: navigation, workspace, search, account; the page stands inside. */
import { Drawer, Layout } from "antd";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, Outlet, useLocation, useParams } from "react-router";
import { NoWorkspace } from "@/app/no-workspace";
import { NotFound } from "@/app/crash";
import { Brand } from "@/app/shell/brand";
import { Navigation } from "@/app/shell/navigation";
import { Shortcuts } from "@/app/shell/shortcuts";
import { TopBar } from "@/app/shell/top-bar";
import { meQuery, rememberWorkspace } from "@/lib/me";
import { WorkspaceContext } from "@/lib/workspace";
import { useIsPhone } from "@/ui/responsive";
import { Failure, Loading } from "@/ui/states";

const SIDE_WIDTH = 208;

export function Component() {
  const { workspaceId } = useParams();
  const location = useLocation();
  const me = useQuery({ ...meQuery, refetchOnWindowFocus: true });
  const workspace = me.data?.workspaces.find((one) => one.id === workspaceId);

  useEffect(() => {
    if (workspace) rememberWorkspace(workspace.id);
  }, [workspace]);

  if (me.isError) return <Failure error={me.error} onRetry={() => void me.refetch()} />;
  if (me.data === undefined) return <Loading />;
  if (me.data === null) {
    const next = encodeURIComponent(location.pathname + location.search);
    return <Navigate to={`/sign-in?next=${next}`} replace />;
  }
  if (me.data.workspaces.length === 0) return <NoWorkspace />;
  if (!workspace) return <NotFound />;
  return (
    <WorkspaceContext value={workspace}>
      <Frame key={workspace.id} />
    </WorkspaceContext>
  );
}

function Frame() {
  const { t } = useTranslation();
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
  };
  return (
    <Layout style={{ minHeight: "100%" }}>
      <a className="skip-link" href="#page">
        {t("shell.skip")}
      </a>
      {!isPhone && (
        <Layout.Sider width={SIDE_WIDTH} className="side">
          <Brand />
          <Navigation />
        </Layout.Sider>
      )}
      {isPhone && (
        <Drawer
          open={isOpen}
          onClose={close}
          placement="left"
          size={SIDE_WIDTH + 48}
          title={<Brand />}
          styles={{ body: { padding: 8 }, header: { padding: "8px 16px" } }}
        >
          <Navigation onGo={close} />
        </Drawer>
      )}
      <Layout style={{ minWidth: 0 }}>
        <TopBar
          onMenu={
            isPhone
              ? () => {
                  setOpen(true);
                }
              : undefined
          }
        />
        <main id="page" tabIndex={-1} className="page">
          <Suspense fallback={<Loading />}>
            <Outlet />
          </Suspense>
        </main>
      </Layout>
      <Shortcuts />
    </Layout>
  );
}
