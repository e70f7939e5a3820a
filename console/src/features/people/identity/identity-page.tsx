/** What identifies a person here, how strongly, and what was refused; changes are previewed first. */
import { Alert, App, Button, Card, Flex, Modal } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { KindDialog } from "@/features/people/identity/kind-dialog";
import { KindTable } from "@/features/people/identity/kind-table";
import { RefusalsCard } from "@/features/people/identity/refusals-card";
import { RulesPreview } from "@/features/people/identity/rules-preview";
import { kindAsk, useRules, useRulesPreview, useSaveRules, type Kind } from "@/features/people/identity/use-rules";
import { useMay } from "@/lib/workspace";
import { Page } from "@/ui/page";
import "@/ui/people.css";
import { Failure, Nothing, Waiting } from "@/ui/states";

export function Component() {
  const { t } = useTranslation("identity");
  const mayChange = useMay("identity:change");
  const rules = useRules(mayChange);
  if (!mayChange) {
    return (
      <Page title={t("nav.identity")} hint={t("identityRules.hint")}>
        <Card>
          <Nothing title={t("identityRules.onlyOwner")} />
        </Card>
      </Page>
    );
  }
  if (rules.isError) return <Failure error={rules.error} onRetry={() => void rules.refetch()} />;
  if (!rules.data) return <Waiting rows={10} />;
  // What is saved begins the page anew; what is being changed lives only here.
  return <Rules key={rules.dataUpdatedAt} kinds={rules.data.kinds} />;
}

function Rules({ kinds }: { kinds: Kind[] }) {
  const { t } = useTranslation("identity");
  const [draft, setDraft] = useState(kinds);
  const [edited, setEdited] = useState<Kind | "new">();
  const [isReviewing, setReviewing] = useState(false);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(kinds);
  const keep = (kind: Kind) => {
    const isKnown = draft.some((one) => one.name === kind.name);
    const next = isKnown ? draft.map((one) => (one.name === kind.name ? kind : one)) : [...draft, kind];
    setDraft(next.sort((a, b) => a.priority - b.priority));
    setEdited(undefined);
  };
  return (
    <Page
      title={t("nav.identity")}
      hint={t("identityRules.hint")}
      actions={
        <>
          <Button onClick={() => { setEdited("new"); }}>{t("identityRules.newKind")}</Button>
          <Button disabled={!isChanged} onClick={() => { setDraft(kinds); }}>{t("identityRules.undo")}</Button>
          <Button type="primary" disabled={!isChanged} onClick={() => { setReviewing(true); }}>
            {t("identityRules.review")}
          </Button>
        </>
      }
    >
      {isChanged && <Alert type="warning" showIcon title={t("identityRules.unsaved")} />}
      <Card title={t("identityRules.kinds")} styles={{ body: { padding: 0 } }}>
        <KindTable
          kinds={draft}
          saved={kinds}
          onEdit={setEdited}
          onRemove={(name) => { setDraft(draft.filter((one) => one.name !== name)); }}
        />
      </Card>
      <RefusalsCard kinds={kinds} />
      {edited && <KindDialog kind={edited === "new" ? undefined : edited} taken={draft.map((one) => one.name)} onKeep={keep} onClose={() => { setEdited(undefined); }} />}
      {isReviewing && <ReviewDialog draft={draft} onClose={() => { setReviewing(false); }} />}
    </Page>
  );
}

function ReviewDialog({ draft, onClose }: { draft: Kind[]; onClose: () => void }) {
  const { t } = useTranslation("identity");
  const { message } = App.useApp();
  const preview = useRulesPreview();
  const save = useSaveRules();
  const asked = draft.map(kindAsk);
  const { mutate } = preview;
  useEffect(() => {
    mutate(draft.map(kindAsk));
  }, [mutate, draft]);
  return (
    <Modal
      open
      title={t("identityRules.reviewTitle")}
      onCancel={onClose}
      okText={t("identityRules.save")}
      okButtonProps={{ disabled: !preview.data }}
      confirmLoading={save.isPending}
      onOk={() => {
        save.mutate(asked, {
          onSuccess: () => {
            void message.success(t("identityRules.saved"));
            onClose();
          },
        });
      }}
    >
      <Flex vertical gap={16}>
        {preview.isError && <Failure error={preview.error} onRetry={() => { mutate(asked); }} />}
        {preview.isPending && <Waiting rows={4} />}
        {preview.data && <RulesPreview preview={preview.data} />}
        {save.isError && <Failure error={save.error} />}
      </Flex>
    </Modal>
  );
}
