/** Groups of tags and the tags in them: made, renamed, deleted with what that takes away. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Popconfirm, Tag, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useTagGroups, useTags } from "@/features/people/shared/choices";
import { NameDialog, type Naming } from "@/features/people/tags/name-dialog";
import { useTagWork } from "@/features/people/tags/use-tag-work";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { Page } from "@/ui/page";
import { PlainTable } from "@/ui/plain-table";
import { Failure, Nothing, Waiting } from "@/ui/states";

export function Component() {
  const { t } = useTranslation("levels");
  const mayChange = useMay("people:change");
  const groups = useTagGroups();
  const tags = useTags();
  const [naming, setNaming] = useState<Naming>();
  const make = mayChange && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => { setNaming({ act: "group" }); }}>
      {t("tagWords.newGroup")}
    </Button>
  );
  const found = groups.data?.items ?? [];
  return (
    <Page title={t("tagWords.title")} hint={t("tagWords.hint")} actions={make}>
      {groups.isError && <Failure error={groups.error} onRetry={() => void groups.refetch()} />}
      {(groups.isPending || tags.isPending) && <Waiting />}
      {groups.data && found.length === 0 && <Card><Nothing title={t("tagWords.none")} hint={t("tagWords.noneHint")} action={make} /></Card>}
      {found.map((group) => (
        <GroupCard
          key={group.id}
          group={group}
          tags={(tags.data?.items ?? []).filter((tag) => tag.group_id === group.id)}
          onName={setNaming}
        />
      ))}
      {naming && <NameDialog naming={naming} onClose={() => { setNaming(undefined); }} />}
    </Page>
  );
}

interface GroupCardProps {
  group: Schema["TagGroup"];
  tags: Schema["Tag"][];
  onName: (naming: Naming) => void;
}

function GroupCard({ group, tags, onName }: GroupCardProps) {
  const { t } = useTranslation("levels");
  const format = useFormat();
  const mayChange = useMay("people:change");
  const { removeGroup, removeTag } = useTagWork();
  const title = (
    <Flex wrap gap={8} align="center">
      {group.name}
      <Tooltip title={group.is_exclusive ? t("tagWords.exclusiveHint") : ""}>
        <Tag>{group.is_exclusive ? t("tagWords.exclusive") : t("tagWords.many")}</Tag>
      </Tooltip>
      {group.is_locked && <Tooltip title={t("tagWords.lockedHint")}><Tag color="orange">{t("tagWords.locked")}</Tag></Tooltip>}
    </Flex>
  );
  const actions = mayChange && (
    <Flex wrap gap={4}>
      <Button size="small" onClick={() => { onName({ act: "tag", group }); }}>{t("tagWords.newTag")}</Button>
      <Button size="small" type="link" onClick={() => { onName({ act: "rename-group", group }); }}>{t("tagWords.rename")}</Button>
      <Popconfirm
        title={t("tagWords.removeGroup", { name: group.name })}
        description={t("tagWords.removeGroupHint")}
        onConfirm={() => { removeGroup.mutate(group.id); }}
        disabled={tags.length > 0}
      >
        <Button size="small" type="link" danger disabled={tags.length > 0}>{t("tagWords.remove")}</Button>
      </Popconfirm>
    </Flex>
  );
  return (
    <Card title={title} extra={actions} styles={{ header: { flexWrap: "wrap" } }}>
      {tags.length === 0 && <span className="soft">{t("tagWords.empty")}</span>}
      {tags.length > 0 && (
        <PlainTable
          rows={tags}
          rowKey={(row) => row.id}
          columns={[
            { key: "name", title: t("tagWords.name"), render: (row) => <Tag>{row.name}</Tag> },
            { key: "people", title: t("tagWords.people"), isNumber: true, render: (row) => format.count(row.subjects) },
            { key: "automatic", title: t("tagWords.automatic"), isNumber: true, render: (row) => format.count(row.automatic) },
            {
              key: "acts",
              title: "",
              render: (row) => mayChange && (
                <>
                  <Button size="small" type="link" onClick={() => { onName({ act: "rename-tag", tag: row }); }}>{t("tagWords.rename")}</Button>
                  <Popconfirm
                    title={t("tagWords.removeTag", { name: row.name })}
                    description={t("tagWords.removeTagHint", { count: row.subjects })}
                    onConfirm={() => { removeTag.mutate(row.id); }}
                  >
                    <Button size="small" type="link" danger>{t("tagWords.remove")}</Button>
                  </Popconfirm>
                </>
              ),
            },
          ]}
        />
      )}
    </Card>
  );
}
