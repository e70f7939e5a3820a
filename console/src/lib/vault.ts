/** The words of the vault that several features say: purposes, classes, kinds of personal values. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { useWorkspace } from "@/lib/workspace";

export type Purpose = Schema["Purpose"];
export type DataClass = Schema["DataClass"];

export const PURPOSES: readonly Purpose[] = ["service", "transaction", "marketing", "matching", "rights", "legal"];
export const CLASSES: readonly DataClass[] = ["important", "common", "general"];

/** The kinds that come with the house; a workspace may declare more. */
export const KINDS = [
  "phone", "email", "name", "address", "idcard", "bankcard", "openid", "unionid", "external_userid", "wechat", "qq",
  "alipay", "text",
] as const;

const FIELDS = "/api/v1/workspaces/{workspace_id}/privacy/fields";

/** The kinds of personal values that this workspace knows: those of the house, and of its own fields. */
export function useKinds(): string[] {
  const { id } = useWorkspace();
  const fields = useQuery({
    queryKey: ["privacy", id, "fields"],
    queryFn: ({ signal }) => body(api.GET(FIELDS, { params: { path: { workspace_id: id } }, signal })),
  });
  return [...new Set<string>([...KINDS, ...(fields.data?.items ?? []).map((one) => one.kind)])];
}

/** What stands where a value cannot be opened: its key is destroyed, or all keys are away. */
export const CLOSED = "••••";

/** Whether a text is a mask rather than a value anybody may read. */
export function isMasked(value: unknown): value is string {
  return typeof value === "string" && (/\*{2,}/.test(value) || value.includes(CLOSED));
}

/** Whether a text is a value that cannot be opened now. */
export function isClosed(value: unknown): boolean {
  return typeof value === "string" && value.includes(CLOSED);
}

/** A masked text within a value, with the name of the place it stands in. */
export interface MaskedLeaf {
  name: string;
  masked: string;
}

/** All masked texts of a value, however deep, in the order in which they are written. */
export function maskedLeaves(name: string, value: unknown): MaskedLeaf[] {
  if (isMasked(value)) return [{ name, masked: value }];
  if (Array.isArray(value)) return value.flatMap((one: unknown) => maskedLeaves(name, one));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => maskedLeaves(key, one));
}

const KIND_BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/phone|mobile|tel|手机|电话/i, "phone"],
  [/mail|邮箱/i, "email"],
  [/address|street|地址/i, "address"],
  [/idcard|id_?no|identity|身份证/i, "idcard"],
  [/bank|card_?no|银行卡/i, "bankcard"],
  [/unionid/i, "unionid"],
  [/openid/i, "openid"],
  [/wechat|weixin|wx|微信/i, "wechat"],
  [/name|receiver|consignee|姓名|收货人|联系人/i, "name"],
];

/** What a trait most likely holds, to fill a request for a grant in with; the server knows for sure. */
export function likelyKind(trait: string): string {
  return KIND_BY_NAME.find(([pattern]) => pattern.test(trait))?.[1] ?? "text";
}

type Group = "purposes" | "classes" | "kinds" | "bases" | "grantState" | "grantScope";

/** The word for a code of the vault's; a code that a newer server brings is shown as it is. */
export function useVaultWord(): (group: Group, code: string | null | undefined) => string {
  const { i18n } = useTranslation("vault");
  return (group, code) => {
    if (!code) return "";
    const key = `${group}.${code}`;
    return i18n.exists(key, { ns: "vault" }) ? i18n.t(key as "purposes.service", { ns: "vault" }) : code;
  };
}
