/** The interest graph, to be walked: pick a node, see what stands next to it, step on. */
import { Button, Card } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { Problem } from "@/api/client";
import { readWalk, useFound, walkedTo, writeWalk, type Place } from "@/features/people/interests/interests";
import { ItemSearch } from "@/features/people/interests/item-search";
import { NodeView } from "@/features/people/interests/node-view";
import { StartView } from "@/features/people/interests/start-view";
import { useAddress } from "@/lib/use-address";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Page } from "@/ui/page";
import "@/ui/interests.css";
import "@/ui/people.css";
import { Failure, Nothing, Waiting } from "@/ui/states";

export function Component() {
  const { t } = useTranslation("interests");
  const { id } = useWorkspace();
  const format = useFormat();
  const [get, set] = useAddress();
  const whole = useFound("");
  const walk = readWalk(get("walk"));
  const here = walk.at(-1);
  const go = (next: readonly Place[]) => {
    set({ walk: writeWalk(next), view: undefined, of: undefined });
  };
  const data = whole.data;
  const hint = data
    ? t("interests.hint", { days: format.count(data.half_life_days), at: format.time(data.as_of), zone: format.zoneLabel })
    : t("interests.hintShort");
  if (whole.isError) {
    const isDenied = whole.error instanceof Problem && whole.error.status === 403;
    return (
      <Page title={t("nav.interests")} hint={hint}>
        <Failure error={whole.error} {...(isDenied ? {} : { onRetry: () => void whole.refetch() })} />
      </Page>
    );
  }
  const isEmpty = data?.edges === 0;
  return (
    <Page title={t("nav.interests")} hint={hint}>
      {!data && <Card><Waiting rows={8} /></Card>}
      {data && isEmpty && (
        <Card>
          <Nothing
            title={t("interests.none")}
            hint={t("interests.noneHint")}
            action={<Link to={`/w/${id}/data/sources`}><Button>{t("interests.toSources")}</Button></Link>}
          />
        </Card>
      )}
      {data && !isEmpty && (
        <>
          <Card>
            <ItemSearch
              onPick={(item) => {
                go([item]);
              }}
            />
          </Card>
          {here ? (
            <NodeView
              key={`${here.kind}:${here.id}`}
              here={here}
              walk={walk}
              onWalk={(item) => {
                go(walkedTo(walk, item));
              }}
              onBegin={() => {
                go([]);
              }}
            />
          ) : (
            <StartView
              counts={data.counts}
              edges={data.edges}
              onPick={(item) => {
                go([item]);
              }}
            />
          )}
        </>
      )}
    </Page>
  );
}
