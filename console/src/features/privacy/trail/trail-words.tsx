/** The trail in the reader's words: who, what was done, why; what a newer server names is shown as it is. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { readReason, type Counted } from "@/features/privacy/trail/trail-reason";
import { useOperatorNames } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";
import { useVaultWord } from "@/lib/vault";
import { useWorkspace } from "@/lib/workspace";

/** A word of the set by its key, or what stands in for it where there is none. */
function useKnownWord(): (key: string, otherwise: string) => string {
  const { i18n } = useTranslation("privacy");
  return (key, otherwise) =>
    i18n.exists(key, { ns: "privacy" }) ? i18n.t(key as "trailAction.reveal", { ns: "privacy" }) : otherwise;
}

/** Acts by the server's codes, as `grant.approve`. */
export function useActionWord(): (action: string) => string {
  const known = useKnownWord();
  return (action) => known(`trailAction.${action.replaceAll(".", "_")}`, action);
}

/** Who acts: an operator by name; or the house by itself, its worker, the command line. */
export function useActorWord(): (actor: string) => string {
  const known = useKnownWord();
  const nameOf = useOperatorNames();
  return (actor) => known(`trailActor.${actor}`, nameOf(actor));
}

/** Why, in words; ids of requests stay in it. */
export function useReasonWord(): (action: string, reason: string) => string {
  const { t } = useTranslation("privacy");
  const known = useKnownWord();
  const word = useVaultWord();
  const format = useFormat();
  const nameOf = useOperatorNames();
  const counted = ({ name, many }: Counted) =>
    `${known(`retention.${name}`, known(`trailCounted.${name}`, name))} ${many === null ? t("trailReason.forever") : format.count(many)}`;
  return (action, reason) => {
    const read = readReason(action, reason);
    switch (read.told) {
      case "request":
        return `${known(`trailRight.${read.right}`, t("trailRight.any"))} ${read.request}`;
      case "key": {
        const which = read.version === null
          ? word("classes", read.dataClass)
          : t("trailReason.key", { name: word("classes", read.dataClass), version: read.version });
        // The end of a key names operators by their ids.
        const said = read.text.replaceAll(/opr_[0-9a-z]+/g, (id) => nameOf(id));
        return said ? t("trailReason.said", { which, said }) : which;
      }
      case "field":
        return [read.place, word("kinds", read.kind), word("classes", read.dataClass)].join(" · ");
      case "counts":
        return read.counts.map(counted).join(" · ");
      case "text":
        return known(`trailText.${reason}`, reason);
    }
  };
}

export function ReasonCell({ action, reason }: { action: string; reason: string }) {
  const { id } = useWorkspace();
  const reasonWord = useReasonWord();
  const read = readReason(action, reason);
  if (read.told !== "request") return reasonWord(action, reason);
  return (
    <Link to={`/w/${id}/rights?request=${read.request}`} title={read.request}>
      {reasonWord(action, reason).replace(` ${read.request}`, "")}
    </Link>
  );
}
