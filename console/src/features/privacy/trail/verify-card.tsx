/** Looks through the whole trail: every hash, every signed head, and the copy beside the keys. */
import { SafetyCertificateOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Card, Flex, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { PlainTable } from "@/ui/plain-table";
import { Failure } from "@/ui/states";

type Verdict = Schema["TrailVerdict"];

const HEADS_SHOWN = 10;

export function VerifyCard() {
  const { t } = useTranslation("privacy");
  const { id } = useWorkspace();
  const verify = useMutation({
    mutationFn: () =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/privacy/trail/verify", { params: { path: { workspace_id: id } } }),
      ),
  });
  return (
    <Card
      title={t("trail.wholeness")}
      extra={
        <Button icon={<SafetyCertificateOutlined />} loading={verify.isPending} onClick={() => { verify.mutate(); }}>
          {t("trail.verify")}
        </Button>
      }
    >
      <Flex vertical gap={12}>
        <span className="soft">{t("trail.hint")}</span>
        {verify.isError && <Failure error={verify.error} />}
        {verify.data && <VerdictView verdict={verify.data} />}
      </Flex>
    </Card>
  );
}

function VerdictView({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const fault = verdict.first_fault;
  const heads = [...verdict.heads].sort((a, b) => b.day.localeCompare(a.day)).slice(0, HEADS_SHOWN);
  const checked = t("trail.checked", { shown: format.count(verdict.entries), ms: format.count(Math.round(verdict.took_ms)) });
  return (
    <>
      {fault ? (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={fault.seq == null ? t("trail.broken") : t("trail.brokenAt", { seq: format.count(fault.seq) })}
          description={`${t(`fault.${fault.what}`)} ${checked}`}
        />
      ) : (
        <Alert type="success" showIcon role="status" title={t("trail.whole")} description={checked} />
      )}
      {heads.length > 0 && (
        <PlainTable
          rows={heads}
          rowKey={(head) => head.day}
          columns={[
            { key: "day", title: t("trail.day"), className: "num left", render: (head) => head.day },
            { key: "seq", title: t("trail.head"), isNumber: true, render: (head) => format.count(head.seq) },
            {
              key: "signed",
              title: t("trail.signature"),
              render: (head) => (
                <Tag color={head.is_signed ? "green" : "red"}>{head.is_signed ? t("trail.signed") : t("trail.notSigned")}</Tag>
              ),
            },
          ]}
        />
      )}
    </>
  );
}
