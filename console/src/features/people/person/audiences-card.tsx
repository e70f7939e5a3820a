/** The audiences a person is or was in, each with its "why". */
import { useQuery } from "@tanstack/react-query";
import { Button, Card, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, body, type Schema } from "@/api/client";
import { WhyView } from "@/features/people/audiences/why/why-view";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { Failure, Waiting } from "@/ui/states";

type Belonging = Schema["Belonging"];

export function AudiencesCard({ person }: { person: string }) {
  const { t } = useTranslation("people");
  const { id } = useWorkspace();
  const format = useFormat();
  const [asked, setAsked] = useState<Belonging>();
  const audiences = useQuery({
    queryKey: ["person", id, person, "audiences"],
    queryFn: ({ signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/people/{person_id}/audiences", {
          params: { path: { workspace_id: id, person_id: person } },
          signal,
        }),
      ),
  });
  const items = audiences.data?.items ?? [];
  return (
    <Card title={t("audiencesCard.title")}>
      {audiences.isError && <Failure error={audiences.error} onRetry={() => void audiences.refetch()} />}
      {audiences.isPending && <Waiting rows={2} />}
      {audiences.data && items.length === 0 && <span className="soft">{t("audiencesCard.none")}</span>}
      <ul className="fact-list">
        {items.map((one) => (
          <li key={one.audience_id} className="fact-row">
            <div>
              <Link to={`/w/${id}/audiences/${one.audience_id}`} className={one.is_in ? "" : "soft"}>
                {one.name}
              </Link>
              <div className="soft small num">
                {!one.is_in && `${t("audiencesCard.left")} · `}
                {one.since && t("audiencesCard.since", { at: format.time(one.since) })}
              </div>
            </div>
            <Button type="link" size="small" onClick={() => { setAsked(one); }}>
              {t("audiencesCard.why")}
            </Button>
          </li>
        ))}
      </ul>
      {asked && (
        <Modal
          open
          width={640}
          footer={null}
          title={asked.name}
          onCancel={() => {
            setAsked(undefined);
          }}
        >
          <WhyView audience={asked.audience_id} person={person} />
        </Modal>
      )}
    </Card>
  );
}
