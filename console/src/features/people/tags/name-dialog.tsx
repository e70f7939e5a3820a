/** Naming a group or a tag, a new one or one that is there. */
import { Checkbox, Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { useTagWork, type GroupDraft } from "@/features/people/tags/use-tag-work";

const NAME_LENGTH_MAX = 100;

export type Naming =
  | { act: "group" }
  | { act: "tag" | "rename-group"; group: Schema["TagGroup"] }
  | { act: "rename-tag"; tag: Schema["Tag"] };

const TITLES = {
  group: "tagWords.newGroup",
  tag: "tagWords.newTag",
  "rename-group": "tagWords.rename",
  "rename-tag": "tagWords.rename",
} as const;

function nameOf(naming: Naming): string {
  if ("tag" in naming) return naming.tag.name;
  return naming.act === "rename-group" ? naming.group.name : "";
}

export function NameDialog({ naming, onClose }: { naming: Naming; onClose: () => void }) {
  const { t } = useTranslation("levels");
  const [form] = Form.useForm<GroupDraft>();
  const work = useTagWork();
  const isNew = naming.act === "group" || naming.act === "tag";
  const save = (draft: GroupDraft) => {
    const then = { onSuccess: onClose };
    if ("tag" in naming) work.renameTag.mutate({ tag: naming.tag.id, name: draft.name }, then);
    else if (naming.act === "group") work.makeGroup.mutate(draft, then);
    else if (naming.act === "tag") work.makeTag.mutate({ group: naming.group.id, name: draft.name }, then);
    else work.renameGroup.mutate({ group: naming.group.id, name: draft.name }, then);
  };
  return (
    <Modal
      open
      title={t(TITLES[naming.act])}
      okText={isNew ? t("tagWords.make") : t("levels.save")}
      confirmLoading={[work.makeGroup, work.makeTag, work.renameGroup, work.renameTag].some((one) => one.isPending)}
      onCancel={onClose}
      onOk={() => { form.submit(); }}
    >
      <Form<GroupDraft>
        form={form}
        layout="vertical"
        initialValues={{ name: nameOf(naming), is_exclusive: false, is_locked: false }}
        onFinish={save}
      >
        <Form.Item name="name" label={t("tagWords.name")} rules={[{ required: true, whitespace: true }]}>
          <Input maxLength={NAME_LENGTH_MAX} autoFocus />
        </Form.Item>
        {naming.act === "group" && (
          <>
            <Form.Item name="is_exclusive" valuePropName="checked" extra={t("tagWords.exclusiveHint")}>
              <Checkbox>{t("tagWords.exclusive")}</Checkbox>
            </Form.Item>
            <Form.Item name="is_locked" valuePropName="checked" extra={t("tagWords.lockedHint")}>
              <Checkbox>{t("tagWords.locked")}</Checkbox>
            </Form.Item>
          </>
        )}
      </Form>
    </Modal>
  );
}
