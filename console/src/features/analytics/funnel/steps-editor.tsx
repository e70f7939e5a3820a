/** The steps in their order: an event each, conditions where wanted. */
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { STEPS_MAX, STEPS_MIN, type Step } from "@/features/analytics/funnel/funnel-state";
import { FilterEditor } from "@/ui/filter-editor";
import { EventSelect } from "@/ui/event-select";

interface StepsEditorProps {
  steps: Step[];
  onChange: (steps: Step[]) => void;
}

function moved(steps: readonly Step[], from: number, to: number): Step[] {
  const next = [...steps];
  const [step] = next.splice(from, 1);
  if (step) next.splice(to, 0, step);
  return next;
}

export function StepsEditor({ steps, onChange }: StepsEditorProps) {
  const { t } = useTranslation("funnel");
  return (
    <Flex vertical gap={12}>
      <ol className="steps">
        {steps.map((step, index) => (
          // Steps may repeat an event: their place is their only name.
          <li key={index} className="step">
            <Flex gap={8} align="center">
              <span className="step-number">{index + 1}</span>
              <div className="step-event">
                <EventSelect
                  width="100%"
                  label={t("funnel.stepEvent", { step: index + 1 })}
                  value={step.event}
                  onChange={(event) => {
                    onChange(steps.map((one, at) => (at === index ? { ...one, event } : one)));
                  }}
                />
              </div>
              <Flex>
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowUpOutlined />}
                  aria-label={t("funnel.up", { step: index + 1 })}
                  disabled={index === 0}
                  onClick={() => {
                    onChange(moved(steps, index, index - 1));
                  }}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<ArrowDownOutlined />}
                  aria-label={t("funnel.down", { step: index + 1 })}
                  disabled={index === steps.length - 1}
                  onClick={() => {
                    onChange(moved(steps, index, index + 1));
                  }}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<DeleteOutlined />}
                  aria-label={t("funnel.remove", { step: index + 1 })}
                  disabled={steps.length <= STEPS_MIN}
                  onClick={() => {
                    onChange(steps.filter((_, at) => at !== index));
                  }}
                />
              </Flex>
            </Flex>
            {step.event && (
              <div className="step-filters">
                <FilterEditor
                  event={step.event}
                  filters={step.filters}
                  onChange={(filters) => {
                    onChange(steps.map((one, at) => (at === index ? { ...one, filters } : one)));
                  }}
                />
              </div>
            )}
          </li>
        ))}
      </ol>
      <div>
        <Button
          icon={<PlusOutlined />}
          disabled={steps.length >= STEPS_MAX}
          onClick={() => {
            onChange([...steps, { event: "", filters: [] }]);
          }}
        >
          {t("funnel.addStep")}
        </Button>
      </div>
    </Flex>
  );
}
