/** Nodes as a list: each with a bar, what is behind it in words, and a way to ask why. */
import { Button, Tag } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { keyOf, type Item } from "@/features/people/interests/interests";
import { useKindWord, useNameOf } from "@/features/people/interests/naming";

export interface Line {
  item: Item;
  /** The bar's length, in [0, 1]. */
  share: number;
  isInferred: boolean;
  words: ReactNode;
}

interface ListProps {
  lines: readonly Line[];
  hasKinds: boolean;
  onWalk: (item: Item) => void;
  onExplain: (item: Item) => void;
}

export function ItemList({ lines, hasKinds, onWalk, onExplain }: ListProps) {
  const { t } = useTranslation("interests");
  const nameOf = useNameOf();
  const kindWord = useKindWord();
  if (lines.length === 0) return <p className="soft">{t("interests.listNone")}</p>;
  return (
    <ul className="interest-list">
      {lines.map(({ item, share, isInferred, words }) => (
        <li key={keyOf(item)}>
          <div>
            {hasKinds && <Tag>{kindWord(item.kind)}</Tag>}
            <Button type="link" onClick={() => { onWalk(item); }} aria-label={t("interests.walkOn", { name: nameOf(item) })}>
              {nameOf(item)}
            </Button>
            <div className={isInferred ? "interest-bar inferred" : "interest-bar"} aria-hidden>
              <div style={{ width: `${String(Math.min(1, share) * 100)}%` }} />
            </div>
          </div>
          <Button
            size="small"
            type="text"
            aria-label={`${t("interests.why")} ${nameOf(item)}`}
            onClick={() => { onExplain(item); }}
          >
            {t("interests.why")}
          </Button>
          <div className="interest-words">{words}</div>
        </li>
      ))}
    </ul>
  );
}
