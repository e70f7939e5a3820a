/** One condition: its kind, its fields, whether it is turned around, and what is wrong with it. */
import { Button, Flex, Select, Tag } from "antd";
import type { Dispatch } from "react";
import { useTranslation } from "react-i18next";
import { BelongsFields, ConsentFields, LevelFields, SampleFields, ScoreFields, StageFields, TagFields } from "@/features/people/audiences/builder/choice-fields";
import { DidFields, DidNotFields } from "@/features/people/audiences/builder/did-fields";
import type { FieldsProps } from "@/features/people/audiences/builder/fields-props";
import { useKindOptions } from "@/features/people/audiences/builder/kinds";
import { NodeActions } from "@/features/people/audiences/builder/node-actions";
import { SequenceFields } from "@/features/people/audiences/builder/sequence-fields";
import { TraitFields } from "@/features/people/audiences/builder/trait-fields";
import { isWholeFact, type Act } from "@/features/people/audiences/rules/edit-rule";
import type { Fact, FactKind, Leaf } from "@/features/people/audiences/rules/tree";
import { JsonView } from "@/ui/json-view";

interface LeafEditorProps {
  leaf: Leaf;
  act: Dispatch<Act>;
  problem: string | undefined;
}

export function LeafEditor({ leaf, act, problem }: LeafEditorProps) {
  const { t } = useTranslation("audiences");
  const kinds = useKindOptions();
  const { id, fact, isNot } = leaf;
  return (
    <div className={problem ? "rule-leaf wrong" : "rule-leaf"} id={`rule-${id}`}>
      <Flex gap={8} align="flex-start" justify="space-between">
        <Flex gap={8} wrap align="center" style={{ minWidth: 0, flex: 1 }}>
          <Button
            size="small"
            type={isNot ? "primary" : "text"}
            danger={isNot}
            aria-pressed={isNot}
            title={t("builder.notHint")}
            onClick={() => {
              act({ act: "not", id });
            }}
          >
            {t("builder.not")}
          </Button>
          {fact.kind === "foreign" ? (
            <Tag>{t("factKind.foreign")}</Tag>
          ) : (
            <Select<FactKind>
              aria-label={t("builder.kind")}
              value={fact.kind}
              options={kinds}
              popupMatchSelectWidth={false}
              onChange={(kind) => {
                act({ act: "kind", id, kind });
              }}
              className="rule-kind"
            />
          )}
        </Flex>
        <NodeActions id={id} act={act} word={t("builder.remove")} />
      </Flex>
      <FactFields
        fact={fact}
        onChange={(next) => {
          act({ act: "fact", id, fact: next });
        }}
      />
      {problem ? (
        <div className="rule-problem" role="alert">{problem}</div>
      ) : (
        !isWholeFact(fact) && <div className="soft small">{t("builder.unfinished")}</div>
      )}
    </div>
  );
}

function FactFields({ fact, onChange }: FieldsProps<Fact>) {
  const { t } = useTranslation("audiences");
  switch (fact.kind) {
    case "did":
      return <DidFields fact={fact} onChange={onChange} />;
    case "did_not":
      return <DidNotFields fact={fact} onChange={onChange} />;
    case "sequence":
      return <SequenceFields fact={fact} onChange={onChange} />;
    case "trait":
      return <TraitFields fact={fact} onChange={onChange} />;
    case "tag":
      return <TagFields fact={fact} onChange={onChange} />;
    case "level":
      return <LevelFields fact={fact} onChange={onChange} />;
    case "stage":
      return <StageFields fact={fact} onChange={onChange} />;
    case "score":
      return <ScoreFields fact={fact} onChange={onChange} />;
    case "consent":
      return <ConsentFields fact={fact} onChange={onChange} />;
    case "audience":
    case "list":
      return <BelongsFields fact={fact} onChange={onChange} />;
    case "sample":
      return <SampleFields fact={fact} onChange={onChange} />;
    case "foreign":
      return (
        <>
          <div className="soft small">{t("builder.foreign")}</div>
          <JsonView value={fact.json} label={t("builder.json")} />
        </>
      );
  }
}
