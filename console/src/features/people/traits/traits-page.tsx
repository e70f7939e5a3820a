/** What is known of people: told by senders, or computed from what they did. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Card, Input, Popconfirm, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, done } from "@/api/client";
import { useTraitChoices, type Trait } from "@/features/people/shared/traits";
import { TraitDialog } from "@/features/people/traits/trait-dialog";
import { useMeasureWords } from "@/features/people/traits/measure-words";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import "@/ui/people.css";
import { Failure, Nothing, useProblemMessage, Waiting } from "@/ui/states";

export function Component() {
  const { t } = useTranslation("traits");
  const mayChange = useMay("people:change");
  const traits = useTraitChoices();
  const [get, set] = useAddress();
  const [isMaking, setMaking] = useState(false);
  const sought = (get("q") ?? "").toLowerCase();
  const all = traits.data?.items ?? [];
  const shown = all.filter((one) => `${one.name} ${one.label_zh} ${one.label_en}`.toLowerCase().includes(sought));
  const make = (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => { setMaking(true); }}>
      {t("traits.new")}
    </Button>
  );
  return (
    <Page title={t("nav.traits")} hint={t("traits.hint")} actions={mayChange && make}>
      {all.length > 0 && (
        <Input.Search
          allowClear
          aria-label={t("traits.search")}
          placeholder={t("traits.search")}
          value={get("q") ?? ""}
          onChange={(event) => { set({ q: event.target.value }); }}
          className="people-search"
        />
      )}
      <Card styles={{ body: { padding: 0 } }}>
        {traits.isError && <Failure error={traits.error} onRetry={() => void traits.refetch()} />}
        {traits.isPending && <Waiting />}
        {traits.data && all.length === 0 && <Nothing title={t("traits.none")} hint={t("traits.noneHint")} action={mayChange && make} />}
        {all.length > 0 && <TraitTable traits={shown} mayChange={mayChange} />}
      </Card>
      {isMaking && <TraitDialog onClose={() => { setMaking(false); }} />}
    </Page>
  );
}

function TraitTable({ traits, mayChange }: { traits: Trait[]; mayChange: boolean }) {
  const { t } = useTranslation("traits");
  const { id } = useWorkspace();
  const format = useFormat();
  const measureWords = useMeasureWords();
  const queries = useQueryClient();
  const tell = useProblemMessage();
  const remove = useMutation({
    mutationFn: (name: string) =>
      done(api.DELETE("/api/v1/workspaces/{workspace_id}/traits/{trait_name}", { params: { path: { workspace_id: id, trait_name: name } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["traits", id] }),
    onError: tell,
  });
  return (
    <Table<Trait>
      size="small"
      rowKey="name"
      scroll={{ x: "max-content" }}
      pagination={false}
      dataSource={traits}
      locale={{ emptyText: t("traits.noMatch") }}
      columns={[
        {
          title: t("traits.label"),
          render: (_, one) => (
            <>
              {format.language === "zh" ? one.label_zh : one.label_en}
              <div className="soft mono">{one.name}</div>
            </>
          ),
        },
        { title: t("traits.type"), render: (_, one) => t(`traitType.${one.type}`) },
        {
          title: t("traits.origin"),
          render: (_, one) => (
            <>
              <Tag color={one.is_computed ? "blue" : "default"}>{one.is_computed ? t("traits.computed") : t("traits.declared")}</Tag>
              <span className="soft">
                {one.declared ? t("traits.told", { field: one.declared.field, rule: t(`rule.${one.declared.rule}`) }) : measureWords(one.measure)}
              </span>
            </>
          ),
        },
        { title: t("traits.changed"), className: "num", render: (_, one) => format.time(one.changed_at) },
        {
          title: "",
          render: (_, one) =>
            mayChange && (
              <Popconfirm
                title={t("traits.removeConfirm", { name: one.name })}
                description={<div className="confirm-words">{t("traits.removeHint")}</div>}
                onConfirm={() => { remove.mutate(one.name); }}
              >
                <Button type="link" danger size="small">{t("traits.remove")}</Button>
              </Popconfirm>
            ),
        },
      ]}
    />
  );
}
