/** Which workspace this is, and the way to another or a new one. */
import { CheckOutlined, DownOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { meQuery } from "@/lib/me";
import { useWorkspace } from "@/lib/workspace";

// A form weighs more than the whole shell: it is fetched when somebody wants one.
const WorkspaceDialog = lazy(() => import("@/app/shell/workspace-dialog"));

export function WorkspaceSwitcher() {
  const { t } = useTranslation();
  const here = useWorkspace();
  const me = useQuery(meQuery);
  const navigate = useNavigate();
  const [isNew, setNew] = useState(false);
  const items = (me.data?.workspaces ?? []).map((workspace) => ({
    key: workspace.id,
    label: workspace.name,
    icon: <CheckOutlined style={{ visibility: workspace.id === here.id ? "visible" : "hidden" }} />,
  }));
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            ...items,
            { type: "divider" },
            { key: "new", icon: <PlusOutlined />, label: t("shell.newWorkspace") },
          ],
          onClick: ({ key }) => {
            if (key === "new") setNew(true);
            else void navigate(`/w/${key}/overview`);
          },
        }}
      >
        <Button type="text" className="workspace-button" aria-label={t("shell.workspace", { name: here.name })}>
          <span className="workspace-name">{here.name}</span>
          <DownOutlined style={{ fontSize: 10 }} />
        </Button>
      </Dropdown>
      {isNew && (
        <Suspense>
          <WorkspaceDialog
            onClose={() => {
              setNew(false);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
