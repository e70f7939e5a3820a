/** What a computed trait is made of: an event, its conditions, how they sum up, how far back. */
import { Checkbox, Flex, Form, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { AGGREGATES, AMOUNT, asksNumber, needsField, typeOf, type Aggregate, type TraitDraft } from "@/features/people/traits/trait-draft";
import { useFields } from "@/lib/use-fields";
import { EventSelect } from "@/ui/event-select";
import { FilterEditor } from "@/ui/filter-editor";
import { CurrencySelect } from "@/ui/place-selects";

const DAYS_MAX = 3_650;
const DAYS_USUAL = 90;

interface MeasureFieldsProps {
  draft: TraitDraft;
  onChange: (draft: TraitDraft) => void;
}

export function MeasureFields({ draft, onChange }: MeasureFieldsProps) {
  const { t } = useTranslation("traits");
  const fields = useFields(draft.event || undefined);
  const set = (change: Partial<TraitDraft>) => {
    onChange({ ...draft, ...change });
  };
  return (
    <>
      <Form.Item label={t("traits.event")}>
        <EventSelect width="100%" value={draft.event} onChange={(event) => { set({ event }); }} />
      </Form.Item>
      {draft.event && (
        <Form.Item>
          <FilterEditor event={draft.event} filters={draft.filters} onChange={(filters) => { set({ filters }); }} />
        </Form.Item>
      )}
      <Form.Item label={t("traits.aggregate")}>
        <Flex gap={8} wrap>
          <Select<Aggregate>
            aria-label={t("traits.aggregate")}
            value={draft.aggregate}
            options={AGGREGATES.map((one) => ({ value: one, label: t(`aggregate.${one}`) }))}
            onChange={(aggregate) => { set({ aggregate }); }}
            className="rule-match"
          />
          {needsField(draft.aggregate) && (
            <Select
              showSearch={{ optionFilterProp: "label" }}
              aria-label={t("traits.field")}
              placeholder={t("traits.field")}
              value={draft.field || null}
              options={[{ value: AMOUNT, label: t("traits.amount") }, ...fields]}
              onChange={(field: string) => { set({ field }); }}
              className="rule-match"
            />
          )}
        </Flex>
      </Form.Item>
      {asksNumber(draft.aggregate) && draft.field !== AMOUNT && (
        <Form.Item>
          <Checkbox checked={draft.isNumber} onChange={(event) => { set({ isNumber: event.target.checked }); }}>
            {t("traits.isNumber")}
          </Checkbox>
        </Form.Item>
      )}
      {typeOf(draft) === "money" && (
        <Form.Item label={t("traits.currency")} extra={t("traits.currencyHint")}>
          <CurrencySelect value={draft.currency} onChange={(currency) => { set({ currency }); }} />
        </Form.Item>
      )}
      <Form.Item label={t("traits.time")}>
        <Flex gap={8} align="center" wrap>
          <Checkbox
            checked={draft.days !== null}
            onChange={(event) => { set({ days: event.target.checked ? DAYS_USUAL : null }); }}
          >
            {t("traits.last")}
          </Checkbox>
          {draft.days !== null && (
            <InputNumber
              min={1}
              max={DAYS_MAX}
              precision={0}
              suffix={t("unit.day")}
              aria-label={t("traits.last")}
              value={draft.days}
              onChange={(days) => { set({ days: days ?? DAYS_USUAL }); }}
              className="rule-unit-number"
            />
          )}
        </Flex>
      </Form.Item>
    </>
  );
}
