/** A person's tags, given and taken here. */
import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Dropdown, Flex, Tag, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { api, body, done } from "@/api/client";
import { useTagGroups, useTags } from "@/features/people/shared/choices";
import { useMay, useWorkspace } from "@/lib/workspace";
import { useProblemMessage } from "@/ui/states";

const PATH = "/api/v1/workspaces/{workspace_id}/people/{person_id}/tags";

function usePersonTags(person: string) {
  const { id } = useWorkspace();
  const queries = useQueryClient();
  const tell = useProblemMessage();
  const key = ["person", id, person, "tags"];
  const path = { workspace_id: id, person_id: person };
  const held = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => body(api.GET(PATH, { params: { path }, signal })),
  });
  const refresh = () =>
    Promise.all([queries.invalidateQueries({ queryKey: key }), queries.invalidateQueries({ queryKey: ["people", id] })]);
  const give = useMutation({
    mutationFn: (tag: string) => done(api.POST(PATH, { params: { path }, body: { tag_id: tag, reason: "" } })),
    onSuccess: refresh,
    onError: tell,
  });
  const take = useMutation({
    mutationFn: (tag: string) =>
      done(api.DELETE(`${PATH}/{tag_id}`, { params: { path: { ...path, tag_id: tag } } })),
    onSuccess: refresh,
    onError: tell,
  });
  return { held, give, take };
}

export function PersonTags({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const mayChange = useMay("people:change");
  const tags = useTags(mayChange);
  const { held, give, take } = usePersonTags(person);
  const groups = useTagGroups(mayChange);
  const items = held.data?.tags ?? [];
  const isHeld = new Set(items.map((tag) => tag.tag_id));
  const locked = new Set(groups.data?.items.filter((group) => group.is_locked).map((group) => group.id));
  const free = (tags.data?.items ?? []).filter((tag) => !isHeld.has(tag.id) && !locked.has(tag.group_id));
  return (
    <Flex wrap gap={4} align="center" style={{ minHeight: 24 }}>
      {items.map((tag) => (
        <Tooltip key={tag.tag_id} title={tag.is_locked ? t("person.lockedTag") : tag.group_name}>
          <Tag
            closable={mayChange && !tag.is_locked && { "aria-label": t("person.removeTag", { name: tag.name }) }}
            onClose={(event) => {
              event.preventDefault();
              take.mutate(tag.tag_id);
            }}
          >
            {tag.name}
          </Tag>
        </Tooltip>
      ))}
      {mayChange && (
        <Dropdown
          trigger={["click"]}
          menu={{
            items:
              free.length > 0
                ? free.map((tag) => ({ key: tag.id, label: tag.name }))
                : [{ key: "", disabled: true, label: t("person.noTags") }],
            onClick: ({ key }) => {
              give.mutate(key);
            },
            style: { maxHeight: 320, overflowY: "auto" },
          }}
        >
          <Button size="small" type="dashed" icon={<PlusOutlined />} loading={give.isPending}>
            {t("person.addTag")}
          </Button>
        </Dropdown>
      )}
    </Flex>
  );
}
