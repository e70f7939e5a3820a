/** Stage with its dates, and the levels a person stands on. */
import { Card, Descriptions } from "antd";
import { useTranslation } from "react-i18next";
import { StageTag } from "@/features/people/list/people-table";
import { useLevels } from "@/features/people/person/use-levels";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { Failure, Waiting } from "@/ui/states";

export function LevelsCard({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const word = useWord();
  const format = useFormat();
  const levels = useLevels(person);
  const data = levels.data;
  return (
    <Card title={t("levelsCard.title")}>
      {levels.isError && <Failure error={levels.error} onRetry={() => void levels.refetch()} />}
      {levels.isPending && <Waiting rows={3} />}
      {data && (
        <>
          <Descriptions
            size="small"
            column={1}
            items={[
              {
                key: "stage",
                label: t("levelsCard.stage"),
                children: data.stage ? (
                  <>
                    <StageTag stage={data.stage} />{" "}
                    <span className="soft num">{t("levelsCard.since", { at: format.time(data.stage_since) })}</span>
                  </>
                ) : (
                  <span className="soft">{t(data.frequency ? "levelsCard.none" : "levelsCard.refused")}</span>
                ),
              },
              { key: "frequency", label: t("levelsCard.frequency"), children: word("frequency", data.frequency) || "–" },
              {
                key: "rfm",
                label: t("levelsCard.rfm"),
                children: data.rfm ? (
                  <span className="num">
                    {word("segment", data.rfm.segment)}{" "}
                    <span className="soft">{t("levelsCard.rfmCodes", { r: data.rfm.recency, f: data.rfm.frequency, m: data.rfm.money })}</span>
                  </span>
                ) : (
                  "–"
                ),
              },
            ]}
          />
          {data.stages.length > 1 && (
            <>
              <p className="section-name">{t("levelsCard.history")}</p>
              <ol className="stage-line">
                {[...data.stages].reverse().map((one) => (
                  <li key={`${one.stage} ${one.at}`}>
                    <span>{word("stage", one.stage)}</span>
                    <span className="soft num">{format.time(one.at)}</span>
                  </li>
                ))}
              </ol>
            </>
          )}
        </>
      )}
    </Card>
  );
}
