/** A path in words: from one node to the next, with what was done on each step. */
import { Button, Tag } from "antd";
import { Fragment } from "react";
import { EvidenceList } from "@/features/people/interests/evidence-list";
import { keyOf, type Item, type Path } from "@/features/people/interests/interests";
import { useKindWord, useNameOf } from "@/features/people/interests/naming";

const EVIDENCE_SHOWN = 3;

interface PathProps {
  path: Path;
  onWalk?: (item: Item) => void;
}

export function PathView({ path, onWalk }: PathProps) {
  const first = path.steps[0];
  return (
    <ol className="interest-path">
      {first && (
        <li>
          <Stop item={first.source} onWalk={onWalk} />
        </li>
      )}
      {path.steps.map((step) => (
        <Fragment key={`${keyOf(step.source)} ${keyOf(step.target)}`}>
          <li className="interest-path-edge">
            <EvidenceList evidence={step.evidence} most={EVIDENCE_SHOWN} />
          </li>
          <li>
            <Stop item={step.target} onWalk={onWalk} />
          </li>
        </Fragment>
      ))}
    </ol>
  );
}

function Stop({ item, onWalk }: { item: Item; onWalk?: ((item: Item) => void) | undefined }) {
  const nameOf = useNameOf();
  const kindWord = useKindWord();
  return (
    <>
      <Tag>{kindWord(item.kind)}</Tag>
      {onWalk ? (
        <Button type="link" size="small" onClick={() => { onWalk(item); }}>
          {nameOf(item)}
        </Button>
      ) : (
        <span>{nameOf(item)}</span>
      )}
    </>
  );
}
