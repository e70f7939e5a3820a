/** Why a person is in an audience or not: the rule, node by node, with what was found. */
import { CheckCircleFilled, CloseCircleFilled, MinusCircleFilled } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { branchesOf, kindOfAsked, factOfAsked, foundText, type WhyBranch } from "@/features/people/audiences/why/why-tree";
import { useFactWords } from "@/features/people/audiences/rules/rule-words";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Failure, Waiting } from "@/ui/states";

export function WhyView({ audience, person }: { audience: string; person: string }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const why = useQuery({
    queryKey: ["why", id, audience, person],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/audiences/{audience_id}/why/{person_id}", {
          params: { path: { workspace_id: id, audience_id: audience, person_id: person } },
          signal,
        }),
      ),
  });
  if (why.isError) return <Failure error={why.error} onRetry={() => void why.refetch()} />;
  if (!why.data) return <Waiting rows={5} />;
  const { is_in: isIn, version, as_of: asOf, parts } = why.data;
  return (
    <Flex vertical gap={12}>
      <Alert
        type={isIn ? "success" : "info"}
        showIcon
        title={isIn ? t("why.in") : t("why.out")}
        description={<span className="num">{t("why.asOf", { version, at: format.time(asOf, "second") })}</span>}
      />
      <ul className="why-tree">
        {branchesOf(parts).map((branch) => (
          <Branch key={branch.part.pointer} branch={branch} />
        ))}
      </ul>
    </Flex>
  );
}

const EVIDENCE_SHOWN = 3;

function Branch({ branch: { part, branches } }: { branch: WhyBranch }) {
  const { t } = useTranslation("audiences");
  const words = useFactWords();
  const format = useFormat();
  const kind = kindOfAsked(part.asked);
  const fact = factOfAsked(part.asked);
  const isJoining = kind === "all" || kind === "any" || kind === "not";
  const found = part.is_undecided ? t("why.refused") : foundText(part.found, format);
  return (
    <li>
      <div className="why-line">
        {part.holds ? (
          <CheckCircleFilled className="delta-up" aria-label={t("why.holds")} />
        ) : part.is_undecided ? (
          <MinusCircleFilled className="soft" aria-label={t("why.undecided")} />
        ) : (
          <CloseCircleFilled className="delta-down" aria-label={t("why.holdsNot")} />
        )}
        <div>
          <div>{isJoining ? t(`why.${kind}`) : fact ? words(fact) : kind}</div>
          {!isJoining && found && <div className="soft small num">{t("why.found", { found })}</div>}
          {part.evidence.slice(0, EVIDENCE_SHOWN).map((one) => (
            <div key={`${one.event} ${one.at}`} className="soft small num">
              {format.time(one.at)} · {one.event}
              {one.value !== null && ` · ${format.count(one.value)}`}
            </div>
          ))}
          {!isJoining && part.until && (
            <div className="soft small num">{t("why.until", { at: format.time(part.until) })}</div>
          )}
        </div>
      </div>
      {branches.length > 0 && (
        <ul className="why-tree">
          {branches.map((one) => (
            <Branch key={one.part.pointer} branch={one} />
          ))}
        </ul>
      )}
    </li>
  );
}
