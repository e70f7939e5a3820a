/** A short table without sorting or pages, for pages that must load fast. */
import type { ReactNode } from "react";

export interface PlainColumn<T> {
  key: string;
  title: ReactNode;
  isNumber?: boolean;
  className?: string;
  render: (row: T) => ReactNode;
}

interface PlainTableProps<T> {
  rows: readonly T[];
  columns: readonly PlainColumn<T>[];
  rowKey: (row: T) => string;
}

export function PlainTable<T>({ rows, columns, rowKey }: PlainTableProps<T>) {
  const classOf = (column: PlainColumn<T>) =>
    [column.isNumber ? "num" : "", column.className ?? ""].join(" ").trim();
  return (
    <div className="scroll-x">
      <table className="plain-table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.key} className={classOf(column)}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
