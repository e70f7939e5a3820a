/** What a grant is for, how it stands and how much of it is used; the same in the table and on a phone. */
import { Progress, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { runsOut, usedShare, type Grant } from "@/lib/grants";
import { useOperatorNames } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";
import { useVaultWord } from "@/lib/vault";

const COLOURS: Record<Grant["state"], string> = {
  asked: "gold", granted: "green", refused: "red", revoked: "red", expired: "default", used_up: "default",
};

interface PartProps {
  grant: Grant;
  now: number;
}

export function GrantWhat({ grant }: { grant: Grant }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const word = useVaultWord();
  return (
    <>
      {word("purposes", grant.purpose)} · {grant.kinds.map((kind) => word("kinds", kind)).join(t("list.comma"))}
      <div className="soft">
        {word("grantScope", grant.scope)} ·{" "}
        {t("grants.bounds", { count: grant.people_max, people: format.count(grant.people_max), minutes: grant.minutes })}
      </div>
    </>
  );
}

export function GrantStanding({ grant, now }: PartProps) {
  const { t } = useTranslation("privacy");
  const word = useVaultWord();
  const nameOf = useOperatorNames();
  const answeredBy = grant.settled_by ?? grant.approved_by;
  return (
    <>
      <Tooltip title={grant.settled_reason}>
        <Tag color={COLOURS[grant.state]}>{word("grantState", grant.state)}</Tag>
      </Tooltip>
      {runsOut(grant, now) && <Tag color="orange">{t("grants.runsOut")}</Tag>}
      {grant.state === "asked" && grant.approvals_needed > 1 && (
        <span className="soft num">{t("grants.approvals", { shown: grant.approvals.length, needed: grant.approvals_needed })}</span>
      )}
      {answeredBy && <div className="soft">{nameOf(answeredBy)}</div>}
    </>
  );
}

export function GrantUse({ grant, now }: PartProps) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  if (!grant.starts_at) return <>–</>;
  const share = grant.state === "granted" ? usedShare(grant, now) : grant.people_used / grant.people_max;
  return (
    <div style={{ minWidth: 140 }}>
      <Progress
        size="small"
        showInfo={false}
        percent={Math.round(share * 100)}
        status={runsOut(grant, now) ? "exception" : "normal"}
        aria-label={t("grants.used")}
      />
      <span className="soft">
        {t("grants.usedOf", {
          used: format.count(grant.people_used), people: format.count(grant.people_max), at: format.time(grant.expires_at),
        })}
      </span>
    </div>
  );
}

export function GrantReason({ grant }: { grant: Grant }) {
  return (
    <>
      {grant.reason}
      {grant.ticket && <div className="soft mono">{grant.ticket}</div>}
    </>
  );
}
