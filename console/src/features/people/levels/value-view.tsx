/** Value in fifths: the grid of recency and frequency, and the segments. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Card, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, done } from "@/api/client";
import { ShareBar } from "@/features/people/levels/share-bar";
import { useRfm, type Rfm } from "@/features/people/levels/use-reports";
import { WindowDialog } from "@/features/people/levels/window-dialog";
import { useFormat } from "@/lib/use-format";
import { useMay, useWorkspace } from "@/lib/workspace";
import { PassportHint } from "@/ui/passport";
import { PlainTable } from "@/ui/plain-table";
import { Failure, Nothing, useProblemMessage, Waiting } from "@/ui/states";

const SCORES = [5, 4, 3, 2, 1] as const;
const TINT_MAX = 0.7;

export function ValueView() {
  const { t } = useTranslation("levels");
  const [awaited, setAwaited] = useState<string>();
  const found = useRfm(awaited);
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Waiting rows={10} />;
  if (found.data.population === 0) {
    const days = found.data.thresholds.window_days;
    return (
      <Card>
        <Nothing
          title={t("levels.nobody")}
          hint={t("levels.nobodyHint", { days })}
          action={<Settings rfm={found.data} onTaking={setAwaited} />}
        />
      </Card>
    );
  }
  return (
    <>
      <GridCard rfm={found.data} onTaking={setAwaited} />
      <SegmentsCard rfm={found.data} />
    </>
  );
}

interface SettingsProps {
  rfm: Rfm;
  /** Told which thresholds are being replaced: when they were taken, or "" where none were kept. */
  onTaking: (taken: string) => void;
}

/** Over which time value is measured, and taking thresholds anew. */
function Settings({ rfm, onTaking }: SettingsProps) {
  const { t } = useTranslation("levels");
  const { id } = useWorkspace();
  const mayChange = useMay("people:change");
  const { message } = App.useApp();
  const tell = useProblemMessage();
  const queries = useQueryClient();
  const [isChanging, setChanging] = useState(false);
  const take = useMutation({
    mutationFn: () =>
      done(api.POST("/api/v1/workspaces/{workspace_id}/levels/rfm/thresholds", { params: { path: { workspace_id: id } } })),
    onSuccess: async () => {
      void message.info(t("levels.taking"));
      onTaking(rfm.thresholds.is_kept ? rfm.thresholds.taken_at : "");
      await queries.invalidateQueries({ queryKey: ["rfm", id] });
    },
    onError: tell,
  });
  if (!mayChange) return null;
  return (
    <Flex gap={8} wrap justify="center">
      <Button onClick={() => { setChanging(true); }}>{t("levels.editWindow")}</Button>
      <Button onClick={() => { take.mutate(); }} loading={take.isPending}>{t("levels.take")}</Button>
      {isChanging && (
        <WindowDialog
          settings={rfm.settings}
          onClose={() => { setChanging(false); }}
          onChanged={() => {
            setChanging(false);
            take.mutate();
          }}
        />
      )}
    </Flex>
  );
}

function GridCard({ rfm, onTaking }: SettingsProps) {
  const { t } = useTranslation("levels");
  const format = useFormat();
  const most = Math.max(1, ...rfm.cells.map((cell) => cell.people));
  const cellOf = (recency: number, frequency: number) =>
    rfm.cells.find((cell) => cell.recency === recency && cell.frequency === frequency);
  const { taken_at, is_kept, population, window_days, currency } = rfm.thresholds;
  const told = t("levels.thresholds", { at: format.time(taken_at), population: format.count(population), days: window_days });
  return (
    <Card title={t("levels.grid")} extra={<Settings rfm={rfm} onTaking={onTaking} />}>
      <p className="soft" style={{ marginTop: 0 }}>{t("levels.gridHint")}</p>
      <div className="scroll-x">
        <table className="plain-table" style={{ minWidth: 560 }}>
          <thead>
            <tr>
              <th scope="col">{t("levels.recency")} ↓ · {t("levels.frequencyScore")} →</th>
              {[...SCORES].reverse().map((score) => <th key={score} scope="col" className="num">{score}</th>)}
            </tr>
          </thead>
          <tbody>
            {SCORES.map((recency) => (
              <tr key={recency}>
                <th scope="row" className="num">{recency}</th>
                {[...SCORES].reverse().map((frequency) => {
                  const cell = cellOf(recency, frequency);
                  const tint = ((cell?.people ?? 0) / most) * TINT_MAX;
                  return (
                    <td key={frequency} className="num" style={{ background: `rgba(22, 119, 255, ${tint.toFixed(3)})` }}>
                      {format.count(cell?.people ?? 0)}
                      <div className="soft">{format.valueShort(cell?.net_minor ?? 0, "money_minor", currency)}</div>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="soft" style={{ marginTop: 8 }}>
        {told} {!is_kept && t("levels.thresholdsNow")}
      </p>
    </Card>
  );
}

function SegmentsCard({ rfm }: { rfm: Rfm }) {
  const { t } = useTranslation("levels");
  const format = useFormat();
  const passport = (id: string) => {
    const found = rfm.passports.find((one) => one.id === id);
    return found && <PassportHint passport={found} />;
  };
  const currency = rfm.thresholds.currency;
  return (
    <Card title={t("levels.segments")}>
      <p className="soft" style={{ marginTop: 0 }}>{t("levels.asOf", { at: format.time(rfm.as_of), zone: format.zoneLabel })}</p>
      <PlainTable
        rows={rfm.segments}
        rowKey={(row) => row.segment}
        columns={[
          { key: "segment", title: t("levels.segment"), render: (row) => (format.language === "zh" ? row.name_zh : row.name_en) },
          { key: "people", title: <>{t("levels.people")}{passport("people_by_level")}</>, isNumber: true, render: (row) => format.count(row.people) },
          { key: "share", title: t("levels.share"), render: (row) => <ShareBar share={row.share} /> },
          { key: "orders", title: t("levels.orders"), isNumber: true, render: (row) => format.count(row.orders) },
          { key: "net", title: <>{t("levels.net")}{passport("net_value")}</>, isNumber: true, render: (row) => format.money(row.net_minor, currency) },
          { key: "value", title: <>{t("levels.valueShare")}{passport("value_share")}</>, isNumber: true, render: (row) => format.share(row.value_share) },
        ]}
      />
    </Card>
  );
}
