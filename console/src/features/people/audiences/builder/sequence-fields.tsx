/** Events in a row: the steps, how long from the first to the last, and when. */
import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Checkbox, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { HappeningFields } from "@/features/people/audiences/builder/did-fields";
import type { FieldsProps } from "@/features/people/audiences/builder/fields-props";
import { SpanFields, TimeFields } from "@/features/people/audiences/builder/time-fields";
import { STEPS_MAX, STEPS_MIN, type Sequence } from "@/features/people/audiences/rules/tree";

const WITHIN_USUAL = "7d";

export function SequenceFields({ fact, onChange }: FieldsProps<Sequence>) {
  const { t } = useTranslation("audiences");
  const { steps } = fact;
  return (
    <Flex vertical gap={8}>
      <ol className="steps">
        {steps.map((step, index) => (
          // Steps may repeat an event: their place is their only name.
          <li key={index} className="step">
            <Flex gap={8} align="flex-start">
              <span className="step-number">{index + 1}</span>
              <div style={{ flex: 1, minWidth: 0 }}>
                <HappeningFields
                  happening={step}
                  label={t("field.step", { step: index + 1 })}
                  onChange={(next) => {
                    onChange({ ...fact, steps: steps.map((one, at) => (at === index ? next : one)) });
                  }}
                />
              </div>
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                aria-label={t("field.removeStep", { step: index + 1 })}
                disabled={steps.length <= STEPS_MIN}
                onClick={() => {
                  onChange({ ...fact, steps: steps.filter((_, at) => at !== index) });
                }}
              />
            </Flex>
          </li>
        ))}
      </ol>
      <div>
        <Button
          size="small"
          icon={<PlusOutlined />}
          disabled={steps.length >= STEPS_MAX}
          onClick={() => {
            onChange({ ...fact, steps: [...steps, { event: "", where: [] }] });
          }}
        >
          {t("field.addStep")}
        </Button>
      </div>
      <Flex gap={8} wrap align="center">
        <Checkbox
          checked={fact.within !== ""}
          onChange={(event) => {
            onChange({ ...fact, within: event.target.checked ? WITHIN_USUAL : "" });
          }}
        >
          {t("field.within")}
        </Checkbox>
        {fact.within ? (
          <SpanFields
            span={fact.within}
            onChange={(within) => {
              onChange({ ...fact, within });
            }}
          />
        ) : (
          <span className="soft">{t("field.anyLength")}</span>
        )}
      </Flex>
      <TimeFields
        time={fact.time}
        onChange={(time) => {
          onChange({ ...fact, time });
        }}
      />
    </Flex>
  );
}
