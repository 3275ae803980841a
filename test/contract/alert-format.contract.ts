/** What every alert format must do, whoever sends it: run over each registered one and over real samples. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { AlertFormat, Delivery } from '../../src/alerts/alert-format.ts';
import { decodeDelivery, toldJson } from '../../src/alerts/decode-delivery.ts';
import type { Alert, ChangeEvent, Told } from '../../src/domain/alert.ts';
import { BotError } from '../../src/domain/errors.ts';

/** How the suite knows one format. */
export interface FormatHarness {
  readonly format: AlertFormat;
  /** A valid body that opens a problem or begins a change, as the sender writes it. */
  readonly example: unknown;
  /** Its headers, lower case; `content-type` is JSON unless given. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bodies that are JSON and can be nothing of this sender. */
  readonly wrong: readonly unknown[];
  /** Senders that fill a template leave members out; these alone must be there, as paths in the example. Others are dropped in turn. */
  readonly required: readonly string[];
}

const RECEIVED = new Date('2026-11-25T10:00:00.000Z');
const HOOK = 'eu';

/** A delivery of JSON or of bytes as they are. */
function deliveryOf(body: unknown, headers: Readonly<Record<string, string>> = {}): Delivery {
  const bytes =
    body instanceof Uint8Array
      ? body
      : new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  return { hook: HOOK, headers: { 'content-type': 'application/json', ...headers }, body: bytes, receivedAt: RECEIVED };
}

/** The text that is wrong with what was told; nothing when all holds. */
function faultsOf({ alerts, changes }: Told, format: string): readonly string[] {
  return [
    ...alerts.flatMap((alert) => alertFaults(alert, format)),
    ...changes.flatMap((change) => changeFaults(change)),
  ];
}

function alertFaults(alert: Alert, format: string): string[] {
  const { status, endsAt, startsAt, title, labels, annotations, links, fingerprint, transition } = alert;
  const texts = [...Object.values(labels), ...Object.values(annotations), ...Object.values(alert.attributes)];
  const rules: readonly (readonly [string, boolean])[] = [
    ['source', alert.source === format],
    ['sourceInstance', alert.sourceInstance === HOOK],
    ['deliveryId', alert.deliveryId.length > 0],
    [
      'fingerprint',
      fingerprint.startsWith(`${format}:${HOOK}:`) && fingerprint.length > format.length + HOOK.length + 2,
    ],
    ['title', title.trim() !== '' && !/[\n\r]/.test(title)],
    ['endsAt null while firing', status !== 'firing' || endsAt === null],
    ['endsAt a time when resolved', status !== 'resolved' || endsAt instanceof Date],
    ['startsAt', startsAt instanceof Date && startsAt.getUTCFullYear() > 1970],
    ['resolved has its transition', transition !== 'resolved' || status === 'resolved'],
    ['texts', texts.every((text) => typeof text === 'string')],
    ['links', links.every(({ href }) => /^https?:\/\//.test(href))],
    ['values', alert.values.every(({ value }) => value === null || Number.isFinite(value))],
  ];
  return rules.flatMap(([name, holds]) => (holds ? [] : [`${fingerprint}: ${name}`]));
}

function changeFaults({ id, title, startsAt, links, sourceInstance }: ChangeEvent): string[] {
  const holds = id.length > 0 && title.trim() !== '' && startsAt instanceof Date && sourceInstance === HOOK;
  return holds && links.every(({ href }) => /^https?:\/\//.test(href)) ? [] : [`change ${id}`];
}

/** Adds the contract's tests for one format. */
export function describeAlertFormat({ format, example, headers = {}, wrong, required }: FormatHarness): void {
  const decode = (body: unknown, more: Readonly<Record<string, string>> = {}) =>
    decodeDelivery(format, deliveryOf(body, { ...headers, ...more }), format.options.parse({}));
  const tried = (body: unknown) => {
    try {
      return faultsOf(decode(body), format.format);
    } catch (thrown) {
      if (thrown instanceof BotError && thrown.code.startsWith('ALERT_')) return [];
      throw thrown;
    }
  };

  describe(`the format ${format.format}`, () => {
    it('reads its example into the model', () => {
      const told = decode(example);
      expect(told.alerts.length + told.changes.length).toBeGreaterThan(0);
      expect([...faultsOf(told, format.format), ...told.notes]).toEqual([]);
    });

    it('gives the same ids for the same bytes, at the same hook only', () => {
      const ids = ({ alerts, changes }: Told) => [...alerts, ...changes].map(({ deliveryId }) => deliveryId);
      expect(ids(decode(example))).toEqual(ids(decode(example)));
      const elsewhere = { ...deliveryOf(example, headers), hook: 'us' };
      const names = (told: Told) => told.alerts.map(({ fingerprint }) => fingerprint);
      const other = names(decodeDelivery(format, elsewhere, format.options.parse({})));
      expect(other.some((name) => names(decode(example)).includes(name))).toBe(false);
    });

    it('is stable JSON with ISO dates', () => {
      const { alerts, changes } = toldJson(decode(example));
      const times = ([...alerts, ...changes] as Readonly<Record<string, string>>[]).map(({ startsAt }) => startsAt);
      expect(times.filter((time) => !/^\d{4}-\d\d-\d\dT.*Z$/.test(time ?? ''))).toEqual([]);
    });

    it('does not mind the content type, unknown members and a byte order mark', () => {
      const count = decode(example).alerts.length;
      const types = ['text/plain', 'application/x-www-form-urlencoded', ''];
      expect(types.map((type) => decode(example, { 'content-type': type }).alerts.length)).toEqual(
        types.map(() => count),
      );
      if (typeof example === 'string') return;
      const odd = { ...(example as object), somethingNew: { a: [1] } };
      expect(Array.isArray(example) || decode(odd).alerts.length === count).toBe(true);
      expect(decode(`\uFEFF${JSON.stringify(example)}`).alerts.length).toBe(count);
    });

    it.each(wrong.map((body) => [JSON.stringify(body)?.slice(0, 60), body] as const))(
      'refuses %s in its own words',
      (_, body) => {
        expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'ALERT_UNREADABLE' }));
      },
    );

    it.each([['{"a":'], [''], ['   '], ['[1,2'], [`${'['.repeat(100_000)}`]])('refuses broken JSON %#', (body) => {
      expect(() => decode(body)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ALERT_/) }));
    });

    it('does without every member that is not required', () => {
      if (typeof example === 'string') return;
      const faults = pathsOf(example)
        .filter((path) => !required.some((name) => path === name || name.startsWith(`${path}.`)))
        .flatMap((path) => {
          try {
            return faultsOf(decode(without(example, path)), format.format);
          } catch (thrown) {
            return [`without ${path}: ${(thrown as Error).message}`];
          }
        });
      expect(faults).toEqual([]);
    });

    it('takes any value anywhere, or refuses it, and never breaks', () => {
      if (typeof example === 'string') return;
      const paths = pathsOf(example);
      const property = fc.property(fc.constantFrom(...paths), HOSTILE, (path, value) => {
        expect(tried(replaced(example, path, value))).toEqual([]);
      });
      fc.assert(property, { numRuns: 300 });
    });
  });
}

/** Values that templates, copies and attackers put where a text should be. */
const HOSTILE = fc.oneof(
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    ...[
      null,
      true,
      -1,
      0,
      1e308,
      '',
      ' ',
      '$VALUE',
      '{{ .Labels.x }}',
      '<script>alert(1)</script>',
      '@all @here <!channel>',
    ],
    ...[
      'javascript:alert(1)',
      'http://user:pass@host/',
      '\u202Egnp.exe',
      'a\u0000b',
      '9223372036854775807',
      '0001-01-01T00:00:00Z',
    ],
    ...[{ __proto__: null, constructor: 1 }, [[]], 'x'.repeat(50_000), '2026-13-45T99:99:99Z', '\n\n\n', '__proto__'],
  ),
);

/** Paths of all members, `alerts.0.labels`; at most 200. */
function pathsOf(value: unknown, before = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value)
    .flatMap(([name, one]) => [`${before}${name}`, ...pathsOf(one, `${before}${name}.`)])
    .slice(0, 200);
}

function edited(
  value: unknown,
  [name = '', ...rest]: readonly string[],
  change: (holder: Record<string, unknown>, name: string) => void,
): unknown {
  const copy = structuredClone(value) as Record<string, unknown>;
  if (rest.length === 0) change(copy, name);
  else if (typeof copy[name] === 'object' && copy[name] !== null) copy[name] = edited(copy[name], rest, change);
  return copy;
}

function without(value: unknown, path: string): unknown {
  return edited(value, path.split('.'), (holder, name) => {
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name];
  });
}

function replaced(value: unknown, path: string, by: unknown): unknown {
  return edited(value, path.split('.'), (holder, name) => {
    holder[name] = by;
  });
}

/** Adds a test for each sample of this format below a folder: `<folder>/<format>/*`; `*.headers.txt` beside one are its headers. */
export function describeSamples(folder: string, format: AlertFormat): void {
  const path = join(folder, format.format);
  const names = isFolder(path)
    ? readdirSync(path).filter((name) => /\.json$|\.body\.txt$/.test(name) && !/response|request/.test(name))
    : [];
  if (names.length === 0) return;
  describe(`real samples of ${format.format}`, () => {
    it.each(names)('%s', (name) => {
      const body = readFileSync(join(path, name));
      const told = decodeDelivery(
        format,
        deliveryOf(new Uint8Array(body), headersBeside(path, name)),
        format.options.parse({}),
      );
      expect([...faultsOf(told, format.format), ...told.notes]).toEqual([]);
    });
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function headersBeside(path: string, name: string): Readonly<Record<string, string>> {
  const stem = name.replace(/\.json$|\.body\.txt$/, '');
  const file = [`${stem}.headers.txt`, 'headers.txt']
    .map((one) => join(path, one))
    .find((one) => statSync(one, { throwIfNoEntry: false }));
  if (file === undefined) return {};
  const lines = readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((line) => /^([\w-]+):\s*(.*)$/.exec(line));
  return Object.fromEntries(
    lines.flatMap((match) => (match ? [[(match[1] as string).toLowerCase(), match[2] as string]] : [])),
  );
}
