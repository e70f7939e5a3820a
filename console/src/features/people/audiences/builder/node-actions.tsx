/** What can be done with any node of a tree: moved, copied, removed. */
import { CopyOutlined, DeleteOutlined, DownOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Flex } from "antd";
import type { Dispatch, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Act } from "@/features/people/audiences/rules/edit-rule";

export function NodeActions({ id, act, word }: { id: string; act: Dispatch<Act>; word: string }) {
  const { t } = useTranslation("audiences");
  const button = (label: string, icon: ReactNode, deed: Act) => (
    <Button
      type="text"
      size="small"
      icon={icon}
      title={label}
      aria-label={label}
      onClick={() => {
        act(deed);
      }}
    />
  );
  return (
    <Flex className="rule-actions">
      {button(t("builder.up"), <UpOutlined />, { act: "move", id, by: -1 })}
      {button(t("builder.down"), <DownOutlined />, { act: "move", id, by: 1 })}
      {button(t("builder.copy"), <CopyOutlined />, { act: "copy", id })}
      {button(word, <DeleteOutlined />, { act: "remove", id })}
    </Flex>
  );
}
