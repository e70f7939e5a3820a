/** Where to begin: the best connected of each kind. */
import { Button, Card } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { keyOf, useFound, type Item, type Kind } from "@/features/people/interests/interests";
import { useKindWord, useNameOf } from "@/features/people/interests/naming";
import { useFormat } from "@/lib/use-format";
import { Waiting } from "@/ui/states";

const SHOWN = 6;

interface StartProps {
  counts: readonly Schema["InterestCount"][];
  edges: number;
  onPick: (item: Item) => void;
}

export function StartView({ counts, edges, onPick }: StartProps) {
  const { t } = useTranslation("interests");
  const format = useFormat();
  const nodes = counts.reduce((sum, one) => sum + one.count, 0);
  return (
    <Card title={t("interests.start")}>
      <p className="soft interest-lead">
        {t("interests.startHint")} <span className="num">{t("interests.size", { nodes: format.count(nodes), edges: format.count(edges) })}</span>
      </p>
      <div className="interest-starts">
        {counts.filter((one) => one.count > 0).map((one) => (
          <Kindred key={one.kind} kind={one.kind} count={one.count} onPick={onPick} />
        ))}
      </div>
    </Card>
  );
}

function Kindred({ kind, count, onPick }: { kind: Kind; count: number; onPick: (item: Item) => void }) {
  const kindWord = useKindWord();
  const nameOf = useNameOf();
  const format = useFormat();
  const found = useFound("", kind);
  return (
    <section>
      <h2 className="section-name num">
        {kindWord(kind, true)} · {format.count(count)}
      </h2>
      {!found.data && <Waiting rows={3} />}
      <ul>
        {found.data?.items.slice(0, SHOWN).map((item) => (
          <li key={keyOf(item)}>
            <Button type="link" onClick={() => { onPick(item); }}>
              {nameOf(item)}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
