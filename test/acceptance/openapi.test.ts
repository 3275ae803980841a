/** Requests made from the document, good ones and hostile ones: every answer is as the document says, and none is a 500. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type openApiDocument, plainUrl, type Registered } from '../../src/http/openapi/document.ts';
import { OPERATIONS } from '../../src/http/openapi/operations.ts';
import { RESPONSES } from '../../src/http/openapi/responses.ts';
import { type Bot, startBot } from './bot.ts';

/** Every route that the bot registered. */
let registered: readonly Registered[] = [];
vi.mock(import('../../src/http/openapi/document.ts'), async (original) => {
  const actual = await original();
  return {
    ...actual,
    openApiDocument(routes, info) {
      registered = routes;
      return actual.openApiDocument(routes, info);
    },
  };
});

let bot: Bot;
beforeAll(async () => {
  bot = await startBot({ yaml: 'zone: Europe/Berlin\n', startIso: '2026-11-25T10:50:00Z' });
});
afterAll(() => bot.stop());

type Document = ReturnType<typeof openApiDocument>;

const QUESTIONS = ['cpu web01 last 1h', 'help', 'cpu web', 'alerts', 'load db01 1h as csv', 'zone UTC', ''];
/** Values that are likely to be good, by the name of what they are for. */
const GOOD: Readonly<Record<string, readonly string[]>> = {
  q: QUESTIONS,
  zone: ['Europe/Berlin', 'UTC', 'Mars/Olympus'],
  at: ['0', '3', '4000'],
  query: ['cpu', 'processor', 'nothing'],
  limit: ['1', '500', '0'],
  state: ['open', 'all'],
  from: ['2026-11-24T00:00:00Z', '2026-11-25T00:00:00+01:00'],
  to: ['2026-11-25T10:00:00Z'],
  theme: ['light', 'dark'],
  format: ['generic', 'alertmanager', 'nothing'],
  hook: ['default', 'eu'],
  id: ['AAAAAAAAAAAAAAAAAAAAAA', '0'.repeat(32)],
  name: ['config', 'query'],
};

const hostile = fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 20 }));
const valueFor = (name: string) => fc.oneof(fc.constantFrom(...(GOOD[name] ?? ['1'])), hostile);

/** What is put into the blanks of one operation. */
const filling = fc.record({
  pathValue: fc.dictionary(fc.constantFrom('id', 'format', 'hook', 'name'), hostile, { maxKeys: 1 }),
  isWanted: fc.infiniteStream(fc.boolean()),
  values: fc.record(Object.fromEntries(Object.keys(GOOD).map((name) => [name, valueFor(name)]))),
  body: fc.oneof(
    fc.constantFrom(...QUESTIONS).map((q) => JSON.stringify({ q })),
    fc.json({ maxDepth: 2 }),
    fc.string({ maxLength: 40 }),
  ),
});

interface Parameter {
  readonly name: string;
  readonly in: string;
}

describe('every operation answers as the document says', () => {
  propertyTest.prop([fc.constantFrom(...Object.keys(OPERATIONS)), filling], { numRuns: 150 })(
    'whatever it is asked',
    async (name, { isWanted, values, body, pathValue }) => {
      const [method = '', route = ''] = name.split(' ');
      const operation = OPERATIONS[name];
      const known = await documented(method, route);
      const path = route.replace(/:(\w+)/g, (_, blank: string) =>
        encodeURIComponent((pathValue[blank] ?? values[blank] ?? 'x').toWellFormed() || 'x'),
      );
      const query = new URLSearchParams();
      for (const { name: key, in: place } of (known.parameters ?? []) as Parameter[])
        if (place === 'query' && isWanted.next().value) query.set(key, values[key] ?? '1');
      const response = await fetch(`${bot.url}${path}?${query}`, {
        method,
        ...(method !== 'GET' && { body, headers: { 'content-type': 'application/json' } }),
      });
      const type = (response.headers.get('content-type') ?? '').split(';')[0];
      const text = await response.text();
      const said = `${method} ${path}?${query} ${method === 'GET' ? '' : body} → ${response.status} ${text.slice(0, 300)}`;
      expect(response.status, said).not.toBe(500);
      const isGood = (operation?.statuses ?? [200]).includes(response.status);
      if (!isGood) {
        expect(response.status, said).toBeGreaterThanOrEqual(400);
        if (operation?.hasOwnRefusals && type === 'application/json') return;
        expect(type, said).toBe('application/problem+json');
        expect(RESPONSES.Problem.safeParse(JSON.parse(text)).success, said).toBe(true);
        return;
      }
      if (!operation || !('json' in operation.gives)) return;
      expect(type, said).toBe('application/json');
      const checked = RESPONSES[operation.gives.json].safeParse(JSON.parse(text));
      expect(checked.success ? [] : checked.error.issues, said).toEqual([]);
      const { shape } = RESPONSES[operation.gives.json];
      const untold = Object.keys(JSON.parse(text)).filter((key) => !Object.hasOwn(shape, key));
      if (!['Explanation', 'State'].includes(operation.gives.json)) expect(untold, said).toEqual([]);
    },
  );

  it('has every route that is there, but for pages, files and forms of the console, and no other', async () => {
    const plain = await document().then(() => registered.flatMap(namesOf));
    const own = plain.filter(
      (name) => !/^HEAD |^(?:GET|POST) \/(?:$|assets\/|demo|machine|session|queries$|alerts)/.test(name),
    );
    expect([...new Set(own)].sort()).toEqual(Object.keys(OPERATIONS).sort());
  });

  it('has all of them, each with a name of its own', async () => {
    const { paths } = await document();
    const ids = Object.values(paths).flatMap((path) =>
      Object.values(path).map((operation) => (operation as { operationId: string }).operationId),
    );
    expect(ids.length).toBe(Object.keys(OPERATIONS).length);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

const namesOf = ({ method, url }: Registered) => [method].flat().map((one) => `${one} ${plainUrl(url)}`);

let kept: Promise<Document> | undefined;

function document(): Promise<Document> {
  kept ??= fetch(`${bot.url}/openapi.json`).then((response) => response.json() as Promise<Document>);
  return kept;
}

async function documented(method: string, route: string) {
  const { paths } = await document();
  const path = route.replace(/:(\w+)/g, '{$1}');
  expect(paths, path).toHaveProperty([path]);
  return (paths[path]?.[method.toLowerCase()] ?? {}) as { readonly parameters?: readonly unknown[] };
}
