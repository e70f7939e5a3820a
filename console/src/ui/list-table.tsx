/** A table where there is room for its columns; on a phone the same rows as cards, each value under its column's name. */
import { Pagination, Table, type TableColumnType, type TableProps } from "antd";
import { useState, type Key, type ReactNode } from "react";
import "@/ui/list-table.css";
import { useIsPhone } from "@/ui/responsive";

export interface ListColumn<T> extends Pick<TableColumnType<T>, "className" | "sorter"> {
  /** Empty over what can be done with a row. */
  title: string;
  /** Beside the title in a table's head, where a word alone does not explain itself. */
  head?: ReactNode;
  /** Heads the row's card. */
  isName?: boolean;
  /** Takes a card's whole width. */
  isWide?: boolean;
  render: (row: T) => ReactNode;
}

interface ListTableProps<T> extends Pick<TableProps<T>, "rowClassName" | "onRow"> {
  rows: readonly T[];
  rowKey: (row: T) => Key;
  columns: readonly ListColumn<T>[];
  /** As many at once; all of them unless told. */
  pageSize?: number;
}

export function ListTable<T>(props: ListTableProps<T>) {
  return useIsPhone() ? <RowCards {...props} /> : <RowTable {...props} />;
}

function RowTable<T>({ rows, rowKey, columns, pageSize, ...rest }: ListTableProps<T>) {
  return (
    <Table<T>
      {...rest}
      size="small"
      rowKey={rowKey}
      scroll={{ x: "max-content" }}
      pagination={pageSize !== undefined && rows.length > pageSize && { pageSize, showSizeChanger: false }}
      dataSource={rows}
      columns={columns.map(({ title, head, className, sorter, render }) => ({
        title: head ?? title, className, sorter, render: (_, row) => render(row),
      }))}
    />
  );
}

/** Whether a cell has nothing to show: an act that is not this reader's. */
function isBare(cell: ReactNode): boolean {
  return cell === null || cell === undefined || cell === false || cell === "";
}

function RowCards<T>({ rows, rowKey, columns, pageSize = rows.length }: ListTableProps<T>) {
  const [page, setPage] = useState(1);
  const name = columns.find((column) => column.isName) ?? columns[0];
  const others = columns.filter((column) => column !== name);
  return (
    <>
      <ul className="row-cards">
        {rows.slice((page - 1) * pageSize, page * pageSize).map((row) => (
          <RowCard key={rowKey(row)} row={row} name={name} others={others} />
        ))}
      </ul>
      {rows.length > pageSize && (
        <Pagination simple align="center" current={page} pageSize={pageSize} total={rows.length} onChange={setPage} />
      )}
    </>
  );
}

interface RowCardProps<T> {
  row: T;
  name: ListColumn<T> | undefined;
  others: readonly ListColumn<T>[];
}

function RowCard<T>({ row, name, others }: RowCardProps<T>) {
  const cells = others.map((column) => ({ column, cell: column.render(row) })).filter(({ cell }) => !isBare(cell));
  return (
    <li>
      <div className="row-name">{name?.render(row)}</div>
      <dl>
        {cells.filter(({ column }) => column.title !== "").map(({ column, cell }) => (
          <div key={column.title} className={column.isWide ? "wide" : undefined}>
            <dt>{column.title}</dt>
            <dd>{cell}</dd>
          </div>
        ))}
      </dl>
      {cells.filter(({ column }) => column.title === "").map(({ cell }, place) => <div key={place} className="row-acts">{cell}</div>)}
    </li>
  );
}
