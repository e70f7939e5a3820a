/** A group of conditions, and the groups within it. */
import { PlusOutlined, SubnodeOutlined } from "@ant-design/icons";
import { Button, Dropdown, Flex, Select } from "antd";
import type { Dispatch } from "react";
import { useTranslation } from "react-i18next";
import { useKindMenu } from "@/features/people/audiences/builder/kinds";
import { LeafEditor } from "@/features/people/audiences/builder/leaf-editor";
import { NodeActions } from "@/features/people/audiences/builder/node-actions";
import type { Act } from "@/features/people/audiences/rules/edit-rule";
import { isGroup, type FactKind, type Group, type Node } from "@/features/people/audiences/rules/tree";

export interface EditorProps {
  act: Dispatch<Act>;
  /** What is wrong with a node, by its name. */
  wrong: ReadonlyMap<string, string>;
}

interface GroupEditorProps extends EditorProps {
  group: Group;
  depth?: number;
}

const MATCHES = ["all", "any", "notAll", "notAny"] as const;
type Match = (typeof MATCHES)[number];

function matchOf({ match, isNot }: Group): Match {
  if (match === "all") return isNot ? "notAll" : "all";
  return isNot ? "notAny" : "any";
}

export function GroupEditor({ group, depth = 0, act, wrong }: GroupEditorProps) {
  const { t } = useTranslation("audiences");
  const kinds = useKindMenu();
  const problem = wrong.get(group.id);
  const change = (next: Match) => {
    const match = next === "all" || next === "notAll" ? "all" : "any";
    if (match !== group.match) act({ act: "match", id: group.id, match });
    if ((next === "notAll" || next === "notAny") !== group.isNot) act({ act: "not", id: group.id });
  };
  return (
    <div className={depth === 0 ? "rule-group" : "rule-group inner"}>
      <Flex gap={8} align="center" justify="space-between" wrap>
        <Select<Match>
          aria-label={t("builder.match")}
          value={matchOf(group)}
          options={MATCHES.map((one) => ({ value: one, label: t(`builder.${one}`) }))}
          onChange={change}
          className="rule-match"
        />
        {depth > 0 && <NodeActions id={group.id} act={act} word={t("builder.removeGroup")} />}
      </Flex>
      {problem && <div className="rule-problem" role="alert">{problem}</div>}
      {group.rules.length === 0 && (
        <div className="soft small">{group.match === "all" ? t("builder.empty") : t("builder.emptyAny")}</div>
      )}
      <ol className="rule-list">
        {group.rules.map((node, index) => (
          <li key={node.id}>
            {index > 0 && <span className="rule-join">{group.match === "all" ? t("builder.and") : t("builder.or")}</span>}
            <NodeEditor node={node} depth={depth} act={act} wrong={wrong} />
          </li>
        ))}
      </ol>
      <Flex gap={8} wrap>
        <Dropdown
          trigger={["click"]}
          menu={{
            items: kinds,
            onClick: ({ key }) => {
              act({ act: "add", to: group.id, kind: key as FactKind });
            },
          }}
        >
          <Button icon={<PlusOutlined />}>{t("builder.add")}</Button>
        </Dropdown>
        <Button
          type="text"
          icon={<SubnodeOutlined />}
          onClick={() => {
            act({ act: "add_group", to: group.id });
          }}
        >
          {t("builder.addGroup")}
        </Button>
      </Flex>
    </div>
  );
}

function NodeEditor({ node, depth, act, wrong }: EditorProps & { node: Node; depth: number }) {
  if (isGroup(node)) return <GroupEditor group={node} depth={depth + 1} act={act} wrong={wrong} />;
  return <LeafEditor leaf={node} act={act} problem={wrong.get(node.id)} />;
}
