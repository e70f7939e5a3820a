/** How many people a rule chooses now, and some of them; follows the rule and the events. */
import type { UseQueryResult } from "@tanstack/react-query";
import { Alert, Card, Flex, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { MemberList } from "@/features/people/audiences/detail/member-list";
import type { Preview } from "@/features/people/audiences/use-audiences";
import { useFormat } from "@/lib/use-format";
import { Failure } from "@/ui/states";

const SAMPLE_SHOWN = 5;

interface PreviewCardProps {
  preview: UseQueryResult<Preview>;
  isWaiting: boolean;
  wrongPlaces: number;
  isStale: boolean;
}

export function PreviewCard({ preview, isWaiting, wrongPlaces, isStale }: PreviewCardProps) {
  const { t } = useTranslation("audiences");
  const format = useFormat();
  const data = preview.data;
  const share = data && data.of > 0 ? data.size / data.of : null;
  return (
    <Card title={t("builder.live")} aria-live="polite">
      <Flex vertical gap={12}>
        {wrongPlaces > 0 && <Alert type="error" showIcon title={t("builder.wrong", { shown: wrongPlaces })} />}
        {preview.isError && wrongPlaces === 0 && !isStale && <Failure error={preview.error} />}
        <div style={{ opacity: isStale || isWaiting || preview.isError ? 0.5 : 1, minHeight: 88 }} aria-busy={preview.isFetching}>
          <div className="big-number num">
            {data ? t("audiences.people", { count: data.size, shown: format.count(data.size) }) : "–"}
          </div>
          {data && (
            <>
              <div className="soft num">
                {t("builder.ofAll", { shown: format.count(data.of), share: format.share(share) })}
              </div>
              <Progress percent={(share ?? 0) * 100} showInfo={false} size="small" aria-label={format.share(share)} />
            </>
          )}
        </div>
        {isWaiting && <span className="soft small">{t("builder.wait")}</span>}
        {data && data.sample.length > 0 && (
          <div>
            <p className="section-name">{t("builder.sample")}</p>
            <MemberList members={data.sample.slice(0, SAMPLE_SHOWN)} />
          </div>
        )}
        {data && (
          <span className="soft small num">
            {t("audiences.asOf", { at: format.time(data.as_of, "second") })} · {t("builder.took", { shown: format.count(Math.round(data.took_ms)) })}
          </span>
        )}
      </Flex>
    </Card>
  );
}
