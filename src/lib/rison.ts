/** Rison, the compact JSON in the addresses of Kibana and OpenSearch Dashboards. Pure. @see https://github.com/Nanonid/rison */

/** What rison can say; `undefined` members of objects are left out. */
export type RisonValue =
  | string
  | number
  | boolean
  | null
  | readonly RisonValue[]
  | { readonly [key: string]: RisonValue | undefined };

/** Words that may stand without quotes: no digit and no `-` first, none of the marks that have a meaning. */
const BARE = /^[^\s0-9'!:(),*@$-][^\s'!:(),*@$]*$/;

/** Writes a value; not yet encoded for an address. */
export function rison(value: RisonValue): string {
  if (value === null) return '!n';
  if (typeof value === 'boolean') return value ? '!t' : '!f';
  if (typeof value === 'number') return String(value).replace('+', '');
  if (typeof value === 'string') return BARE.test(value) ? value : `'${value.replace(/[!']/g, '!$&')}'`;
  if (isList(value)) return `!(${value.map(rison).join(',')})`;
  const members = Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [`${rison(key)}:${rison(member)}`],
  );
  return `(${members.join(',')})`;
}

function isList(value: RisonValue): value is readonly RisonValue[] {
  return Array.isArray(value);
}

/** Longer than any address that a browser takes. */
const TEXT_MAX_CHARS = 100_000;
/** Filters within filters of Discover are a handful deep. */
const DEPTH_MAX = 40;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const WORDS: ReadonlyMap<string, RisonValue> = new Map<string, RisonValue>([
  ['t', true],
  ['f', false],
  ['n', null],
]);

/** A word without quotes from here on; Kibana writes the key `$state` so. */
const BARE_HERE = /\$?[^\s'!:(),*@$]*/y;

/** Where a text is read. */
interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Reads a value, already decoded from its address. Keys of objects are own properties, whatever they are called.
 *
 * @throws SyntaxError for anything else, also for what is longer or deeper than an address can mean
 */
export function parseRison(text: string): RisonValue {
  const cursor = { text, at: 0 };
  if (text.length > TEXT_MAX_CHARS) throw broken(cursor);
  const value = valueAt(cursor, 0);
  if (cursor.at < text.length) throw broken(cursor);
  return value;
}

function valueAt(cursor: Cursor, depth: number): RisonValue {
  if (depth > DEPTH_MAX) throw broken(cursor);
  const first = cursor.text[cursor.at];
  if (first === '(') return objectAt(cursor, depth);
  if (first === "'") return quotedAt(cursor);
  return first === '!' ? signAt(cursor, depth) : wordAt(cursor);
}

function signAt(cursor: Cursor, depth: number): RisonValue {
  const sign = cursor.text[cursor.at + 1] ?? '';
  const word = WORDS.get(sign);
  if (word === undefined && sign !== '(') throw broken(cursor);
  cursor.at += 2;
  if (word !== undefined) return word;
  const items: RisonValue[] = [];
  while (!isTaken(cursor, ')')) {
    if (items.length > 0) expect(cursor, ',');
    items.push(valueAt(cursor, depth + 1));
  }
  return items;
}

function objectAt(cursor: Cursor, depth: number): RisonValue {
  cursor.at += 1;
  const members: [string, RisonValue][] = [];
  while (!isTaken(cursor, ')')) {
    if (members.length > 0) expect(cursor, ',');
    const key = cursor.text[cursor.at] === "'" ? quotedAt(cursor) : barestAt(cursor);
    expect(cursor, ':');
    members.push([key, valueAt(cursor, depth + 1)]);
  }
  return Object.fromEntries(members);
}

function quotedAt(cursor: Cursor): string {
  let read = '';
  for (let at = cursor.at + 1; at < cursor.text.length; at += 1) {
    const char = cursor.text[at];
    if (char === "'") {
      cursor.at = at + 1;
      return read;
    }
    if (char === '!') at += 1;
    read += cursor.text[at] ?? '';
  }
  throw broken(cursor);
}

function wordAt(cursor: Cursor): RisonValue {
  const word = barestAt(cursor);
  return NUMBER.test(word) ? Number(word) : word;
}

function barestAt(cursor: Cursor): string {
  BARE_HERE.lastIndex = cursor.at;
  const word = BARE_HERE.exec(cursor.text)?.[0] ?? '';
  if (word === '') throw broken(cursor);
  cursor.at += word.length;
  return word;
}

function isTaken(cursor: Cursor, char: string): boolean {
  if (cursor.text[cursor.at] !== char) return false;
  cursor.at += 1;
  return true;
}

function expect(cursor: Cursor, char: string): void {
  if (!isTaken(cursor, char)) throw broken(cursor);
}

function broken({ text, at }: Cursor): SyntaxError {
  return new SyntaxError(`no rison: ${JSON.stringify(text.slice(at, at + 20))} at ${at}`);
}
