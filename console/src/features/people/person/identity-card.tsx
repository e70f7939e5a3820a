/** Who this is and how that is known: identifiers, what joins them, and what was decided by hand. */
import { MoreOutlined } from "@ant-design/icons";
import { Button, Card, Dropdown, Flex, Tag, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ChangeDialog } from "@/features/people/person/change-dialog";
import { DecisionList } from "@/features/people/person/decision-list";
import { EvidenceList } from "@/features/people/person/evidence-list";
import { IdentityPicture } from "@/features/people/person/identity-picture";
import { CallButton } from "@/features/people/person/reveal/call-button";
import { RevealButton } from "@/features/people/person/reveal/reveal-button";
import { useIdentity, type Change, type IdentityNode } from "@/features/people/person/use-identity";
import type { Identifier } from "@/features/people/shared/people";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { isMasked } from "@/lib/vault";
import { useMay } from "@/lib/workspace";
import { Failure, Waiting } from "@/ui/states";

interface IdentityCardProps {
  person: string;
  identifiers: readonly Identifier[];
}

/** Kinds that say nothing outside and never went to the vault. */
const PLAIN_KINDS: readonly string[] = ["user", "anon", "device"];

const TITLES = { split: "change.undoTitle", restore: "change.restoreTitle", merge: "change.mergeTitle" } as const;

export function IdentityCard({ person, identifiers }: IdentityCardProps) {
  const { t } = useTranslation("people");
  const mayChange = useMay("people:change");
  const identity = useIdentity(person);
  const [change, setChange] = useState<Change>();
  const data = identity.data;
  const isTakingOut = change?.kind === "split" && change.subject !== undefined;
  return (
    <Card title={t("identityCard.title")}>
      {identity.isError && <Failure error={identity.error} onRetry={() => void identity.refetch()} />}
      {identity.isPending && <Waiting rows={5} />}
      {data && (
        <Flex vertical gap={16}>
          <NodeList
            person={person}
            nodes={data.nodes}
            identifiers={identifiers}
            onTakeOut={mayChange && data.nodes.length > 1 ? (subject) => { setChange({ kind: "split", person, subject }); } : undefined}
          />
          {data.nodes.length > 1 && <IdentityPicture identity={data} />}
          <EvidenceList identity={data} onChange={mayChange ? setChange : undefined} />
          <DecisionList person={person} />
          {!mayChange && <div className="soft small">{t("identityCard.onlyOperator")}</div>}
        </Flex>
      )}
      {change && (
        <ChangeDialog
          title={isTakingOut ? t("change.splitTitle") : t(TITLES[change.kind])}
          change={change}
          onClose={() => {
            setChange(undefined);
          }}
        />
      )}
    </Card>
  );
}

interface NodeListProps {
  person: string;
  nodes: readonly IdentityNode[];
  identifiers: readonly Identifier[];
  onTakeOut: ((subject: string) => void) | undefined;
}

function NodeList({ person, nodes, identifiers, onTakeOut }: NodeListProps) {
  const { t } = useTranslation("people");
  const word = useWord();
  const format = useFormat();
  const seen = new Map(identifiers.map((one) => [one.subject, one]));
  return (
    <div>
      <p className="section-name">{t("identityCard.identifiers")}</p>
      <ul className="fact-list">
        {nodes.map((node) => {
          const found = seen.get(node.subject);
          return (
            <li key={node.subject} className="fact-row">
              <div>
                <span className="soft">{word("kind", node.kind)}</span> <span className="mono break">{node.masked}</span>{" "}
                {node.is_name_giver && nodes.length > 1 && (
                  <Tooltip title={t("person.id")}>
                    <Tag color="blue">{t("identityCard.names")}</Tag>
                  </Tooltip>
                )}
                {found?.first_seen_at && (
                  <div className="soft small num">
                    {t("identityCard.seen", { first: format.time(found.first_seen_at), last: format.time(found.last_seen_at) })}
                  </div>
                )}
              </div>
              <Flex gap={4}>
                {node.kind === "phone" && <CallButton person={person} masked={node.masked} />}
                {isMasked(node.masked) && !PLAIN_KINDS.includes(node.kind) && (
                  <RevealButton
                    person={person}
                    target={{ field: { identifier: node.subject, nth: 0 }, kind: node.kind, label: word("kind", node.kind), masked: node.masked }}
                  />
                )}
                {onTakeOut && (
                  <Dropdown
                    trigger={["click"]}
                    menu={{
                      items: [{ key: "out", danger: true, label: t("identityCard.takeOut") }],
                      onClick: () => {
                        onTakeOut(node.subject);
                      },
                    }}
                  >
                    <Button type="text" size="small" icon={<MoreOutlined />} aria-label={`${t("action.moreActions")}: ${node.masked}`} />
                  </Dropdown>
                )}
              </Flex>
            </li>
          );
        })}
      </ul>
      {nodes.length === 1 && <div className="soft small">{t("identityCard.one")}</div>}
    </div>
  );
}
