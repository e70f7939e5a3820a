/** Who uses the console here, and as what. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Popconfirm, Select, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, done, type Schema } from "@/api/client";
import { InviteDialog } from "@/features/access/settings/invite-dialog";
import { useFormat } from "@/lib/use-format";
import { ROLES, useMay, useWorkspace, type Role } from "@/lib/workspace";
import { ListTable } from "@/ui/list-table";
import { Page } from "@/ui/page";
import { Failure, useProblemMessage, Waiting } from "@/ui/states";

type Member = Schema["Member"];

const ONE = "/api/v1/workspaces/{workspace_id}/operators/{operator_id}";

function useMembers() {
  const { id } = useWorkspace();
  return useQuery({
    queryKey: ["operators", id],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/operators", { params: { path: { workspace_id: id } } })),
  });
}

function useMemberChanges() {
  const { id } = useWorkspace();
  const { t } = useTranslation("settings");
  const { message } = App.useApp();
  const tell = useProblemMessage();
  const queries = useQueryClient();
  const settled = {
    onSuccess: () => {
      void message.success(t("state.saved"));
      return queries.invalidateQueries({ queryKey: ["operators", id] });
    },
    onError: tell,
  };
  const pathOf = (member: Member) => ({ path: { workspace_id: id, operator_id: member.id } });
  const change = useMutation({
    mutationFn: ({ member, role }: { member: Member; role: Role }) =>
      body(api.PATCH(ONE, { params: pathOf(member), body: { role } })),
    ...settled,
  });
  const remove = useMutation({
    mutationFn: (member: Member) => done(api.DELETE(ONE, { params: pathOf(member) })),
    ...settled,
  });
  return { change, remove };
}

export function Component() {
  const { t } = useTranslation("settings");
  const format = useFormat();
  const mayChange = useMay("operator:change");
  const members = useMembers();
  const { change, remove } = useMemberChanges();
  const [isInviting, setInviting] = useState(false);
  const roles = ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }));

  return (
    <Page
      title={t("nav.operators")}
      hint={t("operators.hint")}
      actions={
        mayChange && (
          <Button
            type="primary"
            icon={<PlusOutlined />}
            onClick={() => {
              setInviting(true);
            }}
          >
            {t("operators.invite")}
          </Button>
        )
      }
    >
      <Card styles={{ body: { padding: 0 } }}>
        {members.isError && <Failure error={members.error} onRetry={() => void members.refetch()} />}
        {members.isPending && <Waiting />}
        {members.data && (
          <ListTable<Member>
            rows={members.data.items}
            rowKey={(member) => member.id}
            columns={[
              { title: t("account.name"), isName: true, render: (member) => member.name },
              { title: t("account.email"), isWide: true, render: (member) => member.email },
              {
                title: t("operators.role"),
                render: (member) => (
                  <Select<Role>
                    size="small"
                    aria-label={t("operators.role")}
                    value={member.role}
                    options={roles}
                    disabled={!mayChange}
                    style={{ minWidth: 120 }}
                    onChange={(role) => {
                      change.mutate({ member, role });
                    }}
                  />
                ),
              },
              {
                title: t("operators.state"),
                render: ({ state }) => (
                  <Tag color={state === "active" ? "green" : "gold"}>{t(`operators.${state}`)}</Tag>
                ),
              },
              {
                title: t("operators.since"),
                className: "num",
                render: (member) => format.time(member.since),
              },
              {
                title: "",
                render: (member) =>
                  mayChange && (
                    <Popconfirm
                      title={t("operators.removeConfirm", { name: member.name })}
                      onConfirm={() => {
                        remove.mutate(member);
                      }}
                    >
                      <Button type="link" danger size="small">
                        {t("action.remove")}
                      </Button>
                    </Popconfirm>
                  ),
              },
            ]}
          />
        )}
      </Card>
      <dl className="role-list soft">
        {ROLES.map((role) => (
          <div key={role}>
            <dt>{t(`role.${role}`)}</dt>
            <dd>{t(`roleHint.${role}`)}</dd>
          </div>
        ))}
      </dl>
      {isInviting && (
        <InviteDialog
          onClose={() => {
            setInviting(false);
          }}
        />
      )}
    </Page>
  );
}
