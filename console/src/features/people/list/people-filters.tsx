/** Who is listed: kept in the address, except what is sought, which may be somebody's name or number. */
import { SearchOutlined } from "@ant-design/icons";
import { Flex, Input, Select } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAudienceChoices, useTags } from "@/features/people/shared/choices";
import { ORDERS, type Order, type PeopleAsk } from "@/features/people/shared/people";
import { STAGES } from "@/features/people/shared/stages";
import { useWord } from "@/features/people/shared/words";
import { lastSought, rememberSought } from "@/lib/people-search";
import { useAddress } from "@/lib/use-address";
import { useDebounced } from "@/lib/use-debounced";
import { useWorkspace } from "@/lib/workspace";

const STILL_MS = 350;

export type PeopleChange = Partial<Record<"stage" | "tag" | "audience" | "order" | "search", string | undefined>>;

/** What the address asks for, and what is sought. */
export function usePeopleAsk(): [PeopleAsk, (change: PeopleChange) => void] {
  const { id } = useWorkspace();
  const [get, set] = useAddress();
  const [search, setSearch] = useState(() => lastSought(id));
  const ask = {
    search,
    stage: STAGES.find((one) => one === get("stage")),
    tag: get("tag"),
    audience: get("audience"),
    order: ORDERS.find((one) => one === get("order")) ?? "last_seen",
  };
  const change = ({ search: next, ...filters }: PeopleChange) => {
    if (next !== undefined) {
      rememberSought(id, next);
      setSearch(next);
    }
    if (Object.keys(filters).length > 0) set(filters);
  };
  return [ask, change];
}

interface PeopleFiltersProps {
  ask: PeopleAsk;
  onChange: (change: PeopleChange) => void;
}

export function PeopleFilters({ ask, onChange }: PeopleFiltersProps) {
  const { t } = useTranslation("people");
  const word = useWord();
  const tags = useTags();
  const audiences = useAudienceChoices();
  return (
    <Flex wrap gap={8} align="center" className="people-filters">
      <SearchField key={ask.search ? "some" : "none"} value={ask.search} onChange={(search) => { onChange({ search }); }} />
      <Select
        allowClear
        aria-label={t("people.stage")}
        placeholder={t("people.anyStage")}
        value={ask.stage ?? null}
        options={STAGES.map((stage) => ({ value: stage as string, label: word("stage", stage) }))}
        onChange={(stage: string | null) => { onChange({ stage: stage ?? undefined }); }}
        className="people-filter"
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("people.tag")}
        placeholder={t("people.anyTag")}
        value={ask.tag ?? null}
        loading={tags.isPending}
        notFoundContent={t("person.noTags")}
        options={tags.data?.items.map((tag) => ({ value: tag.id, label: tag.name }))}
        onChange={(tag: string | null) => { onChange({ tag: tag ?? undefined }); }}
        className="people-filter"
      />
      <Select
        allowClear
        showSearch={{ optionFilterProp: "label" }}
        aria-label={t("people.audience")}
        placeholder={t("people.anyAudience")}
        value={ask.audience ?? null}
        loading={audiences.isPending}
        options={audiences.data?.items.map((one) => ({ value: one.id, label: one.name }))}
        onChange={(audience: string | null) => { onChange({ audience: audience ?? undefined }); }}
        className="people-filter"
      />
      <Select<Order>
        aria-label={t("people.order")}
        value={ask.order}
        options={ORDERS.map((order) => ({ value: order, label: t(`peopleOrder.${order}`) }))}
        onChange={(order) => { onChange({ order }); }}
        className="people-filter"
      />
    </Flex>
  );
}

/** Asks only when the reader has stopped writing. */
function SearchField({ value, onChange }: { value: string; onChange: (sought: string) => void }) {
  const { t } = useTranslation("people");
  const [draft, setDraft] = useState(value);
  const still = useDebounced(draft, STILL_MS);
  useEffect(() => {
    if (still.trim() !== value) onChange(still.trim());
    // Only what the reader wrote moves the search, never the other way.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [still]);
  return (
    <Input
      allowClear
      autoFocus={value !== ""}
      prefix={<SearchOutlined className="soft" />}
      aria-label={t("people.search")}
      placeholder={t("people.search")}
      title={t("people.searchHint")}
      value={draft}
      onChange={(event) => { setDraft(event.target.value); }}
      className="people-search"
    />
  );
}
