/** Conditions that choose among what there is: tags, levels, stages, consent, audiences, lists. */
import { AutoComplete, Flex, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import type { FieldsProps } from "@/features/people/audiences/builder/fields-props";
import {
  CONSENT_STATES, SCORE_OPERATORS, type Belongs, type ConsentIs, type LevelIs, type Sample, type ScoreIs,
  type StageIs, type TagIs,
} from "@/features/people/audiences/rules/tree";
import { useLists } from "@/features/people/audiences/use-names";
import { useAudienceChoices, useTags } from "@/features/people/shared/choices";
import { LEVELS, SCHEMES, STAGES } from "@/features/people/shared/stages";
import { useWord } from "@/features/people/shared/words";

const PURPOSES = ["marketing", "service", "analytics"];
const CHANNELS = ["sms", "email", "push", "wechat", "wecom", "phone"];
const PERCENT_MAX = 100;

export function TagFields({ fact, onChange }: FieldsProps<TagIs>) {
  const { t } = useTranslation("audiences");
  const tags = useTags();
  return (
    <Flex gap={8} wrap>
      <Select
        aria-label={t("field.bound")}
        value={fact.isHeld}
        options={[{ value: true, label: t("field.has") }, { value: false, label: t("field.hasNot") }]}
        onChange={(isHeld: boolean) => { onChange({ ...fact, isHeld }); }}
        className="filter-operator"
      />
      <Select
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("field.tag")}
        placeholder={t("field.chooseTag")}
        loading={tags.isPending}
        value={fact.id || null}
        options={tags.data?.items.map((tag) => ({ value: tag.id, label: tag.name }))}
        onChange={(id: string) => { onChange({ ...fact, id }); }}
        className="rule-choice"
      />
    </Flex>
  );
}

export function LevelFields({ fact, onChange }: FieldsProps<LevelIs>) {
  const { t } = useTranslation("audiences");
  const word = useWord();
  const levels = LEVELS[fact.scheme] ?? [];
  return (
    <Flex gap={8} wrap>
      <Select
        aria-label={t("field.scheme")}
        value={fact.scheme}
        options={SCHEMES.map((scheme) => ({ value: scheme as string, label: word("scheme", scheme) }))}
        onChange={(scheme: string) => { onChange({ ...fact, scheme, anyOf: [] }); }}
        className="filter-field"
      />
      <Select
        mode="multiple"
        aria-label={t("field.levels")}
        placeholder={t("field.levels")}
        value={fact.anyOf}
        options={levels.map((level) => ({ value: level, label: word(fact.scheme === "frequency" ? "frequency" : "segment", level) }))}
        onChange={(anyOf: string[]) => { onChange({ ...fact, anyOf }); }}
        className="rule-choice"
      />
    </Flex>
  );
}

export function StageFields({ fact, onChange }: FieldsProps<StageIs>) {
  const { t } = useTranslation("audiences");
  const word = useWord();
  return (
    <Select
      mode="multiple"
      aria-label={t("field.stages")}
      placeholder={t("field.stages")}
      value={fact.anyOf}
      options={STAGES.map((stage) => ({ value: stage as string, label: word("stage", stage) }))}
      onChange={(anyOf: string[]) => { onChange({ ...fact, anyOf }); }}
      className="rule-choice"
    />
  );
}

export function ScoreFields({ fact, onChange }: FieldsProps<ScoreIs>) {
  const { t } = useTranslation("audiences");
  return (
    <Flex gap={8} wrap>
      <Input
        aria-label={t("field.model")}
        placeholder={t("field.model")}
        value={fact.model}
        onChange={(event) => { onChange({ ...fact, model: event.target.value }); }}
        className="filter-field"
      />
      <Select
        aria-label={t("field.bound")}
        value={fact.operator}
        options={SCORE_OPERATORS.map((one) => ({ value: one, label: t(`operator.${one}`) }))}
        onChange={(operator) => { onChange({ ...fact, operator }); }}
        className="filter-operator"
      />
      <InputNumber aria-label={t("field.number")} value={fact.value} onChange={(value) => { onChange({ ...fact, value }); }} className="rule-number" />
    </Flex>
  );
}

export function ConsentFields({ fact, onChange }: FieldsProps<ConsentIs>) {
  const { t } = useTranslation("audiences");
  const word = useWord();
  return (
    <Flex gap={8} wrap>
      <AutoComplete
        aria-label={t("field.purpose")}
        placeholder={t("field.purpose")}
        value={fact.purpose}
        options={PURPOSES.map((one) => ({ value: one, label: word("purpose", one) }))}
        onChange={(purpose: string) => { onChange({ ...fact, purpose }); }}
        className="filter-field"
      />
      <AutoComplete
        aria-label={t("field.channel")}
        placeholder={t("field.channel")}
        value={fact.channel}
        options={CHANNELS.map((one) => ({ value: one, label: word("channel", one) }))}
        onChange={(channel: string) => { onChange({ ...fact, channel }); }}
        className="filter-operator"
      />
      <Select
        aria-label={t("field.consent")}
        value={fact.state}
        options={CONSENT_STATES.map((one) => ({ value: one, label: word("consentState", one) }))}
        onChange={(state) => { onChange({ ...fact, state }); }}
        className="filter-operator"
      />
    </Flex>
  );
}

export function BelongsFields({ fact, onChange }: FieldsProps<Belongs>) {
  const { t } = useTranslation("audiences");
  const audiences = useAudienceChoices(fact.kind === "audience");
  const lists = useLists();
  const isAudience = fact.kind === "audience";
  const items = isAudience ? audiences.data?.items : lists.data?.items;
  return (
    <Flex gap={8} wrap>
      <Select
        aria-label={t("field.bound")}
        value={fact.isIn}
        options={[{ value: true, label: t("field.isIn") }, { value: false, label: t("field.isNotIn") }]}
        onChange={(isIn: boolean) => { onChange({ ...fact, isIn }); }}
        className="filter-operator"
      />
      <Select
        showSearch={{ optionFilterProp: "label" }}
        aria-label={isAudience ? t("field.audience") : t("field.list")}
        placeholder={isAudience ? t("field.chooseAudience") : t("field.chooseList")}
        value={fact.id || null}
        options={items?.map((one) => ({ value: one.id, label: one.name }))}
        onChange={(id: string) => { onChange({ ...fact, id }); }}
        className="rule-choice"
      />
    </Flex>
  );
}

export function SampleFields({ fact, onChange }: FieldsProps<Sample>) {
  const { t } = useTranslation("audiences");
  return (
    <Flex gap={8} wrap align="center">
      <InputNumber
        min={0}
        max={PERCENT_MAX}
        suffix="%"
        aria-label={t("field.percent")}
        value={fact.percent}
        onChange={(percent) => { onChange({ ...fact, percent }); }}
        className="rule-number"
      />
      <Input
        aria-label={t("field.seed")}
        placeholder={t("field.seed")}
        value={fact.seed}
        onChange={(event) => { onChange({ ...fact, seed: event.target.value }); }}
        className="filter-field"
      />
      <span className="soft small">{t("field.seedHint")}</span>
    </Flex>
  );
}
