/** What this person asks for by their rights, and how far it is. */
import { Button, Card, Dropdown, Flex } from "antd";
import { DownOutlined } from "@ant-design/icons";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { RequestView, RightState } from "@/features/people/rights/request-view";
import { usePersonRights, type RightKind } from "@/features/people/rights/use-rights";
import type { Person } from "@/features/people/shared/people";
import { useMay } from "@/lib/workspace";
import { Failure, Waiting } from "@/ui/states";

const DeletionDialog = lazy(() => import("@/features/people/person/rights/deletion-dialog"));
const AskDialog = lazy(() => import("@/features/people/person/rights/ask-dialog"));

export function RightsCard({ person }: { person: Person }) {
  const { t } = useTranslation("rights");
  const mayAsk = useMay("people:rights");
  const rights = usePersonRights(person.person, mayAsk);
  const [asked, setAsked] = useState<RightKind>();
  if (!mayAsk) return null;
  const items = rights.data?.items ?? [];
  const isDecided = person.automated_decisions;
  const close = () => { setAsked(undefined); };
  const kinds: RightKind[] = ["access", "correction", isDecided ? "opt_out" : "opt_in", "deletion"];
  return (
    <Card
      title={t("rights.title")}
      extra={
        <Dropdown
          trigger={["click"]}
          menu={{
            items: kinds.map((one) => ({ key: one, label: t(`rightAsk.${one}`), danger: one === "deletion" })),
            onClick: ({ key }) => { setAsked(key as RightKind); },
          }}
        >
          <Button size="small">
            {t("rights.ask")} <DownOutlined />
          </Button>
        </Dropdown>
      }
    >
      {rights.isError && <Failure error={rights.error} onRetry={() => void rights.refetch()} />}
      {rights.isPending && <Waiting rows={2} />}
      {!isDecided && <p>{t("rights.optedOut")}</p>}
      {rights.data && items.length === 0 && <span className="soft">{t("rights.noneOfPerson")}</span>}
      <ul className="fact-list">
        {items.map((one) => (
          <li key={one.id}>
            <Flex gap={8} align="center" wrap>
              <strong>{t(`rightKind.${one.kind}`)}</strong>
              <RightState request={one} />
            </Flex>
            <RequestView request={one} />
          </li>
        ))}
      </ul>
      <Suspense fallback={null}>
        {asked === "deletion" && <DeletionDialog person={person} onClose={close} />}
        {asked && asked !== "deletion" && <AskDialog person={person} kind={asked} onClose={close} />}
      </Suspense>
    </Card>
  );
}
