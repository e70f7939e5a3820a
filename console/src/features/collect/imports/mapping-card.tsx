/** What the file seems to be, and what each of its columns means. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Card, Descriptions, Flex, Select, Table } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Chosen } from "@/features/collect/imports/chosen";
import {
  draftOf,
  FORMATS,
  knowsItsMoney,
  mappingOf,
  missingOf,
  needsMapping,
  type Draft,
} from "@/features/collect/imports/mapping";
import { MappingFields } from "@/features/collect/imports/mapping-fields";
import { SourceSelect } from "@/ui/source-select";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";
import { CurrencySelect, ZoneSelect } from "@/ui/place-selects";
import { Failure } from "@/ui/states";

const FORMAT_WIDTH = 220;

interface MappingCardProps {
  chosen: Chosen;
  onDone: () => void;
  onCancel: () => void;
}

export function MappingCard({ chosen, onDone, onCancel }: MappingCardProps) {
  const { t } = useTranslation("imports");
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const { detected, upload_id } = chosen.uploaded;
  const [kind, setKind] = useState(detected.format);
  const [source, setSource] = useState<string>();
  const [zone, setZone] = useState(workspace.time_zone);
  const [currency, setCurrency] = useState(workspace.currency);
  const [draft, setDraft] = useState<Draft>(() => draftOf(detected.suggested_mapping ?? {}));
  const isMapped = needsMapping(kind);
  const isKnown = knowsItsMoney(kind);
  const missing = isMapped ? missingOf(draft) : [];

  const start = useMutation({
    mutationFn: (sourceId: string) =>
      body(
        api.POST("/api/v1/workspaces/{workspace_id}/imports", {
          params: { path: { workspace_id: workspace.id } },
          body: {
            upload_id,
            source_id: sourceId,
            format: kind,
            mapping: isMapped ? mappingOf(draft) : null,
            time_zone: isKnown ? null : zone,
            currency: isKnown ? null : currency,
          },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["imports", workspace.id] });
      onDone();
    },
  });

  return (
    <Card title={t("imports.check", { name: chosen.fileName })}>
      <Flex vertical gap={24}>
        <DetectedFacts chosen={chosen} />
        <Flex wrap gap={16}>
          <Labelled label={t("imports.format")}>
            <Select
              aria-label={t("imports.format")}
              value={kind}
              onChange={setKind}
              options={FORMATS.map((one) => ({ value: one, label: t(`importFormat.${one}`) }))}
              style={{ width: FORMAT_WIDTH }}
            />
          </Labelled>
          <Labelled label={t("imports.source")}>
            <SourceSelect value={source} onChange={setSource} placeholder={t("imports.sourceOne")} />
          </Labelled>
          {!isKnown && (
            <>
              <Labelled label={t("imports.zone")}>
                <ZoneSelect value={zone} onChange={setZone} />
              </Labelled>
              <Labelled label={t("imports.currency")}>
                <CurrencySelect value={currency} onChange={setCurrency} />
              </Labelled>
            </>
          )}
        </Flex>
        {isMapped && <MappingFields columns={detected.columns} draft={draft} onChange={setDraft} />}
        <PreviewTable chosen={chosen} />
        {missing.length > 0 && (
          <Alert
            type="info"
            showIcon
            title={t("imports.missing", {
              list: missing.map((one) => t(`imports.missingOne.${one}`)).join(t("list.comma")),
            })}
          />
        )}
        {start.isError && <Failure error={start.error} />}
        <Flex gap={8} align="center">
          <Button
            type="primary"
            disabled={!source || missing.length > 0}
            loading={start.isPending}
            onClick={() => {
              if (source) start.mutate(source);
            }}
          >
            {t("imports.start")}
          </Button>
          <Button onClick={onCancel}>{t("action.cancel")}</Button>
          {!source && <span className="soft">{t("imports.sourceFirst")}</span>}
        </Flex>
      </Flex>
    </Card>
  );
}

function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div style={{ minWidth: 180 }}>
      <div className="field-label">{label}</div>
      {children}
    </div>
  );
}

function DetectedFacts({ chosen }: { chosen: Chosen }) {
  const { t } = useTranslation("imports");
  const format = useFormat();
  const { detected } = chosen.uploaded;
  const facts: [string, string | undefined][] = [
    [t("imports.encoding"), detected.encoding?.toUpperCase()],
    [t("imports.headerRow"), detected.header_row ? t("imports.rowNumber", { row: detected.header_row }) : undefined],
    [t("imports.delimiter"), detected.delimiter === "\t" ? "Tab" : (detected.delimiter ?? undefined)],
    [t("imports.columns"), detected.columns.length > 0 ? format.count(detected.columns.length) : undefined],
    [t("imports.rows"), detected.rows_estimate === null ? undefined : `≈ ${format.count(detected.rows_estimate)}`],
  ];
  return (
    <Descriptions
      size="small"
      column={{ xs: 1, sm: 3, lg: 5 }}
      items={facts
        .filter(([, words]) => words)
        .map(([label, words]) => ({ key: label, label, children: words }))}
    />
  );
}

function PreviewTable({ chosen }: { chosen: Chosen }) {
  const { t } = useTranslation("imports");
  const { detected, preview } = chosen.uploaded;
  if (preview.length === 0) return null;
  const names = detected.columns.map((column) => column.name);
  const width = Math.max(names.length, ...preview.map((row) => row.length));
  return (
    <div>
      <div className="field-label">{t("imports.preview")}</div>
      <Table<string[]>
        size="small"
        bordered
        rowKey={(row) => String(preview.indexOf(row))}
        scroll={{ x: "max-content", y: 240 }}
        pagination={false}
        dataSource={preview}
        columns={Array.from({ length: width }, (_, index) => ({
          key: String(index),
          title: names[index] ?? String(index + 1),
          render: (_: unknown, row: string[]) => <span className="mono">{row[index]}</span>,
        }))}
      />
    </div>
  );
}
