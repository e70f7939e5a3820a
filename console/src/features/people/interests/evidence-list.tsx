/** What was done between two nodes, as sentences with what it is worth. */
import { useTranslation } from "react-i18next";
import { pointsText } from "@/features/people/interests/points";
import type { Evidence } from "@/features/people/interests/interests";
import { isRelation, useEvidenceWords } from "@/features/people/interests/naming";
import { useFormat } from "@/lib/use-format";

export function EvidenceList({ evidence, most }: { evidence: readonly Evidence[]; most?: number }) {
  const { t } = useTranslation("interests");
  const wordsOf = useEvidenceWords();
  const { language } = useFormat();
  const shown = most === undefined ? evidence : evidence.slice(0, most);
  return (
    <ul className="fact-list-plain">
      {shown.map((one) => (
        <li key={`${one.verb} ${one.place?.id ?? ""}`} className="soft small">
          {wordsOf(one)}
          {!isRelation(one) && (
            <span className={one.points < 0 ? "delta-down" : ""}>
              {" · "}
              {t("interestEvidence.points", { points: pointsText(one.points, language) })}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
