/** Why a person is in an audience or not: the rule, node by node, with what was found. */
import { CheckCircleFilled, CloseCircleFilled } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { body } from "@/api/client";
import { loose } from "@/api/loose";
import { factOfAsked, foundText } from "@/features/people/audiences/why/why-text";
import { useFactWords } from "@/features/people/audiences/rules/rule-words";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Failure, Waiting } from "@/ui/states";

export interface WhyNode {
  what: string;
  holds: boolean;
  asked: unknown;
  found: unknown;
  evidence: unknown[];
  until: string | null;
  parts: WhyNode[];
}

interface Why {
  person: string;
  audience_id: string;
  version: number;
  is_in: boolean;
  as_of: string;
  tree: WhyNode;
}

export function WhyView({ audience, person }: { audience: string; person: string }) {
  const { t } = useTranslation("audiences");
  const { id } = useWorkspace();
  const format = useFormat();
  const why = useQuery({
    queryKey: ["why", id, audience, person],
    queryFn: ({ signal }) =>
      body(
        loose.GET<Why>("/api/v1/workspaces/{workspace_id}/audiences/{audience_id}/why/{person_id}", {
          params: { path: { workspace_id: id, audience_id: audience, person_id: person } },
          signal,
        }),
      ),
  });
  if (why.isError) return <Failure error={why.error} onRetry={() => void why.refetch()} />;
  if (!why.data) return <Waiting rows={5} />;
  const { is_in: isIn, version, as_of: asOf, tree } = why.data;
  return (
    <Flex vertical gap={12}>
      <Alert
        type={isIn ? "success" : "info"}
        showIcon
        title={isIn ? t("why.in") : t("why.out")}
        description={<span className="num">{t("why.asOf", { version, at: format.time(asOf, "second") })}</span>}
      />
      <ul className="why-tree">
        <WhyBranch node={tree} />
      </ul>
    </Flex>
  );
}

const EVIDENCE_SHOWN = 3;

function WhyBranch({ node }: { node: WhyNode }) {
  const { t } = useTranslation("audiences");
  const words = useFactWords();
  const format = useFormat();
  const isJoining = node.what === "all" || node.what === "any" || node.what === "not";
  const fact = isJoining ? undefined : factOfAsked(node.what, node.asked);
  const found = foundText(node.found, format);
  return (
    <li>
      <div className="why-line">
        {node.holds ? (
          <CheckCircleFilled className="delta-up" aria-label={t("why.holds")} />
        ) : (
          <CloseCircleFilled className="delta-down" aria-label={t("why.holdsNot")} />
        )}
        <div>
          <div>{isJoining ? t(`why.${node.what as "all" | "any" | "not"}`) : fact ? words(fact) : node.what}</div>
          {!isJoining && found && <div className="soft small num">{t("why.found", { found })}</div>}
          {node.evidence.slice(0, EVIDENCE_SHOWN).map((one, index) => (
            <div key={index} className="soft small num">
              {foundText(one, format)}
            </div>
          ))}
          {node.until && <div className="soft small num">{t("why.until", { at: format.time(node.until) })}</div>}
        </div>
      </div>
      {node.parts.length > 0 && (
        <ul className="why-tree">
          {node.parts.map((part, index) => (
            // The parts of a rule have no other name than their place.
            <WhyBranch key={index} node={part} />
          ))}
        </ul>
      )}
    </li>
  );
}
