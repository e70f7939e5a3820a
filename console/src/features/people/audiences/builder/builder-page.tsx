/** An audience's rule, built by hand; beside it, who it would be, while one builds. */
import { Alert, Button, Card, Collapse, Flex, Form, Input, Select, Switch } from "antd";
import { useReducer, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { Problem } from "@/api/client";
import { GroupEditor } from "@/features/people/audiences/builder/group-editor";
import { PreviewCard } from "@/features/people/audiences/builder/preview-card";
import { useWrongPlaces } from "@/features/people/audiences/builder/wrong-places";
import { editRule, unfinished } from "@/features/people/audiences/rules/edit-rule";
import { readRule } from "@/features/people/audiences/rules/read-rule";
import { newGroup, newLeaf, type Group } from "@/features/people/audiences/rules/tree";
import { writeRule } from "@/features/people/audiences/rules/write-rule";
import { useAudience, usePreview, useSaveAudience, type Audience } from "@/features/people/audiences/use-audiences";
import { useTags } from "@/features/people/shared/choices";
import { useDebounced } from "@/lib/use-debounced";
import { useWorkspace } from "@/lib/workspace";
import { JsonView } from "@/ui/json-view";
import { Page } from "@/ui/page";
import "@/ui/people.css";
import { Failure, Waiting } from "@/ui/states";

const STILL_MS = 600;
const NAME_MAX = 120;
const DESCRIPTION_MAX = 500;

export function Component() {
  const { audienceId } = useParams();
  // Loaded once: what somebody else changes meanwhile must not overwrite what is being written here.
  const audience = useAudience(audienceId, false);
  if (audience.isError) return <Failure error={audience.error} onRetry={() => void audience.refetch()} />;
  if (audienceId && !audience.data) return <Waiting rows={10} />;
  return <Builder key={audienceId ?? "new"} audience={audience.data} />;
}

/** How a new rule begins: with one condition to fill in. */
function startingTree(audience: Audience | undefined): Group {
  return audience ? readRule(audience.rule) : newGroup("all", [newLeaf("did")]);
}

function Builder({ audience: found }: { audience: Audience | undefined }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const navigate = useNavigate();
  const [audience] = useState(found);
  const [tree, act] = useReducer(editRule, audience, startingTree);
  const [name, setName] = useState(audience?.name ?? "");
  const [description, setDescription] = useState(audience?.description ?? "");
  const [tag, setTag] = useState(audience?.tag_id ?? null);
  const [isAnnounced, setAnnounced] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const tags = useTags();
  const save = useSaveAudience(audience?.id, audience?.version);

  const written = writeRule(tree);
  const missing = unfinished(tree);
  const rule = useDebounced(missing.length === 0 ? JSON.stringify(written.rule) : "", STILL_MS);
  const preview = usePreview(rule);
  // What the server marked is true of the rule it was asked about, not of what was changed since.
  const isCurrent = rule === JSON.stringify(written.rule);
  const wrong = useWrongPlaces(written, [isCurrent ? preview.error : null, save.isError && isCurrent ? save.error : null]);
  const isNameless = isAsked && name.trim() === "";

  const submit = () => {
    setAsked(true);
    if (name.trim() === "" || missing.length > 0) return;
    save.mutate(
      { name: name.trim(), description: description.trim(), rule: written.rule, tag_id: tag, announce: isAnnounced },
      { onSuccess: (made) => void navigate(`/w/${id}/audiences/${made.id}`) },
    );
  };
  return (
    <Page
      title={audience ? t("builder.edit", { name: audience.name }) : t("builder.new")}
      actions={
        <>
          <Button onClick={() => void navigate(audience ? `/w/${id}/audiences/${audience.id}` : `/w/${id}/audiences`)}>
            {t("action.cancel")}
          </Button>
          <Button type="primary" loading={save.isPending} onClick={submit}>
            {t("builder.save")}
          </Button>
        </>
      }
    >
      {save.isError && wrong.size === 0 && <SaveFailure error={save.error} />}
      <div className="builder-grid">
        <Flex vertical gap={16} style={{ minWidth: 0 }}>
          <Card>
            <Form layout="vertical" component="div">
              <Form.Item label={t("audiences.name")} htmlFor="audience-name" validateStatus={isNameless ? "error" : ""}>
                <Input
                  id="audience-name"
                  autoFocus={!audience}
                  maxLength={NAME_MAX}
                  placeholder={t("audiences.nameExample")}
                  value={name}
                  onChange={(event) => { setName(event.target.value); }}
                />
              </Form.Item>
              <Form.Item label={t("audiences.description")} htmlFor="audience-description" style={{ marginBottom: 0 }}>
                <Input
                  id="audience-description"
                  maxLength={DESCRIPTION_MAX}
                  value={description}
                  onChange={(event) => { setDescription(event.target.value); }}
                />
              </Form.Item>
            </Form>
          </Card>
          <Card title={t("builder.rule")}>
            {isAsked && missing.length > 0 && (
              <Alert type="warning" showIcon title={t("builder.wait")} style={{ marginBottom: 12 }} />
            )}
            <GroupEditor group={tree} act={act} wrong={wrong} />
          </Card>
          <Card>
            <Flex vertical gap={16}>
              <div>
                <div className="field-label">{t("builder.tag")}</div>
                <Select
                  allowClear
                  showSearch={{ optionFilterProp: "label" }}
                  aria-label={t("builder.tag")}
                  placeholder={t("builder.noTag")}
                  value={tag}
                  options={tags.data?.items.map((one) => ({ value: one.id, label: one.name }))}
                  onChange={(next: string | undefined) => { setTag(next ?? null); }}
                  style={{ width: 280, maxWidth: "100%" }}
                />
                <div className="soft option-hint">{t("builder.tagHint")}</div>
              </div>
              <div>
                <Flex gap={8} align="center">
                  <Switch id="announce" checked={isAnnounced} onChange={setAnnounced} aria-label={t("builder.announce")} />
                  <label htmlFor="announce">{t("builder.announce")}</label>
                </Flex>
                <div className="soft option-hint">{t("builder.announceHint")}</div>
              </div>
            </Flex>
          </Card>
          <Collapse
            size="small"
            items={[{ key: "json", label: t("builder.json"), children: <JsonView value={written.rule} label={t("builder.json")} /> }]}
          />
        </Flex>
        <div className="builder-side">
          <PreviewCard preview={preview} isWaiting={missing.length > 0} wrongPlaces={wrong.size} isStale={!isCurrent} />
        </div>
      </div>
    </Page>
  );
}

function SaveFailure({ error }: { error: unknown }) {
  const { t } = useTranslation("audiences");
  if (error instanceof Problem && error.status === 409) return <Alert type="error" showIcon title={t("builder.conflict")} />;
  return <Failure error={error} />;
}
