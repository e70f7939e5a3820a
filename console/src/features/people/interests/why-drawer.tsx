/** Why two nodes stand together: what was done between them, and the paths from one to the other. */
import { Button, Drawer, Flex } from "antd";
import { useTranslation } from "react-i18next";
import { EvidenceList } from "@/features/people/interests/evidence-list";
import { usePaths, type Evidence, type Item } from "@/features/people/interests/interests";
import { useNameOf } from "@/features/people/interests/naming";
import { PathView } from "@/features/people/interests/path-view";
import { useFormat } from "@/lib/use-format";
import { Failure, Waiting } from "@/ui/states";

interface WhyProps {
  from: Item;
  to: Item | undefined;
  evidence: readonly Evidence[];
  onWalk: (item: Item) => void;
  onClose: () => void;
}

export function WhyDrawer({ from, to, evidence, onWalk, onClose }: WhyProps) {
  const { t } = useTranslation("interests");
  const nameOf = useNameOf();
  const format = useFormat();
  const paths = usePaths(to ? from : undefined, to);
  const walk = (item: Item) => {
    onClose();
    onWalk(item);
  };
  return (
    <Drawer
      open={to !== undefined}
      onClose={onClose}
      title={to ? t("interests.whyOf", { one: nameOf(from), other: nameOf(to) }) : ""}
    >
      {to && (
        <Flex vertical gap={16}>
          <section>
            <h2 className="section-name">{t("interests.behind")}</h2>
            {evidence.length > 0 ? <EvidenceList evidence={evidence} /> : <p className="soft">{t("interests.nothingDone")}</p>}
          </section>
          <section>
            <h2 className="section-name">{t("interests.paths")}</h2>
            {paths.isError && <Failure error={paths.error} onRetry={() => void paths.refetch()} />}
            {paths.isPending && <Waiting rows={4} />}
            {paths.data?.paths.length === 0 && <p className="soft">{t("interests.noPath")}</p>}
            {paths.data?.paths.map((path) => (
              <PathView key={path.steps.map((step) => step.target.id).join(" ")} path={path} onWalk={walk} />
            ))}
          </section>
          {paths.data && (
            <p className="soft small">
              {t("interests.pointsHint", { days: format.count(paths.data.half_life_days) })}
            </p>
          )}
          <Button onClick={() => { walk(to); }}>{t("interests.walkOn", { name: nameOf(to) })}</Button>
        </Flex>
      )}
    </Drawer>
  );
}
