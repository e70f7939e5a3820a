/** Why two identifiers are thought to be one person's, or why not; each can be undone. */
import { Button, Flex, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Change, IdentityEdge, PersonIdentity } from "@/features/people/person/use-identity";
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
  const masked = new Map(identity.nodes.map((node) => [node.subject, node]));
  const edges = [...identity.edges].sort((a, b) => Date.parse(a.first_at) - Date.parse(b.first_at));
  return (
    <div>
      <p className="section-name">{t("identityCard.evidence")}</p>
      {edges.length === 0 && <div className="soft small">{t("identityCard.noEdges")}</div>}
      <ul className="fact-list">
        {edges.map((edge) => (
          <EvidenceRow
            key={`${edge.left} ${edge.right}`}
            edge={edge}
            left={masked.get(edge.left)?.masked}
            right={masked.get(edge.right)?.masked}
            person={identity.person}
            onChange={onChange}
          />
        ))}
      </ul>
    </div>
  );
}

interface EvidenceRowProps {
  edge: IdentityEdge;
  left: string | undefined;
  right: string | undefined;
  person: string;
  onChange: ((change: Change) => void) | undefined;
}

const SUBJECT_SHOWN = 8;

function EvidenceRow({ edge, left, right, person, onChange }: EvidenceRowProps) {
  const { t } = useTranslation("people");
  const word = useWord();
  const format = useFormat();
  const sourceName = useSourceNames();
  const ends = { left: edge.left, right: edge.right };
  return (
    <li className="fact-row">
      <div>
        <Flex wrap gap="0 8px" align="baseline">
          <span className="mono break">{left ?? edge.left.slice(0, SUBJECT_SHOWN)}</span>
          <span className="soft" aria-hidden>↔</span>
          <span className="mono break">{right ?? edge.right.slice(0, SUBJECT_SHOWN)}</span>
          <Tooltip title={edge.reason ?? word("verdictHint", edge.verdict)}>
            <Tag color={COLOURS[edge.verdict]}>{word("verdict", edge.verdict)}</Tag>
          </Tooltip>
        </Flex>
        <div className="soft small num">
          {[word("via", edge.via), sourceName(edge.source_id), format.time(edge.first_at)].filter(Boolean).join(" · ")}
        </div>
      </div>
      {onChange && edge.verdict === "joined" && (
        <Button size="small" type="link" onClick={() => { onChange({ kind: "split", person, edges: [ends] }); }}>
          {t("identityCard.undo")}
        </Button>
      )}
      {onChange && edge.verdict === "withdrawn" && (
        <Button size="small" type="link" onClick={() => { onChange({ kind: "restore", person, edges: [ends] }); }}>
          {t("identityCard.restore")}
        </Button>
      )}
    </li>
  );
}
