/** Deletes a person: says what will happen, for how many, and wants it typed; there is no way back. */
import { Alert, Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useAskRight } from "@/features/people/rights/use-rights";
import type { Person } from "@/features/people/shared/people";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Failure } from "@/ui/states";
import "@/ui/privacy.css";

const NOTE_MAX = 200;
const FOLLOWS = ["keys", "hidden", "alike", "files", "told", "stays", "receipt"] as const;

interface Draft {
  note: string;
  typed: string;
}

export default function DeletionDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useTranslation("rights");
  const { id } = useWorkspace();
  const format = useFormat();
  const navigate = useNavigate();
  const [form] = Form.useForm<Draft>();
  const typed = (Form.useWatch("typed", form) as string | undefined) ?? "";
  const ask = useAskRight(person.person);
  const word = t("deletion.word");
  const send = ({ note }: Draft) => {
    ask.mutate(
      { kind: "deletion", note: note.trim() },
      // The person's page is gone with the person; the request stays, with its steps and its receipt.
      { onSuccess: (request) => void navigate(`/w/${id}/rights?request=${request.id}`) },
    );
  };
  return (
    <Modal
      open
      title={t("deletion.title")}
      okText={t("deletion.delete")}
      okButtonProps={{ danger: true, disabled: typed.trim().toLowerCase() !== word.toLowerCase() }}
      confirmLoading={ask.isPending}
      onCancel={onClose}
      onOk={form.submit}
    >
      <p className="section-name">{t("deletion.preview")}</p>
      <p>
        {t("deletion.howMuch", {
          identifiers: format.count(person.identifiers.length), events: format.count(person.sums.events),
          traits: format.count(person.traits.length), orders: format.count(person.sums.orders),
        })}
      </p>
      <ul className="consequences">
        {FOLLOWS.map((one) => (
          <li key={one}>{t(`deletion.${one}`)}</li>
        ))}
      </ul>
      <Alert type="warning" showIcon title={t("deletion.noUndo")} style={{ margin: "16px 0" }} />
      <Form<Draft> form={form} layout="vertical" requiredMark={false} initialValues={{ note: "", typed: "" }} onFinish={send}>
        <Form.Item name="note" label={t("rights.note")}>
          <Input.TextArea autoSize={{ minRows: 1, maxRows: 4 }} maxLength={NOTE_MAX} placeholder={t("rights.noteExample")} />
        </Form.Item>
        <Form.Item name="typed" label={t("deletion.type", { word })}>
          <Input autoComplete="off" />
        </Form.Item>
        {ask.isError && <Failure error={ask.error} />}
      </Form>
    </Modal>
  );
}
