/** Answering a grant: never by who asked for it. */
import { useQuery } from "@tanstack/react-query";
import { Button, Flex, Input, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useGrantWork, type Grant } from "@/lib/grants";
import { meQuery } from "@/lib/me";
import { useMay } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

type Act = "approve" | "refuse" | "revoke";

export function GrantActions({ grant }: { grant: Grant }) {
  const { t } = useTranslation("privacy");
  const me = useQuery(meQuery);
  const mayApprove = useMay("privacy:approve");
  const isMine = grant.requested_by === me.data?.operator.id;
  if (grant.state === "asked") {
    if (!mayApprove) return null;
    if (isMine) return <span className="soft">{t("grants.needsAnother")}</span>;
    return (
      <Flex gap={4}>
        <Answer grant={grant} act="approve" />
        <Answer grant={grant} act="refuse" />
      </Flex>
    );
  }
  if (grant.state === "granted" && mayApprove) return <Answer grant={grant} act="revoke" />;
  return null;
}

function Answer({ grant, act }: { grant: Grant; act: Act }) {
  const { t } = useTranslation("privacy");
  const tell = useProblemMessage();
  const { answer } = useGrantWork();
  const [reason, setReason] = useState("");
  return (
    <Popconfirm
      title={t(`grants.${act}Confirm`)}
      description={
        // An approval needs no words; a refusal tells why.
        act !== "approve" && <Input
          aria-label={t("grants.why")}
          placeholder={t("grants.why")}
          maxLength={200}
          value={reason}
          onChange={(event) => { setReason(event.target.value); }}
          style={{ width: 240 }}
        />
      }
      okText={t(`grants.${act}`)}
      onConfirm={() => { answer.mutate({ grant: grant.id, act, reason: reason.trim() }, { onError: tell }); }}
    >
      <Button type={act === "approve" ? "primary" : "default"} danger={act !== "approve"} size="small" loading={answer.isPending}>
        {t(`grants.${act}`)}
      </Button>
    </Popconfirm>
  );
}
