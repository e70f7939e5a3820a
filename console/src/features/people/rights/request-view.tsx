/** One request: its steps, its time, what can be done about it, and what came of it. */
import { CheckCircleFilled, ClockCircleOutlined, CloseCircleFilled, DownloadOutlined, LoadingOutlined } from "@ant-design/icons";
import { Button, Flex, Input, Popconfirm, Tag } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { stepCounts } from "@/features/people/rights/step-counts";
import { isOpen, rightsAddress, urgency, useRightsWork, type RightsRequest } from "@/features/people/rights/use-rights";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "@/lib/me";
import { useOperatorNames, useSomebodyElse } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";
import "@/ui/privacy.css";

const COLOURS = { received: "default", running: "blue", waiting: "gold", done: "green", refused: "red", failed: "red" } as const;
const ICONS: Record<RightsRequest["steps"][number]["state"], ReactNode> = {
  waiting: <ClockCircleOutlined className="soft" />,
  running: <LoadingOutlined />,
  done: <CheckCircleFilled style={{ color: "var(--c-good)" }} />,
  failed: <CloseCircleFilled style={{ color: "var(--c-bad)" }} />,
};
const FORMATS = ["html", "json", "csv"] as const;

export function RightState({ request }: { request: RightsRequest }) {
  const { t } = useTranslation("rights");
  return <Tag color={COLOURS[request.state]}>{t(`rightState.${request.state}`)}</Tag>;
}

export function DueDate({ request }: { request: RightsRequest }) {
  const { t } = useTranslation("rights");
  const format = useFormat();
  const [now] = useState(() => Date.now());
  const near = urgency(request, now);
  return (
    <span className="num">
      {format.time(request.due_at)} {near && <Tag color={near === "late" ? "red" : "orange"}>{t(`rights.${near}`)}</Tag>}
    </span>
  );
}

export function RequestView({ request }: { request: RightsRequest }) {
  const { t, i18n } = useTranslation("rights");
  const format = useFormat();
  const nameOf = useOperatorNames();
  // A step that a newer server names is shown by its code.
  const stepWord = (name: string) => {
    // One name may be another act for another right: a correction is told anew, to ourselves.
    const own = `stepOf.${request.kind}.${name}`;
    if (i18n.exists(own, { ns: "rights" })) return t(own as "stepOf.correction.told");
    return i18n.exists(`step.${name}`, { ns: "rights" }) ? t(`step.${name}` as "step.suppressed") : name;
  };
  const countWord = (name: string) =>
    i18n.exists(`counted.${name}`, { ns: "rights" }) ? t(`counted.${name}` as "counted.keys") : name;
  const detailWord = ({ name, detail }: RightsRequest["steps"][number]) => {
    if (name === "approved") return nameOf(detail);
    const counts = stepCounts(detail);
    return counts ? counts.map((one) => `${countWord(one.name)} ${format.count(one.many)}`).join(" · ") : detail;
  };
  return (
    <Flex vertical gap={8}>
      <div className="soft small">
        {[
          t("rights.askedBy", { who: nameOf(request.asked_by), at: format.time(request.asked_at) }),
          isOpen(request) && t("rights.due", { at: format.time(request.due_at) }),
          request.finished_at && t("rights.finished", { at: format.time(request.finished_at) }),
        ].filter(Boolean).join(" · ")}
      </div>
      {request.note && <div>{request.note}</div>}
      {request.reason && <div className="soft">{t("rights.reasonOf", { reason: request.reason })}</div>}
      <ol className="step-list">
        {request.steps.map((step) => (
          <li key={step.name}>
            {ICONS[step.state]}
            <span>
              {stepWord(step.name)}{" "}
              {step.detail && <span className="soft small">{detailWord(step)}</span>}
            </span>
          </li>
        ))}
      </ol>
      <Downloads request={request} />
      <Work request={request} />
    </Flex>
  );
}

function Downloads({ request }: { request: RightsRequest }) {
  const { t } = useTranslation("rights");
  const { id } = useWorkspace();
  const format = useFormat();
  const mayFetch = useMay("privacy:reveal");
  const [now] = useState(() => Date.now());
  const hasFile = request.kind === "access" && request.file_until !== null && Date.parse(request.file_until) > now;
  if (!hasFile && !request.receipt) return null;
  return (
    <Flex wrap gap={8} align="center">
      {mayFetch && hasFile && FORMATS.map((one) => (
        <Button key={one} size="small" icon={<DownloadOutlined />} href={rightsAddress(id, request.id, `file?format=${one}`)} download>
          {t(`rights.file_${one}`)}
        </Button>
      ))}
      {mayFetch && hasFile && <span className="soft small num">{t("rights.fileUntil", { at: format.time(request.file_until) })}</span>}
      {request.receipt && (
        <Button size="small" icon={<DownloadOutlined />} href={rightsAddress(id, request.id, "receipt")} download>
          {t("rights.receipt")}
        </Button>
      )}
    </Flex>
  );
}

function Work({ request }: { request: RightsRequest }) {
  const { t } = useTranslation("rights");
  const mayWork = useMay("people:rights");
  const tell = useProblemMessage();
  const work = useRightsWork(request.id);
  const [reason, setReason] = useState("");
  const me = useQuery(meQuery).data?.operator.id;
  const hasSecond = useSomebodyElse("people:rights", request.asked_by);
  if (!mayWork || !isOpen(request)) return null;
  const isDeletion = request.kind === "deletion";
  const awaitsApproval = request.kind === "access" && request.state === "waiting";
  const isOwn = me === request.asked_by && hasSecond;
  const isRewriting = request.steps.some((step) => step.name === "rewritten" && step.state !== "done");
  return (
    <Flex wrap gap={8}>
      {awaitsApproval && isOwn && <span className="soft" style={{ flexBasis: "100%" }}>{t("rights.needsAnother")}</span>}
      {awaitsApproval && !isOwn && (
        <Popconfirm
          title={t("rights.approveConfirm")}
          description={<div className="confirm-words">{t("rights.approveHint")}</div>}
          onConfirm={() => { work.mutate({ act: "approve" }, { onError: tell }); }}
        >
          <Button size="small" type="primary" loading={work.isPending}>{t("rights.approve")}</Button>
        </Popconfirm>
      )}
      {isDeletion && isRewriting && (
        <Button size="small" loading={work.isPending} title={t("rights.hurryHint")} onClick={() => { work.mutate({ act: "hurry" }, { onError: tell }); }}>
          {t("rights.hurry")}
        </Button>
      )}
      {!isDeletion && (
        <Popconfirm
          title={t("rights.refuseConfirm")}
          description={
            <Input
              aria-label={t("rights.refuseReason")}
              placeholder={t("rights.refuseReason")}
              maxLength={200}
              value={reason}
              onChange={(event) => { setReason(event.target.value); }}
              style={{ width: 240 }}
            />
          }
          okButtonProps={{ danger: true, disabled: reason.trim() === "" }}
          onConfirm={() => { work.mutate({ act: "refuse", reason: reason.trim() }, { onError: tell }); }}
        >
          <Button size="small" danger>{t("rights.refuse")}</Button>
        </Popconfirm>
      )}
    </Flex>
  );
}
