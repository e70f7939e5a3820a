/** Declares a computed trait; beside it, how it would lie over the people. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Col, Drawer, Flex, Form, Input, Row, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body, Problem } from "@/api/client";
import { MeasureFields } from "@/features/people/traits/measure-fields";
import { blankTrait, traitAsk, type TraitAsk } from "@/features/people/traits/trait-draft";
import { TraitPreview } from "@/features/people/traits/trait-preview";
import { useWorkspace } from "@/lib/workspace";
import { useIsPhone } from "@/ui/responsive";
import { Failure } from "@/ui/states";

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const LABEL_MAX = 100;
const WIDTH = 880;

export function TraitDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("traits");
  const { id, currency } = useWorkspace();
  const isPhone = useIsPhone();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(() => blankTrait(currency));
  const [isAsked, setAsked] = useState(false);
  const save = useMutation({
    mutationFn: (ask: TraitAsk) =>
      body(api.POST("/api/v1/workspaces/{workspace_id}/traits", { params: { path: { workspace_id: id } }, body: ask })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["traits", id] });
      onClose();
    },
  });
  const ask = traitAsk(draft);
  const isNamed = NAME.test(draft.name);
  const isLabelled = draft.labelZh.trim() !== "" || draft.labelEn.trim() !== "";
  const submit = () => {
    setAsked(true);
    if (ask && isNamed && isLabelled) save.mutate(ask);
  };
  const wrongPlaces = save.error instanceof Problem ? save.error.errors : [];
  return (
    <Drawer
      open
      title={t("traits.new")}
      size={isPhone ? "100%" : WIDTH}
      onClose={onClose}
      footer={
        <Flex gap={8} justify="flex-end">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="primary" loading={save.isPending} disabled={!ask} onClick={submit}>{t("action.create")}</Button>
        </Flex>
      }
    >
      <Row gutter={[24, 16]}>
        <Col xs={24} md={14}>
          <Form layout="vertical" component="div">
            <Form.Item
              label={t("traits.name")}
              htmlFor="trait-name"
              extra={t("traits.nameHint")}
              validateStatus={(isAsked || draft.name !== "") && !isNamed ? "error" : ""}
            >
              <Input
                id="trait-name"
                autoFocus
                className="mono"
                placeholder="orders_90d"
                value={draft.name}
                onChange={(event) => { setDraft({ ...draft, name: event.target.value }); }}
              />
            </Form.Item>
            <Row gutter={8}>
              <Col span={12}>
                <Form.Item label={t("traits.labelZh")} htmlFor="trait-zh" validateStatus={isAsked && !isLabelled ? "error" : ""}>
                  <Input id="trait-zh" maxLength={LABEL_MAX} placeholder={t("traits.exampleZh")} value={draft.labelZh} onChange={(event) => { setDraft({ ...draft, labelZh: event.target.value }); }} />
                </Form.Item>
              </Col>
              <Col span={12}>
                <Form.Item label={t("traits.labelEn")} htmlFor="trait-en" validateStatus={isAsked && !isLabelled ? "error" : ""}>
                  <Input id="trait-en" maxLength={LABEL_MAX} placeholder={t("traits.exampleEn")} value={draft.labelEn} onChange={(event) => { setDraft({ ...draft, labelEn: event.target.value }); }} />
                </Form.Item>
              </Col>
            </Row>
            <MeasureFields draft={draft} onChange={setDraft} />
          </Form>
          {save.isError && wrongPlaces.length === 0 && <Failure error={save.error} />}
          {wrongPlaces.map((one) => (
            <div key={one.pointer} className="rule-problem" role="alert">
              <span className="mono">{one.pointer}</span> {one.detail}
            </div>
          ))}
        </Col>
        <Col xs={24} md={10}>
          <TraitPreview ask={ask} />
        </Col>
      </Row>
    </Drawer>
  );
}
