import { writeDocument } from '../../documents/write-document.ts';
import type { Entry } from '../admin-client/admin-client.ts';
import { writeResult } from '../output.ts';
import { writeJson } from '../write-json.ts';
import { writeTable } from '../write-table.ts';
import type { Column } from './resource.ts';
import type { Session } from './session.ts';
import { showValue, valueAt } from './show-value.ts';

type Printing = Pick<Session, 'host' | 'options' | 'useColor'>;

/** A list that is printed page by page, whatever its length. */
export interface ListPrinter {
  add(page: readonly Entry[]): void;
  end(): void;
}

export function printList(printing: Printing, columns: readonly Column[]): ListPrinter {
  const { host, options } = printing;
  let count = 0;
  return {
    add(page) {
      if (page.length === 0) return;
      host.out(writePage(page, columns, printing, count === 0));
      count += page.length;
    },
    end() {
      if (options.output === 'json') host.out(count === 0 ? '[]\n' : '\n]\n');
      else if (count > 0) return;
      else if (options.output === 'yaml') host.out('[]\n');
      else host.err('none\n');
    },
  };
}

function writePage(
  page: readonly Entry[],
  columns: readonly Column[],
  { options, useColor }: Printing,
  isFirst: boolean,
): string {
  switch (options.output) {
    case 'json': {
      const items = page.map((entry) => writeJson(entry, 2).replaceAll(/^/gm, '  '));
      return `${isFirst ? '[\n' : ',\n'}${items.join(',\n')}`;
    }
    case 'yaml':
      return writeDocument(page);
    case 'table': {
      const titles = isFirst ? columns.map(([title]) => title.toUpperCase()) : null;
      return writeTable(
        page.map((entry) => rowOf(entry, columns)),
        { titles, useColor },
      );
    }
  }
}

/** Cells of one line of a list. */
export function rowOf(entry: Entry, columns: readonly Column[]): readonly string[] {
  return columns.map(([, ...places]) => {
    const place = places.find((name) => (valueAt(entry, name) ?? null) !== null) ?? '';
    return showValue(valueAt(entry, place), place);
  });
}

/** One entity, a line for each of its fields. */
export function printEntry({ host, options, useColor }: Printing, entry: Entry): void {
  const rows = Object.entries(entry).map(([name, value]) => [name, showValue(value, name)]);
  const text = options.output === 'table' ? writeTable(rows, { titles: null, useColor }) : '';
  host.out(writeResult(options.output, entry, text.trimEnd()));
}
