/** Events as files to take away: ordered here, written in the background, fetched when done. */
import { ExportOutlined } from "@ant-design/icons";
import { Button, Card, Flex } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ExportDialog } from "@/features/collect/exports/export-dialog";
import { ExportCards, ExportTable } from "@/features/collect/exports/export-table";
import { useExports } from "@/features/collect/exports/use-exports";
import { useFormat } from "@/lib/use-format";
import { useMay } from "@/lib/workspace";
import { Page } from "@/ui/page";
import { useIsPhone } from "@/ui/responsive";
import { Failure, Nothing, Waiting } from "@/ui/states";

export function Component() {
  const { t } = useTranslation("exports");
  const format = useFormat();
  const mayExport = useMay("event:read");
  const exports = useExports(mayExport);
  const isPhone = useIsPhone();
  const [isMaking, setMaking] = useState(false);
  const items = exports.data?.pages.flatMap((page) => page.items) ?? [];
  const make = (
    <Button type="primary" icon={<ExportOutlined />} onClick={() => { setMaking(true); }}>
      {t("exports.new")}
    </Button>
  );
  return (
    <Page title={t("nav.exports")} hint={t("exports.hint", { zone: format.zoneLabel })} actions={mayExport && make}>
      <Card styles={{ body: { padding: 0 } }}>
        {!mayExport && <Nothing title={t("exports.notAllowed")} />}
        {exports.isError && <Failure error={exports.error} onRetry={() => void exports.refetch()} />}
        {mayExport && exports.isPending && <Waiting rows={4} />}
        {exports.data && items.length === 0 && (
          <Nothing title={t("exports.none")} hint={t("exports.noneHint")} action={make} />
        )}
        {items.length > 0 && (isPhone ? <ExportCards exports={items} /> : <ExportTable exports={items} />)}
        {exports.hasNextPage && (
          <Flex justify="center" style={{ padding: 8 }}>
            <Button type="link" loading={exports.isFetchingNextPage} onClick={() => void exports.fetchNextPage()}>
              {t("action.more")}
            </Button>
          </Flex>
        )}
      </Card>
      {isMaking && <ExportDialog onClose={() => { setMaking(false); }} />}
    </Page>
  );
}
