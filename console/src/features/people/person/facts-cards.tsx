/** What is known of a person, and what they agreed to. */
import { CalculatorOutlined } from "@ant-design/icons";
import { Button, Card, Flex, Tag, Tooltip } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Consent, TraitValue } from "@/features/people/shared/people";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { useSourceNames } from "@/lib/use-sources";
import { useWorkspace } from "@/lib/workspace";
import { useTraitText } from "@/features/people/shared/trait-text";

const TRAITS_SHOWN = 10;

export function TraitsCard({ traits }: { traits: readonly TraitValue[] }) {
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
            <TraitLine key={trait.name} trait={trait} />
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

function TraitLine({ trait }: { trait: TraitValue }) {
  const { t } = useTranslation("people");
  const format = useFormat();
  const word = useWord();
  const textOf = useTraitText();
  const sourceName = useSourceNames();
  const label = (format.language === "zh" ? trait.label_zh : trait.label_en) ?? trait.name;
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

const CONSENT_COLOURS: Record<string, string> = { granted: "green", withdrawn: "red" };

export function ConsentCard({ consent }: { consent: readonly Consent[] }) {
  const { t } = useTranslation("people");
  const word = useWord();
  const format = useFormat();
  return (
    <Card title={t("consentCard.title")}>
      {consent.length === 0 && <span className="soft">{t("consentCard.none")}</span>}
      <ul className="fact-list">
        {consent.map((one) => (
          <li key={`${one.purpose} ${one.channel}`} className="fact-row">
            <span>
              {word("purpose", one.purpose)} · {word("channel", one.channel)}
            </span>
            <Flex gap={4} align="center">
              {one.at && <span className="soft small num">{t("consentCard.since", { at: format.time(one.at) })}</span>}
              <Tag color={CONSENT_COLOURS[one.state] ?? "default"}>{word("consentState", one.state)}</Tag>
            </Flex>
          </li>
        ))}
      </ul>
    </Card>
  );
}
