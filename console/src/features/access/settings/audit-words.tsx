/** The audit trail in the reader's words; what a newer server names is shown as it is. */
import { useTranslation } from "react-i18next";
import { detailParts } from "@/features/access/settings/audit-detail";
import { useOperatorNames } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";
import { useSourceNames } from "@/lib/use-sources";

const ID = /\b[a-z]{2,4}_[0-9a-z]{16,}\b/g;
const ID_SHOWN = 12;
const CLASS = /^(general|common|important)\b/;
const MASTER = "privacy.key.master.";
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/;

function useKnownWord(): (group: string, name: string) => string {
  const { i18n } = useTranslation("settings");
  return (group, name) => {
    // A dot would mean a branch of the catalogue.
    const key = `${group}.${name.replaceAll(".", "_")}`;
    return i18n.exists(key, { ns: "settings" }) ? i18n.t(key as "audit.at", { ns: "settings" }) : name;
  };
}

export function useAuditWords() {
  const known = useKnownWord();
  return {
    actor: useActorWord(),
    action: (action: string) => known("auditAction", action),
  };
}

function useActorWord(): (actor: string) => string {
  const known = useKnownWord();
  const nameOf = useOperatorNames();
  return (actor) => known("auditActor", nameOf(actor));
}

function shortIds(text: string): string {
  return text.replaceAll(ID, (id) => `${id.slice(0, ID_SHOWN)}…`);
}

/** Names for ids, so that the trail reads as people and sources, not as keys. */
export function Target({ action, target }: { action: string; target: string }) {
  const { t } = useTranslation("settings");
  const known = useKnownWord();
  const sourceName = useSourceNames();
  const nameOf = useOperatorNames();
  // A key goes by its class and version, and by why it is to be destroyed.
  const name = action.startsWith(MASTER)
    ? target.replace(/^\d+/, (version) => t("audit.version", { version }))
    : sourceName(nameOf(target)).replace(CLASS, (found) => known("auditValue", found));
  if (name !== target) return name;
  return <span className="mono break" title={target}>{shortIds(target)}</span>;
}

export function Detail({ detail }: { detail: Record<string, unknown> }) {
  const { t } = useTranslation("settings");
  const known = useKnownWord();
  const format = useFormat();
  const nameOf = useOperatorNames();
  const sourceName = useSourceNames();
  const valueWord = (value: string | number | boolean): string => {
    if (typeof value === "boolean") return t(value ? "audit.yes" : "audit.no");
    if (typeof value === "number") return format.count(value);
    if (INSTANT.test(value)) return format.time(value);
    const word = known("role", sourceName(nameOf(value)));
    return word === value ? shortIds(known("auditValue", value)) : word;
  };
  return (
    <span className="soft">
      {detailParts(detail)
        .map(({ name, value }) => t("audit.part", { name: known("auditDetail", name), value: valueWord(value) }))
        .join(t("audit.between"))}
    </span>
  );
}
