/** People, one line each; on a phone, one card each. */
import { Flex, Table, Tag, type TableColumnsType } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { Column } from "@/features/people/list/columns";
import type { PersonRow } from "@/features/people/shared/people";
import { usePersonName } from "@/features/people/shared/person-name";
import { stageColour } from "@/features/people/shared/stages";
import { useWord } from "@/features/people/shared/words";
import { useFormat } from "@/lib/use-format";
import { useWorkspace } from "@/lib/workspace";

const IDENTIFIERS_SHOWN = 2;
const TAGS_SHOWN = 3;

export function StageTag({ stage }: { stage: string | null }) {
  const word = useWord();
  return stage ? <Tag color={stageColour(stage)}>{word("stage", stage)}</Tag> : null;
}

function Identifiers({ row }: { row: PersonRow }) {
  const { t } = useTranslation("people");
  const word = useWord();
  const shown = row.identifiers.slice(0, IDENTIFIERS_SHOWN);
  const rest = row.identifiers.length - shown.length;
  return (
    <Flex wrap gap="2px 12px" className="identifiers">
      {shown.map((one) => (
        <span key={`${one.kind} ${one.masked}`} className="identifier">
          <span className="soft">{word("kind", one.kind)}</span> <span className="mono">{one.masked}</span>
        </span>
      ))}
      {rest > 0 && <span className="soft">{t("people.moreIdentifiers", { shown: rest })}</span>}
    </Flex>
  );
}

function Tags({ row }: { row: PersonRow }) {
  const shown = row.tags.slice(0, TAGS_SHOWN);
  const rest = row.tags.slice(TAGS_SHOWN);
  return (
    <Flex wrap gap={4}>
      {shown.map((tag) => (
        <Tag key={tag.id}>{tag.name}</Tag>
      ))}
      {rest.length > 0 && <Tag title={rest.map((tag) => tag.name).join(" · ")}>+{rest.length}</Tag>}
    </Flex>
  );
}

export function PeopleTable({ rows, columns }: { rows: PersonRow[]; columns: readonly Column[] }) {
  const { t } = useTranslation("people");
  const { id } = useWorkspace();
  const personName = usePersonName();
  const format = useFormat();
  const navigate = useNavigate();
  const cells: Record<Column, TableColumnsType<PersonRow>[number]> = {
    identifiers: { title: t("people.identifiers"), render: (_, row) => <Identifiers row={row} /> },
    stage: { title: t("people.stage"), render: (_, row) => <StageTag stage={row.stage} /> },
    tags: { title: t("people.tags"), render: (_, row) => <Tags row={row} /> },
    events: { title: t("people.events"), className: "num", render: (_, row) => format.count(row.events) },
    orders: { title: t("people.orders"), className: "num", render: (_, row) => format.count(row.orders) },
    value: { title: t("people.value"), className: "num", render: (_, row) => format.money(row.value_minor, row.currency) },
    firstSeen: { title: t("people.firstSeen"), className: "num", render: (_, row) => format.time(row.first_seen_at) },
    lastSeen: {
      title: t("people.lastSeen"),
      className: "num",
      render: (_, row) => <span title={format.time(row.last_seen_at, "second")}>{format.ago(row.last_seen_at)}</span>,
    },
  };
  return (
    <Table<PersonRow>
      size="small"
      rowKey="person"
      rowClassName="row-link"
      scroll={{ x: "max-content" }}
      pagination={false}
      dataSource={rows}
      onRow={(row) => ({ onClick: () => void navigate(`/w/${id}/people/${row.person}`) })}
      columns={[
        {
          title: t("people.person"),
          fixed: "left",
          render: (_, row) => (
            <Link to={`/w/${id}/people/${row.person}`}>
              {personName(row)}
            </Link>
          ),
        },
        ...columns.map((column) => ({ key: column, ...cells[column] })),
      ]}
    />
  );
}

export function PeopleCards({ rows }: { rows: PersonRow[] }) {
  const { t } = useTranslation("people");
  const { id } = useWorkspace();
  const personName = usePersonName();
  const format = useFormat();
  return (
    <ul className="card-list">
      {rows.map((row) => (
        <li key={row.person}>
          <Link to={`/w/${id}/people/${row.person}`} className="card-link">
            <Flex justify="space-between" gap={8}>
              <strong className="clip">{personName(row)}</strong>
              <span className="soft num">{format.ago(row.last_seen_at)}</span>
            </Flex>
            <Identifiers row={row} />
            <Flex wrap gap={8} align="center">
              <StageTag stage={row.stage} />
              <span className="soft num">
                {t("people.orders")} {format.count(row.orders)} · {format.money(row.value_minor, row.currency)}
              </span>
            </Flex>
          </Link>
        </li>
      ))}
    </ul>
  );
}
