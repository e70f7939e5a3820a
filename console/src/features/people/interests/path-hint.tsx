/** The strongest path on one line: what was done if it is one step, else the stops in between. */
import { useTranslation } from "react-i18next";
import { EvidenceList } from "@/features/people/interests/evidence-list";
import type { Path } from "@/features/people/interests/interests";
import { useNameOf } from "@/features/people/interests/naming";

const EVIDENCE_SHOWN = 2;

export function PathHint({ path }: { path: Path | null }) {
  const { t } = useTranslation("interests");
  const nameOf = useNameOf();
  if (!path) return null;
  const [first] = path.steps;
  if (first && path.steps.length === 1) return <EvidenceList evidence={first.evidence} most={EVIDENCE_SHOWN} />;
  const between = path.steps.slice(0, -1).map((step) => nameOf(step.target));
  return <div className="soft small">{t("interests.by", { way: between.join(" › ") })}</div>;
}
