/** `/`: pages, people, audiences, event names and sources, one arrow key away. */
import { SearchOutlined, TeamOutlined, ThunderboltOutlined, ApiOutlined, UserOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Input, Modal } from "antd";
import { useState, type KeyboardEvent, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, body } from "@/api/client";
import { placesFor } from "@/app/shell/places";
import { searchPeople } from "@/lib/people-search";
import { useDebounced } from "@/lib/use-debounced";
import { mayAs, useWorkspace } from "@/lib/workspace";

interface Hit {
  key: string;
  icon: ReactNode;
  label: string;
  kind: string;
  to: string;
}

const EACH_MAX = 6;

function matches(text: string, sought: string): boolean {
  return text.toLowerCase().includes(sought.trim().toLowerCase());
}

function useHits(sought: string): Hit[] {
  const { t } = useTranslation();
  const { id, role } = useWorkspace();
  const asked = useDebounced(sought.trim(), 200);
  const path = { workspace_id: id };
  const names = useQuery({
    queryKey: ["event-names", id, asked],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/events/names", { params: { path, query: { q: asked } } })),
    enabled: asked.length > 0,
  });
  const sources = useQuery({
    queryKey: ["sources", id],
    queryFn: () => body(api.GET("/api/v1/workspaces/{workspace_id}/sources", { params: { path } })),
  });
  const people = useQuery({
    queryKey: ["people", id, "search", asked],
    queryFn: ({ signal }) => searchPeople(id, { search: asked, limit: EACH_MAX, order: "last_seen" }, signal),
    enabled: asked.length > 0 && mayAs(role, "people:read"),
  });
  const audiences = useQuery({
    queryKey: ["audiences", id, "search", asked],
    queryFn: () =>
      body(api.GET("/api/v1/workspaces/{workspace_id}/audiences", { params: { path, query: { q: asked, limit: EACH_MAX } } })),
    enabled: asked.length > 0,
  });
  const pages = placesFor(role).map((place) => ({
    key: place.path, icon: place.icon, label: t(place.word), kind: t("search.page"), to: place.path,
  })).filter((hit) => matches(`${hit.label} ${hit.to}`, sought));
  if (!sought.trim()) return pages;
  const events = (names.data?.items ?? []).slice(0, EACH_MAX).map((one) => ({
    key: `event:${one.name}`, icon: <ThunderboltOutlined />, label: one.name, kind: t("search.event"),
    to: `data/live?event=${encodeURIComponent(one.name)}`,
  }));
  const places = (sources.data?.items ?? []).filter((one) => matches(one.name, sought)).slice(0, EACH_MAX);
  return [
    ...pages,
    ...(people.data?.items ?? []).map((one) => ({
      key: one.person, icon: <UserOutlined />, kind: t("nav.people"), to: `people/${one.person}`,
      label: [one.name, one.identifiers[0]?.masked].filter(Boolean).join(" · ") || one.person,
    })),
    ...(audiences.data?.items ?? []).map((one) => ({
      key: one.id, icon: <TeamOutlined />, label: one.name, kind: t("nav.audiences"), to: `audiences/${one.id}`,
    })),
    ...places.map((one) => ({
      key: one.id, icon: <ApiOutlined />, label: one.name, kind: t("search.source"),
      to: `data/sources/${one.id}`,
    })),
    ...events,
  ];
}

export default function SearchDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { id } = useWorkspace();
  const navigate = useNavigate();
  const [sought, setSought] = useState("");
  const [chosen, setChosen] = useState(0);
  const hits = useHits(sought);
  const at = Math.min(chosen, Math.max(hits.length - 1, 0));

  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    onClose();
    void navigate(`/w/${id}/${hit.to}`);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setChosen(Math.min(at + 1, hits.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(at - 1, 0));
    else if (event.key === "Enter") go(hits[at]);
    else return;
    event.preventDefault();
  };

  return (
    <Modal open onCancel={onClose} footer={null} closable={false} aria-label={t("search.title")} style={{ top: 80 }}>
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined />}
        placeholder={t("search.placeholder")}
        aria-label={t("search.title")}
        role="combobox"
        aria-expanded
        aria-controls="search-hits"
        aria-activedescendant={hits[at] ? `hit-${String(at)}` : undefined}
        value={sought}
        onChange={(event) => {
          setSought(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKey}
      />
      <div id="search-hits" role="listbox" className="hits" aria-label={t("search.title")}>
        {hits.map((hit, index) => (
          <div
            key={hit.key}
            id={`hit-${String(index)}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={index === at ? "hit on" : "hit"}
            onMouseMove={() => {
              setChosen(index);
            }}
            onClick={() => {
              go(hit);
            }}
            onKeyDown={onKey}
          >
            {hit.icon}
            <span className="hit-label">{hit.label}</span>
            <span className="soft">{hit.kind}</span>
          </div>
        ))}
        {hits.length === 0 && <div className="hit soft">{t("search.nothing", { sought })}</div>}
      </div>
    </Modal>
  );
}
