/** Takes down a request for access, a correction, or a word about automated decisions. */
import { App, AutoComplete, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useAskRight, type RightKind } from "@/features/people/rights/use-rights";
import type { Person } from "@/features/people/shared/people";
import { useFormat } from "@/lib/use-format";
import { FormDialog } from "@/ui/form-dialog";

const NOTE_MAX = 200;
const TRAIT_MAX = 128;
const VALUE_MAX = 2_000;

interface Draft {
  note: string;
  trait?: string;
  value?: string;
}

interface AskDialogProps {
  person: Person;
  kind: Exclude<RightKind, "deletion">;
  onClose: () => void;
}

export default function AskDialog({ person, kind, onClose }: AskDialogProps) {
  const { t } = useTranslation("rights");
  const { message } = App.useApp();
  const format = useFormat();
  const ask = useAskRight(person.person);
  const told = person.traits.filter((trait) => !trait.is_computed);
  const send = ({ note, trait, value }: Draft) => {
    const correction = kind === "correction" && trait ? { trait, value: value ?? "" } : null;
    ask.mutate(
      { kind, note: note.trim(), correction },
      {
        onSuccess: () => {
          void message.success(t("rights.taken"));
          onClose();
        },
      },
    );
  };
  return (
    <FormDialog<Draft>
      title={t(`rightKind.${kind}`)}
      okText={t("rights.takeDown")}
      work={ask}
      initialValues={{ note: "" }}
      before={<p>{t(`rightHint.${kind}`)}</p>}
      onSend={send}
      onClose={onClose}
    >
      {kind === "correction" && (
        <>
          <Form.Item name="trait" label={t("rights.trait")} rules={[{ required: true, whitespace: true, max: TRAIT_MAX }]}>
            <AutoComplete
              options={told.map((trait) => {
                const label = (format.language === "zh" ? trait.label_zh : trait.label_en) ?? trait.name;
                return { value: trait.name, label: label === trait.name ? label : `${label} · ${trait.name}` };
              })}
            />
          </Form.Item>
          <Form.Item name="value" label={t("rights.value")} rules={[{ required: true, max: VALUE_MAX }]}>
            <Input autoComplete="off" />
          </Form.Item>
        </>
      )}
      <Form.Item name="note" label={t("rights.note")} extra={t("rights.noteHint")}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 4 }} maxLength={NOTE_MAX} placeholder={t("rights.noteExample")} />
      </Form.Item>
    </FormDialog>
  );
}
