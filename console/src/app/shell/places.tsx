/** The pages that work today, in the order of the loop; the navigation and the search read this. */
import {
  ApiOutlined, AuditOutlined, BarChartOutlined, DashboardOutlined, DatabaseOutlined,
  FileAddOutlined, FilterOutlined, KeyOutlined, LineChartOutlined, SettingOutlined,
  TeamOutlined, ThunderboltOutlined, UserOutlined, WarningOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

export const PLACES = [
  { path: "overview", word: "nav.overview", icon: <DashboardOutlined />, chord: "g o" },
  { path: "insights/metrics", word: "nav.metrics", icon: <LineChartOutlined />, group: "insights", chord: "g m" },
  { path: "insights/funnel", word: "nav.funnel", icon: <FilterOutlined />, group: "insights", chord: "g f" },
  { path: "data/live", word: "nav.live", icon: <ThunderboltOutlined />, group: "data", chord: "g l" },
  { path: "data/sources", word: "nav.sources", icon: <ApiOutlined />, group: "data", chord: "g s" },
  { path: "data/quarantine", word: "nav.quarantine", icon: <WarningOutlined />, group: "data", chord: "g q" },
  { path: "data/imports", word: "nav.imports", icon: <FileAddOutlined />, group: "data", chord: "g i" },
  { path: "settings/workspace", word: "nav.workspace", icon: <SettingOutlined />, group: "settings" },
  { path: "settings/operators", word: "nav.operators", icon: <TeamOutlined />, group: "settings" },
  { path: "settings/keys", word: "nav.keys", icon: <KeyOutlined />, group: "settings" },
  { path: "settings/audit", word: "nav.audit", icon: <AuditOutlined />, group: "settings" },
  { path: "settings/account", word: "nav.account", icon: <UserOutlined />, group: "settings" },
] as const satisfies {
  path: string;
  word: string;
  icon: ReactNode;
  group?: keyof typeof GROUPS;
  chord?: string;
}[];

export type Place = (typeof PLACES)[number];

export const GROUPS = {
  insights: { word: "nav.insights", icon: <BarChartOutlined /> },
  data: { word: "nav.data", icon: <DatabaseOutlined /> },
  settings: { word: "nav.settings", icon: <SettingOutlined /> },
} as const;

/** The place an address belongs to: /w/x/data/sources/src_1 belongs to data/sources. */
export function placeAt(pathname: string): Place | undefined {
  const tail = pathname.split("/").slice(3).join("/");
  return PLACES.find((place) => tail === place.path || tail.startsWith(`${place.path}/`));
}
