/** Two people side by side, and how alike each particular of theirs is. */
import { Button, Card, Flex, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Suggestion, Verdict } from "@/features/people/duplicates/use-duplicates";
import { VerdictDialog } from "@/features/people/duplicates/verdict-dialog";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { PlainTable } from "@/ui/plain-table";

const COLOURS = { same: "green", alike: "gold", different: "red", unknown: "default" } as const;
const PARTICULARS = ["name", "city", "street", "postcode", "birthday", "phone_end"] as const;

/** A model is never certain: nobody should read 100 % and stop looking. */
const SURE_MAX = 0.999;

type Side = Suggestion["left"];

export function SuggestionCard({ suggestion }: { suggestion: Suggestion }) {
  const { t } = useTranslation("duplicates");
  const format = useFormat();
  const mayChange = useMay("people:change");
  const [verdict, setVerdict] = useState<Verdict>();
  const isHome = suggestion.kind === "household";
  const isOpen = suggestion.state === "open" && !suggestion.are_one;
  const known = PARTICULARS.filter((name) => suggestion.left.traits[name] ?? suggestion.right.traits[name]);
  const value = (side: Side, name: string) =>
    side.traits[name] ?? <span className="soft">{t("duplicates.unknown")}</span>;
  return (
    <Card
      size="small"
      title={
        isHome
          ? t("duplicates.household")
          : t("duplicates.likely", { percent: format.share(Math.min(suggestion.probability, SURE_MAX)) })
      }
      extra={suggestion.are_one && <Tag>{t("duplicates.areOne")}</Tag>}
    >
      <Flex vertical gap={12}>
        <PlainTable
          rows={known}
          rowKey={(name) => name}
          columns={[
            { key: "what", title: t("duplicates.particular"), render: (name) => t(`particular.${name}`) },
            {
              key: "left",
              title: <PersonLink side={suggestion.left} />,
              render: (name) => value(suggestion.left, name),
            },
            {
              key: "right",
              title: <PersonLink side={suggestion.right} />,
              render: (name) => value(suggestion.right, name),
            },
            {
              key: "likeness",
              title: t("duplicates.compared"),
              render: (name) => {
                const likeness = suggestion.likeness[name] ?? "unknown";
                return <Tag color={COLOURS[likeness]}>{t(`likeness.${likeness}`)}</Tag>;
              },
            },
          ]}
        />
        {isOpen && mayChange && (
          <Flex gap={8} wrap>
            <Button
              type="primary"
              onClick={() => {
                setVerdict("same");
              }}
            >
              {t(isHome ? "duplicates.sameHome" : "duplicates.same")}
            </Button>
            <Button
              onClick={() => {
                setVerdict("different");
              }}
            >
              {t(isHome ? "duplicates.differentHome" : "duplicates.different")}
            </Button>
          </Flex>
        )}
        {suggestion.decided_at && (
          <span className="soft">
            {t("duplicates.decided", {
              who: suggestion.decided_by ?? "",
              when: format.time(suggestion.decided_at),
              reason: suggestion.reason ?? "",
            })}
          </span>
        )}
      </Flex>
      {verdict && (
        <VerdictDialog
          suggestion={suggestion}
          verdict={verdict}
          onClose={() => {
            setVerdict(undefined);
          }}
        />
      )}
    </Card>
  );
}

function PersonLink({ side }: { side: Side }) {
  const { t } = useTranslation("duplicates");
  const { id } = useWorkspace();
  return <Link to={`/w/${id}/people/${side.person}`}>{side.name ?? t("duplicates.nameless")}</Link>;
}
