/** The kinds of conditions as the builder offers them, sorted by what they are about. */
import type { MenuProps } from "antd";
import { useTranslation } from "react-i18next";
import type { FactKind } from "@/features/people/audiences/rules/tree";

const GROUPS = {
  deeds: ["did", "did_not", "sequence"],
  known: ["trait", "tag", "level", "stage", "score", "consent"],
  others: ["audience", "list", "sample"],
} as const satisfies Record<string, readonly FactKind[]>;

type GroupName = keyof typeof GROUPS;
const NAMES = Object.keys(GROUPS) as GroupName[];

export function useKindMenu(): NonNullable<MenuProps["items"]> {
  const { t } = useTranslation("audiences");
  return NAMES.map((group) => ({
    key: group,
    type: "group",
    label: t(`factGroup.${group}`),
    children: GROUPS[group].map((kind) => ({ key: kind, label: t(`factKind.${kind}`) })),
  }));
}

export function useKindOptions() {
  const { t } = useTranslation("audiences");
  return NAMES.map((group) => ({
    label: t(`factGroup.${group}`),
    options: GROUPS[group].map((kind) => ({ value: kind as FactKind, label: t(`factKind.${kind}`) })),
  }));
}
