/** The pages that work today, in the order of the loop; the navigation and the search read this. */
import {
  ApiOutlined, AuditOutlined, BarChartOutlined, ContactsOutlined, DashboardOutlined, ExportOutlined, FileAddOutlined, FilterOutlined,
  KeyOutlined, LineChartOutlined, SafetyOutlined, SettingOutlined, ShareAltOutlined, TeamOutlined, ThunderboltOutlined,
  StopOutlined, TagsOutlined, UserOutlined, UserSwitchOutlined, WarningOutlined,
  IdcardOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { mayAs, type Policy, type Role } from "@/lib/workspace";

export const PLACES = [
  { path: "overview", word: "nav.overview", icon: <DashboardOutlined />, chord: "g o" },
  { path: "people", word: "nav.everybody", icon: <ContactsOutlined />, group: "people", chord: "g p", needs: "people:read" },
  { path: "audiences", word: "nav.audiences", icon: <TeamOutlined />, group: "people", chord: "g a" },
  { path: "levels", word: "nav.levels", icon: <BarChartOutlined />, group: "people" },
  { path: "tags", word: "nav.tags", icon: <TagsOutlined />, group: "people", needs: "people:read" },
  { path: "duplicates", word: "nav.duplicates", icon: <UserSwitchOutlined />, group: "people", needs: "people:read" },
  { path: "interests", word: "nav.interests", icon: <ShareAltOutlined />, group: "people", chord: "g r", needs: "people:read" },
  { path: "traits", word: "nav.traits", icon: <IdcardOutlined />, group: "people", needs: "people:read" },
  { path: "rights", word: "nav.rights", icon: <SafetyOutlined />, group: "people", needs: "privacy:read" },
  { path: "insights/metrics", word: "nav.metrics", icon: <LineChartOutlined />, group: "insights", chord: "g m" },
  { path: "insights/funnel", word: "nav.funnel", icon: <FilterOutlined />, group: "insights", chord: "g f" },
  { path: "data/live", word: "nav.live", icon: <ThunderboltOutlined />, group: "data", chord: "g l", needs: "event:read" },
  { path: "data/sources", word: "nav.sources", icon: <ApiOutlined />, group: "data", chord: "g s" },
  { path: "data/quarantine", word: "nav.quarantine", icon: <WarningOutlined />, group: "data", chord: "g q", needs: "event:read" },
  { path: "data/imports", word: "nav.imports", icon: <FileAddOutlined />, group: "data", chord: "g i", needs: "event:read" },
  { path: "data/exports", word: "nav.exports", icon: <ExportOutlined />, group: "data", chord: "g e", needs: "event:read" },
  { path: "data/blocked-ids", word: "nav.blockedIds", icon: <StopOutlined />, group: "data" },
  { path: "settings/workspace", word: "nav.workspace", icon: <SettingOutlined />, group: "settings" },
  { path: "settings/operators", word: "nav.operators", icon: <TeamOutlined />, group: "settings", needs: "operator:read" },
  { path: "settings/identity", word: "nav.identity", icon: <IdcardOutlined />, group: "settings", needs: "identity:change" },
  { path: "settings/privacy", word: "nav.privacy", icon: <SafetyOutlined />, group: "settings", needs: "privacy:read" },
  { path: "settings/keys", word: "nav.keys", icon: <KeyOutlined />, group: "settings", needs: "key:change" },
  { path: "settings/audit", word: "nav.audit", icon: <AuditOutlined />, group: "settings", needs: "audit:read" },
  { path: "settings/account", word: "nav.account", icon: <UserOutlined />, group: "settings" },
] as const satisfies {
  path: string;
  word: string;
  icon: ReactNode;
  group?: keyof typeof GROUPS;
  chord?: string;
  needs?: Policy;
}[];

export type Place = (typeof PLACES)[number];

/** The headings of the navigation, in the order of the loop. */
export const GROUPS = {
  people: "nav.people",
  insights: "nav.insights",
  data: "nav.data",
  settings: "nav.settings",
} as const;

/** The places that a role may see; what it may not see is not shown closed, but not shown. */
export function placesFor(role: Role): Place[] {
  return PLACES.filter((place) => !("needs" in place) || mayAs(role, place.needs));
}

/** The place an address belongs to: /w/x/data/sources/src_1 belongs to data/sources. */
export function placeAt(pathname: string): Place | undefined {
  const tail = pathname.split("/").slice(3).join("/");
  return PLACES.find((place) => tail === place.path || tail.startsWith(`${place.path}/`));
}
