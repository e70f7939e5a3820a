/** Who read what of whom, for what: added to, never changed, and proven to be whole. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Card, Flex, Input, Select, Tooltip } from "antd";
import { DownloadOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { api, body, type Schema } from "@/api/client";
import { Link } from "react-router";
import { ReasonCell, useActionWord, useActorWord, useReasonWord } from "@/features/privacy/trail/trail-words";
import { VerifyCard } from "@/features/privacy/trail/verify-card";
import { downloadCsv } from "@/lib/csv";
import { useAddress } from "@/lib/use-address";
import { useDebounced } from "@/lib/use-debounced";
import { useFormat } from "@/lib/use-format";
import { useVaultWord } from "@/lib/vault";
import { useMay, useWorkspace } from "@/lib/workspace";
import { ListTable } from "@/ui/list-table";
import { Failure, Nothing, Waiting } from "@/ui/states";

type Entry = Schema["TrailEntry"];

const PAGE_SIZE = 50;
const STILL_MS = 350;
const HASH_SHOWN = 8;
const PERSON_SHOWN = 12;
const FILTERS = ["actor", "action", "person"] as const;
const TYPED = ["actor", "person"] as const;
const ACTIONS = [
  "reveal", "lookup", "open", "export", "grant.ask", "grant.approve", "grant.refuse", "grant.revoke", "key.rotate",
  "key.cipher", "key.destruction.ask", "key.destruction.approve", "key.destruction.cancel", "field.declare",
  "key.destroy", "field.delete", "field.sweep.ask", "field.sweep", "retention.change", "retention.enforce", "access_file",
  "number.bind", "alarm",
];

function useTrail(asked: Record<(typeof FILTERS)[number], string>) {
  const { id } = useWorkspace();
  return useInfiniteQuery({
    queryKey: ["privacy", id, "trail", asked],
    queryFn: ({ pageParam, signal }) =>
      body(
        api.GET("/api/v1/workspaces/{workspace_id}/privacy/trail", {
          params: {
            path: { workspace_id: id },
            query: {
              limit: PAGE_SIZE,
              ...Object.fromEntries(FILTERS.filter((one) => asked[one]).map((one) => [one, asked[one]])),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
}

export function TrailTab() {
  const { t } = useTranslation("privacy");
  const [get, set] = useAddress();
  const actionWord = useActionWord();
  const actorWord = useActorWord();
  const reasonWord = useReasonWord();
  const format = useFormat();
  const word = useVaultWord();
  const sought = { actor: get("actor") ?? "", action: get("action") ?? "", person: get("person") ?? "" };
  const asked = useDebounced(JSON.stringify(sought), STILL_MS);
  const trail = useTrail(JSON.parse(asked) as typeof sought);
  const entries = trail.data?.pages.flatMap((page) => page.items) ?? [];
  const save = () => {
    downloadCsv("trail", [
      ["seq", t("trail.at"), t("trail.who"), t("trail.what"), t("trail.person"), t("grant.purpose", { ns: "vault" }), t("trail.kinds"), t("grant.reason", { ns: "vault" }), "hash"],
      ...entries.map((one) => [
        one.seq, one.at, actorWord(one.actor), actionWord(one.action), one.person, word("purposes", one.purpose), one.kinds.map((kind) => word("kinds", kind)).join(" · "), reasonWord(one.action, one.reason), one.hash,
      ]),
    ]);
  };
  return (
    <Flex vertical gap={16}>
      <VerifyCard />
      <Card styles={{ body: { padding: 0 } }}>
        <Flex wrap gap={8} className="toolbar">
          <Select
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            aria-label={t("trail.what")}
            placeholder={t("trail.action")}
            value={sought.action || null}
            options={ACTIONS.map((one) => ({ value: one, label: actionWord(one) }))}
            onChange={(chosen: string | null) => { set({ action: chosen ?? undefined }); }}
            style={{ width: 200 }}
          />
          {TYPED.map((one) => (
            <Input
              key={one}
              allowClear
              aria-label={t(`trail.${one}`)}
              placeholder={t(`trail.${one}`)}
              value={sought[one]}
              onChange={(event) => { set({ [one]: event.target.value }); }}
              style={{ width: 184 }}
            />
          ))}
          <span style={{ flex: 1 }} />
          <Button icon={<DownloadOutlined />} disabled={entries.length === 0} onClick={save}>
            {t("trail.exportShown")}
          </Button>
        </Flex>
        {trail.isError && <Failure error={trail.error} onRetry={() => void trail.refetch()} />}
        {trail.isPending && <Waiting />}
        {trail.data && entries.length === 0 && <Nothing title={t("trail.none")} hint={t("trail.noneHint", { zone: format.zoneLabel })} />}
        {entries.length > 0 && <TrailTable entries={entries} />}
        {trail.hasNextPage && (
          <Flex justify="center" style={{ padding: 8 }}>
            <Button type="link" loading={trail.isFetchingNextPage} onClick={() => void trail.fetchNextPage()}>
              {t("action.more")}
            </Button>
          </Flex>
        )}
      </Card>
    </Flex>
  );
}

function TrailTable({ entries }: { entries: Entry[] }) {
  const { t } = useTranslation("privacy");
  const format = useFormat();
  const word = useVaultWord();
  const { id } = useWorkspace();
  const maySee = useMay("people:read");
  const actionWord = useActionWord();
  const actorWord = useActorWord();
  return (
    <ListTable<Entry>
      rows={entries}
      rowKey={(one) => one.seq}
      columns={[
        {
          title: "№",
          className: "num left",
          render: (one) => (
            <>
              {format.count(one.seq)}
              <Tooltip title={<span className="mono break">{t("trail.hash")} {one.hash}</span>}>
                <div className="mono soft">{one.hash.slice(0, HASH_SHOWN)}…</div>
              </Tooltip>
            </>
          ),
        },
        { title: t("trail.at"), className: "num left", render: (one) => format.time(one.at, "second") },
        { title: t("trail.who"), render: (one) => actorWord(one.actor) },
        { title: t("trail.what"), isName: true, render: (one) => actionWord(one.action) },
        {
          title: t("trail.data"),
          render: (one) => (one.kinds.length > 0 || one.person) && (
            <>
              {one.kinds.map((kind) => word("kinds", kind)).join(t("list.comma"))}
              {one.values > 1 && <span className="soft num"> · {t("trail.values", { shown: format.count(one.values) })}</span>}
              {one.person && (
                <div className="mono soft" title={one.person}>
                  <Link to={maySee ? `/w/${id}/people/${one.person}` : `?tab=trail&person=${one.person}`}>{one.person.slice(0, PERSON_SHOWN)}…</Link>
                </div>
              )}
            </>
          ),
        },
        { title: t("grant.purpose", { ns: "vault" }), render: (one) => word("purposes", one.purpose) },
        { title: t("grant.reason", { ns: "vault" }), className: "cell-wide", isWide: true, render: (one) => one.reason && <ReasonCell action={one.action} reason={one.reason} /> },
      ]}
    />
  );
}
