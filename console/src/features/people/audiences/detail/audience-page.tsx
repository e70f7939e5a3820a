/** One audience: how large, how it grows, who is in it, who moved, and why. */
import { EditOutlined, QuestionCircleOutlined, ReloadOutlined } from "@ant-design/icons";
import { App, Button, Card, Flex, Popconfirm, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { ExportCard } from "@/features/people/audiences/detail/export-card";
import { GrowthCard } from "@/features/people/audiences/detail/growth-card";
import { MemberList } from "@/features/people/audiences/detail/member-list";
import { RuleCard } from "@/features/people/audiences/detail/rule-card";
import { TransitionsCard } from "@/features/people/audiences/detail/transitions-card";
import { WhyDialog } from "@/features/people/audiences/why/why-dialog";
import { useAudience, useAudienceAct, useMembers, type Audience } from "@/features/people/audiences/use-audiences";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import "@/ui/people.css";
import { Failure, useProblemMessage, Waiting } from "@/ui/states";

export function Component() {
  const { audienceId = "" } = useParams();
  const audience = useAudience(audienceId);
  if (audience.isError) return <Failure error={audience.error} onRetry={() => void audience.refetch()} />;
  if (!audience.data) return <Waiting rows={12} />;
  return <Whole audience={audience.data} />;
}

function Whole({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const mayRead = useMay("people:read");
  return (
    <Page
      name={audience.name}
      title={
        <Flex gap={8} align="center" wrap>
          {audience.name}
          <StateTag audience={audience} />
        </Flex>
      }
      hint={audience.description}
      actions={<Actions audience={audience} />}
    >
      <div className="person-grid">
        <div className="person-side">
          <SizeCard audience={audience} />
          <GrowthCard audience={audience} />
          {mayRead && <TransitionsCard audience={audience} />}
        </div>
        <div className="person-side">
          <RuleCard audience={audience} />
          {mayRead && <MembersCard audience={audience} />}
          {mayRead && <ExportCard audience={audience} />}
          {!mayRead && <Card><span className="soft">{t("detail.notAllowed")}</span></Card>}
        </div>
      </div>
    </Page>
  );
}

function StateTag({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  if (audience.state === "archived") return <Tag>{t("audienceState.archived")}</Tag>;
  if (audience.is_filling) return <Tag color="blue">{t("audiences.filling")}</Tag>;
  return <Tag color="green">{t("audienceState.active")}</Tag>;
}

function Actions({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const navigate = useNavigate();
  const { message } = App.useApp();
  const tell = useProblemMessage();
  const mayChange = useMay("audience:change");
  const mayRead = useMay("people:read");
  const [isAsking, setAsking] = useState(false);
  const refresh = useAudienceAct(audience.id, "refresh");
  const archive = useAudienceAct(audience.id, "archive");
  const restore = useAudienceAct(audience.id, "restore");
  const isActive = audience.state === "active";
  return (
    <>
      {mayRead && (
        <Button icon={<QuestionCircleOutlined />} onClick={() => { setAsking(true); }}>
          {t("why.title")}
        </Button>
      )}
      {mayChange && isActive && (
        <>
          <Button
            icon={<ReloadOutlined />}
            loading={refresh.isPending}
            onClick={() => {
              refresh.mutate(undefined, {
                onSuccess: () => void message.info(t("audiences.refreshing")),
                onError: tell,
              });
            }}
          >
            {t("audiences.refresh")}
          </Button>
          <Popconfirm
            title={t("audiences.archiveConfirm", { name: audience.name })}
            description={<div className="confirm-words">{t("audiences.archiveHint", { shown: format.count(audience.size) })}</div>}
            onConfirm={() => {
              archive.mutate(undefined, { onError: tell });
            }}
          >
            <Button loading={archive.isPending}>{t("audiences.archive")}</Button>
          </Popconfirm>
          <Button type="primary" icon={<EditOutlined />} onClick={() => void navigate(`/w/${id}/audiences/${audience.id}/edit`)}>
            {t("audiences.edit")}
          </Button>
        </>
      )}
      {mayChange && !isActive && (
        <Button
          type="primary"
          loading={restore.isPending}
          onClick={() => {
            restore.mutate(undefined, { onError: tell });
          }}
        >
          {t("audiences.restore")}
        </Button>
      )}
      {isAsking && <WhyDialog audience={audience} onClose={() => { setAsking(false); }} />}
    </>
  );
}

function SizeCard({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const format = useFormat();
  return (
    <Card>
      <div className="big-number num" aria-live="polite">
        {audience.size === null ? t("audiences.notFilled") : t("audiences.people", { count: audience.size, shown: format.count(audience.size) })}
      </div>
      <div className="soft num">
        {audience.as_of && `${t("audiences.asOf", { at: format.time(audience.as_of, "second") })} · `}
        {t("audiences.version", { version: audience.version })}
      </div>
    </Card>
  );
}

function MembersCard({ audience }: { audience: Audience }) {
  const { t } = useTranslation("audiences");
  const members = useMembers(audience.id, audience.size);
  return (
    <Card title={t("detail.members")}>
      {members.isError && <Failure error={members.error} onRetry={() => void members.refetch()} />}
      {members.isPending && <Waiting rows={4} />}
      {members.data && <MemberList members={members.data.items} />}
    </Card>
  );
}
