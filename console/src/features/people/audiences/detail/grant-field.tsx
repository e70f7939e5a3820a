/** Under which grant a file may stand unmasked; two others approved it. */
import { useQuery } from "@tanstack/react-query";
import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { grantsFor, useGrants } from "@/lib/grants";
import { meQuery } from "@/lib/me";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";

export function GrantField({ use }: { use: string }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const me = useQuery(meQuery);
  const grants = useGrants({ mine: true });
  const all = grants.data?.pages.flatMap((page) => page.items) ?? [];
  const running = grantsFor(all, { who: me.data?.operator.id ?? "", purpose: use, scope: "export" });
  return (
    <Form.Item
      name="grant_id"
      label={t("export.grant")}
      extra={<Link to={`/w/${id}/settings/privacy?tab=grants`}>{t("export.askGrant")}</Link>}
      rules={[{ required: true, message: t("export.grantNeeded") }]}
    >
      <Select
        loading={grants.isPending}
        notFoundContent={t("export.noGrant")}
        options={running.map((one) => ({ value: one.id, label: `${one.reason} · ${format.time(one.expires_at)}` }))}
      />
    </Form.Item>
  );
}
