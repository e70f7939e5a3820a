/** Adds identifiers to those that stand for nobody. */
import { App, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { readIds } from "@/features/collect/blocked/read-ids";
import { useChangeBlocked } from "@/features/collect/blocked/use-blocked";
import { useFormat } from "@/lib/use-format";
import { FormDialog } from "@/ui/form-dialog";

const LENGTH_MAX = 256;

interface Draft {
  ids: string;
}

export function BlockDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("blocked");
  const { message } = App.useApp();
  const format = useFormat();
  const change = useChangeBlocked();
  const send = ({ ids }: Draft) => {
    const added = readIds(ids);
    change.mutate((values) => [...new Set([...values, ...added])], {
      onSuccess: () => {
        void message.success(t("blocked.added", { shown: format.count(added.length) }));
        onClose();
      },
    });
  };
  return (
    <FormDialog<Draft> title={t("blocked.add")} okText={t("blocked.block")} work={change} onSend={send} onClose={onClose}>
      <Form.Item
        name="ids"
        label={t("blocked.ids")}
        extra={t("blocked.idsHint")}
        rules={[
          { required: true, whitespace: true, message: t("blocked.needed") },
          {
            validator: (_, text: string | undefined) =>
              readIds(text ?? "").some((one) => one.length > LENGTH_MAX)
                ? Promise.reject(new Error(t("blocked.tooLong", { shown: format.count(LENGTH_MAX) })))
                : Promise.resolve(),
          },
        ]}
      >
        <Input.TextArea autoFocus autoSize={{ minRows: 3, maxRows: 10 }} className="mono" placeholder={"test-user\n00000000000"} />
      </Form.Item>
      <p className="soft">{t("blocked.addHint")}</p>
    </FormDialog>
  );
}
