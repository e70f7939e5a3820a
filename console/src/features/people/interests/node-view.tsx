/** One node of the graph: its picture, the same in words, and the other questions it answers. */
import { Card, Flex, Segmented, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { GraphPicture } from "@/features/people/interests/graph-picture";
import {
  isSame, KINDS, useNeighbours, VIEWS, viewsOf, type Evidence, type Item, type Kind, type Place, type View,
} from "@/features/people/interests/interests";
import { nearLines } from "@/features/people/interests/lines";
import { ItemList } from "@/features/people/interests/item-list";
import { useEvidenceWords, useKindWord, useNameOf } from "@/features/people/interests/naming";
import { ScoredView } from "@/features/people/interests/scored-view";
import { useKnownItems } from "@/features/people/interests/use-known-items";
import { WalkTrail } from "@/features/people/interests/walk-trail";
import { WhyDrawer } from "@/features/people/interests/why-drawer";
import { useAddress } from "@/lib/use-address";
import { useWorkspace } from "@/lib/workspace";
import { useIsPhone } from "@/ui/responsive";
import { Failure, Nothing, Waiting } from "@/ui/states";
import { Problem } from "@/api/client";

const HEIGHT = 520;
const HEIGHT_PHONE = 380;
const PHONE_MAX = 12;

interface NodeProps {
  here: Place;
  walk: readonly Place[];
  onWalk: (item: Item) => void;
  onBegin: () => void;
}

export function NodeView({ here, walk, onWalk, onBegin }: NodeProps) {
  const { t } = useTranslation("interests");
  const { id } = useWorkspace();
  const nameOf = useNameOf();
  const kindWord = useKindWord();
  const [get, set] = useAddress();
  const of = KINDS.find((kind) => kind === get("of"));
  const views = viewsOf(here.kind);
  const view = VIEWS.find((one) => one === get("view") && views.includes(one)) ?? "near";
  const near = useNeighbours(here, of);
  const known = useKnownItems(walk);
  const [asked, setAsked] = useState<Item>();
  const isGone = near.error instanceof Problem && near.error.status === 404;
  if (isGone) {
    return <Card><Nothing title={t("interests.gone")} hint={t("interests.goneHint")} action={<WalkTrail walk={known} onBack={(item) => { if (item) onWalk(item); else onBegin(); }} />} /></Card>;
  }
  if (near.isError) return <Failure error={near.error} onRetry={() => void near.refetch()} />;
  if (!near.data) return <Card><Waiting rows={12} /></Card>;
  const { item: centre, neighbours } = near.data;
  const evidence: readonly Evidence[] = asked
    ? (neighbours.find((one) => isSame(one.item, asked))?.evidence ?? [])
    : [];
  return (
    <>
      <WalkTrail walk={known} onBack={(item) => { if (item) onWalk(item); else onBegin(); }} />
      <div className="interest-grid">
        <Card title={<>{nameOf(centre)} <span className="soft small">{kindWord(centre.kind)}</span></>}
          extra={centre.kind === "person" ? <Link to={`/w/${id}/people/${centre.id}`}>{t("interests.openPerson")}</Link> : undefined}>
          <Picture centre={centre} neighbours={neighbours} onWalk={onWalk} onExplain={setAsked} />
          <p className="soft small">{t("interests.pictureHint")}</p>
        </Card>
        <Card>
          <Flex vertical gap={8}>
            <Segmented<View>
              block
              aria-label={t("interests.views")}
              value={view}
              options={views.map((one) => ({ value: one, label: t(`interests.${one}`) }))}
              onChange={(next) => {
                set({ view: next === "near" ? undefined : next });
              }}
            />
            {view === "near" && (
              <>
                <Select<Kind>
                  allowClear
                  aria-label={t("interests.ofKind")}
                  placeholder={t("interests.anyKind")}
                  value={of ?? null}
                  options={KINDS.map((kind) => ({ value: kind, label: kindWord(kind, true) }))}
                  onChange={(next: Kind | undefined) => {
                    set({ of: next });
                  }}
                />
                <ItemList lines={nearLines(neighbours)} hasKinds={!of} onWalk={onWalk} onExplain={setAsked} />
              </>
            )}
            {view !== "near" && <ScoredView here={here} view={view} onWalk={onWalk} onExplain={setAsked} />}
          </Flex>
        </Card>
      </div>
      <WhyDrawer
        from={centre}
        to={asked}
        evidence={evidence}
        onWalk={onWalk}
        onClose={() => {
          setAsked(undefined);
        }}
      />
    </>
  );
}

type PictureProps = Pick<Parameters<typeof GraphPicture>[0], "centre" | "neighbours" | "onWalk" | "onExplain">;

function Picture({ neighbours, ...props }: PictureProps) {
  const { t } = useTranslation("interests");
  const nameOf = useNameOf();
  const kindWord = useKindWord();
  const wordsOf = useEvidenceWords();
  const isPhone = useIsPhone();
  return (
    <GraphPicture
      {...props}
      neighbours={isPhone ? neighbours.slice(0, PHONE_MAX) : neighbours}
      nameOf={nameOf}
      kindWord={kindWord}
      wordsOf={(one) => one.evidence.slice(0, 1).map(wordsOf).join("")}
      summary={t("interests.picture", { name: nameOf(props.centre) })}
      height={isPhone ? HEIGHT_PHONE : HEIGHT}
      isNarrow={isPhone}
    />
  );
}
