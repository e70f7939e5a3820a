/** The answers of the walk: what a person cares about, who cares, who is alike. */
import { useTranslation } from "react-i18next";
import { LIST_MAX, usePersonInterests, useWhoCares, type Item, type Place, type View } from "@/features/people/interests/interests";
import { ItemList } from "@/features/people/interests/item-list";
import { scoredLines } from "@/features/people/interests/lines";
import { useKindWord } from "@/features/people/interests/naming";
import { Failure, Waiting } from "@/ui/states";

interface ScoredProps {
  here: Place;
  view: View;
  onWalk: (item: Item) => void;
  onExplain: (item: Item) => void;
}

export function ScoredView({ here, view, ...acts }: ScoredProps) {
  return view === "cares" ? <Cares person={here.id} {...acts} /> : <Who here={here} {...acts} />;
}

type Acts = Pick<ScoredProps, "onWalk" | "onExplain">;

function Cares({ person, ...acts }: Acts & { person: string }) {
  const { t } = useTranslation("interests");
  const kindWord = useKindWord();
  const cares = usePersonInterests(person, LIST_MAX);
  if (cares.isError) return <Failure error={cares.error} onRetry={() => void cares.refetch()} />;
  if (!cares.data) return <Waiting rows={8} />;
  return (
    <>
      {cares.data.kinds.filter((one) => one.items.length > 0).map((one) => (
        <section key={one.kind}>
          <h2 className="section-name">{kindWord(one.kind, true)}</h2>
          <ItemList lines={scoredLines(one.items)} hasKinds={false} {...acts} />
        </section>
      ))}
      <p className="soft small">{t("interests.legend")}</p>
    </>
  );
}

function Who({ here, ...acts }: Acts & { here: Place }) {
  const who = useWhoCares(here, true);
  if (who.isError) return <Failure error={who.error} onRetry={() => void who.refetch()} />;
  if (!who.data) return <Waiting rows={8} />;
  return <ItemList lines={scoredLines(who.data.people)} hasKinds={false} {...acts} />;
}
