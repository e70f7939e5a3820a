/** What is known of a person; what is personal stands masked, and is shown under a grant. */
import { CalculatorOutlined } from "@ant-design/icons";
import { Button, Card, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { RevealButton } from "@/features/people/person/reveal/reveal-button";
import type { TraitValue } from "@/features/people/shared/people";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { useSourceNames } from "@/lib/use-sources";
import { likelyKind, maskedLeaves } from "@/lib/vault";
import { useWorkspace } from "@/lib/workspace";
import { useTraitText } from "@/features/people/shared/trait-text";

const TRAITS_SHOWN = 10;

export function TraitsCard({ person, traits }: { person: string; traits: readonly TraitValue[] }) {
  const { t } = useTranslation("people");
  const { id } = useWorkspace();
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? traits : traits.slice(0, TRAITS_SHOWN);
  return (
    <Card title={t("traitsCard.title")} extra={<Link to={`/w/${id}/traits`}>{t("traitsCard.toTraits")}</Link>}>
      {traits.length === 0 && <span className="soft">{t("traitsCard.none")}</span>}
      {traits.length > 0 && (
        <dl className="trait-grid">
          {shown.map((trait) => (
            <TraitLine key={trait.name} person={person} trait={trait} />
          ))}
        </dl>
      )}
      {shown.length < traits.length && (
        <Button type="link" size="small" onClick={() => { setWhole(true); }}>
          {t("traitsCard.more", { shown: traits.length })}
        </Button>
      )}
    </Card>
  );
}

function TraitLine({ person, trait }: { person: string; trait: TraitValue }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const word = useWord();
  const textOf = useTraitText();
  const sourceName = useSourceNames();
  const label = (format.language === "zh" ? trait.label_zh : trait.label_en) ?? trait.name;
  const leaves = maskedLeaves(trait.name, trait.value);
  const origin = [
    trait.source ? sourceName(trait.source) : "",
    trait.date ? format.time(trait.date) : "",
    word("rule", trait.rule),
  ].filter(Boolean);
  return (
    <>
      <dt className="soft" title={trait.name}>
        {label}
      </dt>
      <dd>
        <span className="num" style={{ whiteSpace: "normal" }}>{textOf(trait)}</span>{" "}
        {leaves.map(({ name, masked }, nth) => (
          <RevealButton
            key={`${name} ${String(nth)}`}
            person={person}
            target={{
              field: { trait: trait.name, nth }, kind: likelyKind(name === trait.name ? name : `${trait.name}.${name}`),
              label: leaves.length > 1 ? `${label} · ${name}` : label, masked,
            }}
          />
        ))}
        {trait.is_computed && (
          <Tooltip title={t("traitsCard.computed")}>
            <CalculatorOutlined className="soft" aria-label={t("traitsCard.computed")} />
          </Tooltip>
        )}
        {origin.length > 0 && <div className="soft small num">{origin.join(" · ")}</div>}
      </dd>
    </>
  );
}
