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
