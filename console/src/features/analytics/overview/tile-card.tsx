/** One number of today, how it stands against last week, and its passport. */
import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { Card, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import type { Schema } from "@/api/client";
import { relativeChange } from "@/lib/format";
import { useFormat } from "@/lib/use-format";
import { PassportHint, useMetricTitle } from "@/ui/passport";

export function TileCard({ tile }: { tile: Schema["Tile"] }) {
  const format = useFormat();
  const title = useMetricTitle()(tile.passport);
  return (
    <Card styles={{ body: { padding: 12 } }}>
      <div className="tile-head">
        <span className="soft clip" title={title}>{title}</span>
        <PassportHint passport={tile.passport} />
      </div>
      <Tooltip title={format.value(tile.value, tile.unit, tile.currency)}>
        <span className="tile-value num">{format.valueShort(tile.value, tile.unit, tile.currency)}</span>
      </Tooltip>
      <Delta tile={tile} />
    </Card>
  );
}

function Delta({ tile }: { tile: Schema["Tile"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const change = relativeChange(tile.value, tile.compare);
  const before = format.valueShort(tile.compare, tile.unit, tile.currency);
  if (change === undefined) {
    return <div className="soft clip">{tile.compare === null ? t("overview.nothingBefore") : t("overview.before", { before })}</div>;
  }
  const isUp = change > 0;
  const isFlat = Math.abs(change) < 0.0005;
  return (
    <div>
      {!isFlat && (
        <span className={isUp ? "delta-up num" : "delta-down num"}>
          {isUp ? <ArrowUpOutlined aria-label={t("overview.up")} /> : <ArrowDownOutlined aria-label={t("overview.down")} />}{" "}
          {format.share(Math.abs(change))}
        </span>
      )}{" "}
      <span className="soft num">{t("overview.before", { before })}</span>
    </div>
  );
}
