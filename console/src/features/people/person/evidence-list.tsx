/** Why two identifiers are thought to be one person's, or why not; each can be undone. */
import { Button, Flex, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { joinsOf, type Join } from "@/features/people/person/identity-places";
import type { Change, PersonIdentity } from "@/features/people/person/use-identity";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { useSourceNames } from "@/lib/use-sources";

const COLOURS = { joined: "green", refused_limit: "orange", shared: "orange", weak: "default", withdrawn: "red" } as const;

interface EvidenceListProps {
  identity: PersonIdentity;
  onChange: ((change: Change) => void) | undefined;
}

export function EvidenceList({ identity, onChange }: EvidenceListProps) {
  const { t } = useTranslation("people");
  // An edge may lead to an identifier that was taken out, and is no node of this person now.
  const masked = new Map(
    identity.edges.flatMap((edge) => [[edge.left, edge.left_masked] as const, [edge.right, edge.right_masked] as const]),
  );
  const joins = joinsOf(identity.edges);
  return (
    <div>
      <p className="section-name">{t("identityCard.evidence")}</p>
      {joins.length === 0 && <div className="soft small">{t("identityCard.noEdges")}</div>}
      <ul className="fact-list">
        {joins.map((join) => (
          <EvidenceRow
            key={`${join.left} ${join.right}`}
            join={join}
            left={masked.get(join.left)}
            right={masked.get(join.right)}
            person={identity.person}
            onChange={onChange}
          />
        ))}
      </ul>
    </div>
  );
}

interface EvidenceRowProps {
  join: Join;
  left: string | undefined;
  right: string | undefined;
  person: string;
  onChange: ((change: Change) => void) | undefined;
}

const SUBJECT_SHOWN = 8;

function EvidenceRow({ join, left, right, person, onChange }: EvidenceRowProps) {
  const { t } = useTranslation("people");
  const word = useWord();
  const format = useFormat();
  const sourceName = useSourceNames();
  const ends = { left: join.left, right: join.right };
  const decided = join.evidence.find((edge) => edge.reason)?.reason;
  return (
    <li className="fact-row">
      <div>
        <Flex wrap gap="0 8px" align="baseline">
          <span className="mono break">{left || join.left.slice(0, SUBJECT_SHOWN)}</span>
          <span className="soft" aria-hidden>↔</span>
          <span className="mono break">{right || join.right.slice(0, SUBJECT_SHOWN)}</span>
          <Tooltip title={decided ?? word("verdictHint", join.verdict)}>
            <Tag color={COLOURS[join.verdict]}>{word("verdict", join.verdict)}</Tag>
          </Tooltip>
        </Flex>
        {join.evidence.map((edge) => (
          <div key={`${edge.via} ${edge.source_id} ${edge.first_at}`} className="soft small num">
            {[word("via", edge.via), sourceName(edge.source_id), format.time(edge.first_at)].filter(Boolean).join(" · ")}
          </div>
        ))}
      </div>
      {onChange && join.verdict === "joined" && (
        <Button size="small" type="link" onClick={() => { onChange({ kind: "split", person, edges: [ends] }); }}>
          {t("identityCard.undo")}
        </Button>
      )}
      {onChange && join.verdict === "withdrawn" && (
        <Button size="small" type="link" onClick={() => { onChange({ kind: "restore", person, edges: [ends] }); }}>
          {t("identityCard.restore")}
        </Button>
      )}
    </li>
  );
}
