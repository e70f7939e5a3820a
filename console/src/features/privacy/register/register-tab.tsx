/** The register of processing: what is kept of people, for what, on what ground, how long, and who gets it. */
import { DownloadOutlined, PrinterOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { retentionDays } from "@/features/privacy/register/retention-days";
import { useFormat } from "@/lib/use-format";
import { useVaultWord } from "@/lib/vault";
import { useWorkspace } from "@/lib/workspace";
import { ListTable } from "@/ui/list-table";
import { Failure, Nothing, Waiting } from "@/ui/states";

type Row = Schema["RegisterRow"];

const REGISTER = "/api/v1/workspaces/{workspace_id}/privacy/register";

export function RegisterTab() {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const format = useFormat();
  const word = useVaultWord();
  const register = useQuery({
    queryKey: ["privacy", id, "register"],
    queryFn: ({ signal }) => body(api.GET(REGISTER, { params: { path: { workspace_id: id } }, signal })),
  });
  const items = register.data?.items ?? [];
  const kept = (row: Row) => {
    const days = retentionDays(row.retention);
    return days === null ? t("fields.untilForgotten") : t("days", { count: days, shown: format.count(days) });
  };
  return (
    <Card styles={{ body: { padding: 0 } }}>
      <Flex wrap gap={8} align="center" className="toolbar">
        <span className="soft">{t("register.hint")}</span>
        <span style={{ flex: 1 }} />
        <Button icon={<PrinterOutlined />} disabled={items.length === 0} onClick={() => { window.print(); }}>
          {t("register.print")}
        </Button>
        <Button icon={<DownloadOutlined />} href={`/api/v1/workspaces/${id}/privacy/register?format=csv`} download="register.csv">
          {t("action.exportCsv")}
        </Button>
      </Flex>
      {register.isError && <Failure error={register.error} onRetry={() => void register.refetch()} />}
      {register.isPending && <Waiting />}
      {register.data && items.length === 0 && <Nothing title={t("register.none")} />}
      {items.length > 0 && (
        <ListTable<Row>
          rows={items}
          rowKey={(row) => `${row.field} ${row.purpose} ${row.data_class}`}
          columns={[
            {
              title: t("fields.label"),
              isName: true,
              render: (row) => (
                <>
                  {format.language === "zh" ? row.label_zh : row.label_en}
                  <div className="soft">{row.field.startsWith("kind:") ? t("fields.everywhere") : <span className="mono">{row.field}</span>}</div>
                </>
              ),
            },
            { title: t("grant.purpose", { ns: "vault" }), render: (row) => word("purposes", row.purpose) },
            { title: t("register.basis"), render: (row) => word("bases", row.basis) },
            { title: t("fields.class"), render: (row) => word("classes", row.data_class) },
            { title: t("fields.retention"), className: "num", render: (row) => kept(row) },
            { title: t("register.recipients"), render: (row) => row.recipients.join(t("list.comma")) || t("register.nobody") },
            { title: t("fields.kept"), className: "num", render: (row) => format.count(row.values_kept) },
          ]}
        />
      )}
    </Card>
  );
}
