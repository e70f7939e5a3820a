/** Asks for a grant; somebody else answers it. */
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { MINUTES_USUAL, useGrantWork } from "@/lib/grants";
import { FormDialog } from "@/ui/form-dialog";
import { GrantFields, type GrantDraft } from "@/ui/grant-fields";

export function GrantDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("vault");
  const { message } = App.useApp();
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
    <FormDialog<GrantDraft>
      title={t("grant.ask")}
      okText={t("grant.ask")}
      work={ask}
      initialValues={{ scope: "reveal", purpose: "service", kinds: ["phone"], people_max: 1, minutes: MINUTES_USUAL, ticket: "" }}
      onSend={send}
      onClose={onClose}
    >
      <GrantFields hasScope />
    </FormDialog>
  );
}
