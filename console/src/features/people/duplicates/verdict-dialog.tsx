/** Asks why before a verdict is kept, and says what it will change. */
import { App, Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { useDecide, type Suggestion, type Verdict } from "@/features/people/duplicates/use-duplicates";
import { Failure } from "@/ui/states";

interface VerdictDialogProps {
  suggestion: Suggestion;
  verdict: Verdict;
  onClose: () => void;
}

const REASON_LENGTH_MAX = 500;

export function VerdictDialog({ suggestion, verdict, onClose }: VerdictDialogProps) {
  const { t } = useTranslation("duplicates");
  const { message } = App.useApp();
  const decide = useDecide();
  const [form] = Form.useForm<{ reason: string }>();
  const isMerge = verdict === "same" && suggestion.kind === "duplicate";
  const isHome = suggestion.kind === "household";
  const title = isMerge
    ? t("duplicates.mergeTitle")
    : verdict === "same"
      ? t("duplicates.homeTitle")
      : t("duplicates.rejectTitle");
  const yes = verdict === "same" ? (isHome ? "sameHome" : "same") : isHome ? "differentHome" : "different";
  return (
    <Modal
      open
      title={title}
      okText={t(`duplicates.${yes}`)}
      cancelText={t("action.cancel")}
      okButtonProps={{ loading: decide.isPending }}
      onCancel={onClose}
      onOk={() => {
        form.submit();
      }}
    >
      {isMerge && <p>{t("duplicates.mergeHint")}</p>}
      <Form
        form={form}
        layout="vertical"
        onFinish={({ reason }) => {
          decide.mutate(
            { suggestion: suggestion.id, verdict, reason },
            {
              onSuccess: () => {
                void message.success(t(isMerge ? "duplicates.merged" : "duplicates.noted"));
                onClose();
              },
            },
          );
        }}
      >
        <Form.Item
          name="reason"
          label={t("duplicates.reason")}
          extra={t("duplicates.reasonHint")}
          rules={[{ required: true, whitespace: true, message: t("duplicates.reasonHint") }]}
        >
          <Input autoFocus maxLength={REASON_LENGTH_MAX} />
        </Form.Item>
      </Form>
      {decide.isError && <Failure error={decide.error} />}
    </Modal>
  );
}
