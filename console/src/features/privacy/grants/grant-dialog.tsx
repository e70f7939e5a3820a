/** Asks for a grant; somebody else answers it. */
import { App, Form, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { MINUTES_USUAL, useGrantWork } from "@/lib/grants";
import { GrantFields, type GrantDraft } from "@/ui/grant-fields";
import { Failure } from "@/ui/states";

export function GrantDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("vault");
  const { message } = App.useApp();
  const [form] = Form.useForm<GrantDraft>();
  const { ask } = useGrantWork();
  const send = (draft: GrantDraft) => {
    ask.mutate(
      draft,
      {
        onSuccess: () => {
          void message.success(t("grant.asked"));
          onClose();
        },
      },
    );
  };
  return (
    <Modal open title={t("grant.ask")} okText={t("grant.ask")} confirmLoading={ask.isPending} onCancel={onClose} onOk={form.submit}>
      <Form<GrantDraft>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ scope: "reveal", purpose: "service", kinds: ["phone"], people_max: 1, minutes: MINUTES_USUAL, ticket: "" }}
        onFinish={send}
      >
        <GrantFields hasScope />
        {ask.isError && <Failure error={ask.error} />}
      </Form>
    </Modal>
  );
}
