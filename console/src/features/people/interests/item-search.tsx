/** Finding a node to begin at, by name or id. */
import { Flex, Select, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf, KINDS, useFound, type Item, type Kind } from "@/features/people/interests/interests";
import { useKindWord, useNameOf } from "@/features/people/interests/naming";
import { useDebounced } from "@/lib/use-debounced";

const STILL_MS = 250;

export function ItemSearch({ onPick }: { onPick: (item: Item) => void }) {
  const { t } = useTranslation("interests");
  const nameOf = useNameOf();
  const kindWord = useKindWord();
  const [text, setText] = useState("");
  const [kind, setKind] = useState<Kind>();
  const found = useFound(useDebounced(text.trim(), STILL_MS), kind);
  const items = found.data?.items ?? [];
  return (
    <Flex wrap gap={8} className="interest-find">
      <Select<Kind>
        className="interest-kind"
        allowClear
        aria-label={t("interests.ofKind")}
        placeholder={t("interests.anyKind")}
        value={kind ?? null}
        options={KINDS.map((one) => ({ value: one, label: kindWord(one, true) }))}
        onChange={(next: Kind | undefined) => {
          setKind(next);
        }}
      />
      <Select<string>
        className="interest-search"
        showSearch={{ filterOption: false, searchValue: text, onSearch: setText }}
        aria-label={t("interests.search")}
        placeholder={t("interests.search")}
        loading={found.isFetching}
        value={null}
        notFoundContent={found.isPending ? null : t("interests.searchNone")}
        options={items.map((item) => ({
          value: keyOf(item),
          label: (
            <>
              <Tag>{kindWord(item.kind)}</Tag>
              {nameOf(item)}
            </>
          ),
        }))}
        onChange={(key: string) => {
          const item = items.find((one) => keyOf(one) === key);
          if (!item) return;
          setText("");
          onPick(item);
        }}
      />
    </Flex>
  );
}
