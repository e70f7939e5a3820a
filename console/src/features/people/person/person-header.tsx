/** Name, id, stage, tags and the sums of everything so far. */
import { MergeCellsOutlined } from "@ant-design/icons";
import { Alert, Button, Card, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { StageTag } from "@/features/people/list/people-table";
import { MergeDialog } from "@/features/people/person/merge-dialog";
import { PersonTags } from "@/features/people/person/person-tags";
import { useLevels } from "@/features/people/person/use-levels";
import type { Person } from "@/features/people/shared/people";
import { usePersonName } from "@/features/people/shared/person-name";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { CopyButton } from "@/ui/copy";

export function PersonHeader({ person }: { person: Person }) {
  const { t } = useTranslation("people");
  const mayChange = useMay("people:change");
  const levels = useLevels(person.person);
  const personName = usePersonName();
  const [isMerging, setMerging] = useState(false);
  return (
    <Card styles={{ body: { fontWeight: 400, fontSize: 14, lineHeight: 1.5714 } }}>
      <Flex vertical gap={12}>
        {person.asked_id !== person.person && (
          <Alert type="info" showIcon closable title={t("person.oldId", { asked: person.asked_id })} />
        )}
        <Flex wrap gap={8} justify="space-between" align="flex-start">
          <div style={{ minWidth: 0 }}>
            <Flex wrap gap="0 12px" align="center">
              <span className="person-name">{personName(person)}</span>
              <StageTag stage={levels.data?.stage ?? null} />
            </Flex>
            <Flex align="center" gap={4} className="soft">
              <span className="mono break">{person.person}</span>
              <CopyButton text={person.person} label={t("person.id")} />
            </Flex>
          </div>
          {mayChange && (
            <Button
              icon={<MergeCellsOutlined />}
              onClick={() => {
                setMerging(true);
              }}
            >
              {t("person.merge")}
            </Button>
          )}
        </Flex>
        <PersonTags person={person.person} />
        <Sums person={person} />
      </Flex>
      {isMerging && (
        <MergeDialog
          person={person.person}
          onClose={() => {
            setMerging(false);
          }}
        />
      )}
    </Card>
  );
}

function Sums({ person: { sums } }: { person: Person }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const counted: [string, string][] = [
    [t("person.events"), format.count(sums.events)],
    [t("person.orders"), format.count(sums.orders)],
    [t("person.paid"), format.money(sums.value_minor, sums.currency)],
    [t("person.rooms"), format.count(sums.live_rooms)],
  ];
  const dated: [string, string | null][] = [
    [t("person.firstSeen"), sums.first_seen_at],
    [t("person.lastSeen"), sums.last_seen_at],
  ];
  return (
    <dl className="sums">
      {counted.map(([label, value]) => (
        <div key={label}>
          <dt>
            {label} · {t("person.allTime")}
          </dt>
          <dd className="num">{value}</dd>
        </div>
      ))}
      {dated.map(([label, at]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="num" title={format.time(at, "second")}>
            {format.ago(at)} <span className="soft">{format.time(at)}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
