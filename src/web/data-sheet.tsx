/** The numbers behind an answer. */
import type { DataTable } from './contract.ts';

/** Tables to read and the file with everything. */
export function DataSheet({
  page,
  tables,
}: {
  readonly page?: string | undefined;
  readonly tables: readonly DataTable[];
}) {
  return (
    <section class="data" aria-labelledby="data-head">
      <header class="section-head">
        <h2 id="data-head">Data</h2>
        {page !== undefined && (
          <a href={`${page}.csv`} download>
            Download CSV
          </a>
        )}
      </header>
      {tables.map((table, at) => (
        <Table key={table.title ?? at} table={table} label={table.title ?? 'Data'} />
      ))}
    </section>
  );
}

function Table({
  table: { title, columns, rows, total },
  label,
}: {
  readonly table: DataTable;
  readonly label: string;
}) {
  return (
    <>
      {title !== undefined && <h3>{title}</h3>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section class="scroll tall" tabIndex={0} aria-label={`${label}, a table`}>
        <table>
          <thead>
            <tr>
              {columns.map(({ name, isNumber }) => (
                <th key={name} scope="col" class={isNumber ? 'number' : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row[0]}>
                {row.map((cell, at) => (
                  <td key={at} class={columns[at]?.isNumber ? 'number' : undefined}>
                    {wholeDay(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {total > rows.length && (
        <p class="faint">
          {rows.length} of {total} rows; the CSV has all of them.
        </p>
      )}
    </>
  );
}

/** A moment breaks before its clock, not within its day. */
function wholeDay(cell: string) {
  const [, day, clock] = /^(\d{4}-\d{2}-\d{2})( \d{2}:\d{2}:\d{2})$/.exec(cell) ?? [];
  if (day === undefined) return cell;
  return (
    <>
      <span>{day}</span>
      {clock}
    </>
  );
}
