/** Who entered and left one by one, newest first. */
import { Button, Card, Flex, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schema } from "@/api/client";
import { useTransitions, type Audience } from "@/features/people/audiences/use-audiences";
import { usePersonName } from "@/features/people/shared/person-name";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Failure, Nothing, Waiting } from "@/ui/states";

type Transition = Schema["Transition"];

export function TransitionsCard({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const personName = usePersonName();
  const transitions = useTransitions(audience.id, audience.size);
  const rows = transitions.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={t("detail.transitions")} styles={{ body: { padding: 0 } }}>
      {transitions.isError && <Failure error={transitions.error} onRetry={() => void transitions.refetch()} />}
      {transitions.isPending && <Waiting rows={4} />}
      {transitions.data && rows.length === 0 && <Nothing title={t("detail.noTransitions")} />}
      {rows.length > 0 && (
        <Table<Transition>
          size="small"
          rowKey={(row) => `${row.person} ${row.at} ${row.direction}`}
          scroll={{ x: "max-content" }}
          pagination={false}
          dataSource={rows}
          columns={[
            { title: t("detail.at"), className: "num left", render: (_, row) => format.time(row.at, "second") },
            {
              title: t("detail.person"),
              render: (_, row) => (
                <Link to={`/w/${id}/people/${row.person}`}>
                  {personName(row)}
                </Link>
              ),
            },
            {
              title: t("detail.direction"),
              render: (_, row) => <Tag color={row.direction === "entered" ? "green" : "default"}>{t(`direction.${row.direction}`)}</Tag>,
            },
            {
              title: t("detail.cause"),
              render: (_, row) => (
                <span>
                  {t(`cause.${row.cause}`)} <span className="soft num">· {t("audiences.version", { version: row.version })}</span>
                </span>
              ),
            },
          ]}
        />
      )}
      {transitions.hasNextPage && (
        <Flex justify="center" style={{ padding: 8 }}>
          <Button type="link" loading={transitions.isFetchingNextPage} onClick={() => void transitions.fetchNextPage()}>
            {t("action.more")}
          </Button>
        </Flex>
      )}
    </Card>
  );
}
