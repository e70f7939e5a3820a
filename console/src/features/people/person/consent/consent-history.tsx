/** Every word of the ledger about a person, newest first: on what ground, under which notice, with what proof. */
import { useTranslation } from "react-i18next";
import { useReach } from "@/features/people/person/consent/use-reach";
import type { ConsentEntry } from "@/features/people/person/consent/use-consent";
import { useWord } from "@/features/people/shared/words";
import { useOperatorNames } from "@/lib/operators";
import { useFormat } from "@/lib/use-format";
import { useVaultWord } from "@/lib/vault";

export function ConsentHistory({ entries }: { entries: readonly ConsentEntry[] }) {
  const { t } = useTranslation("rights");
  const format = useFormat();
  const word = useWord();
  const vaultWord = useVaultWord();
  const reach = useReach();
  const nameOf = useOperatorNames();
  return (
    <ol className="fact-list" aria-label={t("consent.title")}>
      {entries.map((one) => (
        <li key={one.id}>
          <strong>{word("consentState", one.state)}</strong> {reach(one)}
          <div className="soft small num">
            {[
              format.time(one.said_at),
              vaultWord("bases", one.basis),
              one.notice_version && t("consent.noticeOf", { version: one.notice_version }),
              one.separate && t("consent.separateShort"),
              nameOf(one.actor) || one.source,
            ].filter(Boolean).join(" · ")}
          </div>
          {one.proof && <div className="small">{one.proof}</div>}
        </li>
      ))}
    </ol>
  );
}
