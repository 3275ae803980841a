import { expect, it } from 'vitest';
import { MINUTE, signal, startGraphite, windowOf } from '../graphite-harness.ts';

const window = windowOf(MINUTE - 3600, MINUTE);

async function marks(events: unknown, tags: readonly string[] = []) {
  const { source, requests } = await startGraphite({ body: JSON.stringify(events) });
  return { requests, marks: await source.annotations?.(window, { tags }, signal) };
}

it('asks for events that have all the tags', async () => {
  const { requests } = await marks([], ['deploy', 'web']);
  expect(Object.fromEntries(requests[0]?.searchParams ?? [])).toEqual({
    from: String(MINUTE - 3600),
    until: String(MINUTE),
    tags: 'deploy web',
    set: 'intersection',
  });
});

it.each([
  [{ what: 'web 1.4', tags: ['deploy', 'web'] }, 'deploy'],
  [{ what: 'Released 1.4', tags: [] }, 'deploy'],
  [{ what: 'x', tags: 'rollback web' }, 'deploy'],
  [{ what: 'db01 failover', tags: ['db'] }, 'incident'],
  [{ what: 'x', tags: ['Outage'] }, 'incident'],
  [{ what: 'x', tags: ['alert'] }, 'alert'],
  [{ what: 'deployed by hand? no', tags: null }, 'deploy'],
  [{ what: 'coffee', tags: ['kitchen'] }, 'note'],
])('takes %j for a %s', async (event, kind) => {
  expect((await marks([{ when: MINUTE - 60, ...event }])).marks?.[0]?.kind).toBe(kind);
});

it('gives title, text, tags and time, oldest first, inside the window', async () => {
  const events = [
    { what: 'second', when: MINUTE - 60, data: ' by ana ', tags: ['a'] },
    { what: 'first', when: MINUTE - 120, data: '', tags: [] },
    { what: 'too late', when: MINUTE, tags: [] },
    { what: 'too early', when: MINUTE - 3601, tags: [] },
  ];
  expect((await marks(events)).marks).toEqual([
    { timeMs: (MINUTE - 120) * 1000, kind: 'note', title: 'first', tags: [] },
    { timeMs: (MINUTE - 60) * 1000, kind: 'note', title: 'second', text: 'by ana', tags: ['a'] },
  ]);
});

it('keeps the newest five hundred, their texts bounded', async () => {
  const events = Array.from({ length: 600 }, (_, at) => ({
    what: 'x'.repeat(999),
    when: MINUTE - 700 + at,
    data: 'y'.repeat(9_999),
  }));
  const { marks: list = [] } = await marks(events);
  expect(list.length).toBe(500);
  expect(list.at(-1)?.timeMs).toBe((MINUTE - 101) * 1000);
  expect([list[0]?.title.length, list[0]?.text?.length]).toEqual([200, 2_000]);
});

it.each([
  ['carbonapi', { status: 404, contentType: 'text/plain', body: '404 page not found' }],
  [
    'VictoriaMetrics',
    { status: 400, contentType: 'text/plain', body: 'unsupported path requested: "/events/get_data"' },
  ],
])('has none, quietly, from %s', async (_, reply) => {
  const { source } = await startGraphite(reply);
  expect(await source.annotations?.(window, { tags: [] }, signal)).toEqual([]);
});

it('does not even ask an implementation that is known to have none', async () => {
  const { source, requests } = await startGraphite({}, { flavour: 'victoriametrics' });
  expect(await source.annotations?.(window, { tags: [] }, signal)).toEqual([]);
  expect(requests).toEqual([]);
});

it.each([
  [{ status: 403, body: 'no' }, 'SOURCE_FORBIDDEN'],
  [{ contentType: 'text/html', body: '<html>' }, 'SOURCE_AUTH'],
  [{ body: '[{"what":1}]' }, 'SOURCE_UNEXPECTED'],
])('reports %j as %s', async (reply, code) => {
  const { source } = await startGraphite(reply);
  await expect(source.annotations?.(window, { tags: [] }, signal)).rejects.toMatchObject({ code });
});

it('makes a span of an event that says when it ended', async () => {
  const events = [
    { what: 'checkout refuses payments', when: MINUTE - 600, until: MINUTE - 60, tags: ['incident'], data: '' },
    { what: 'still going on', when: MINUTE - 300, until: null, tags: ['incident'], data: '' },
  ];
  const { marks: found } = await marks(events);
  expect(found?.map(({ timeMs, endMs }) => [timeMs, endMs])).toEqual([
    [(MINUTE - 600) * 1000, (MINUTE - 60) * 1000],
    [(MINUTE - 300) * 1000, undefined],
  ]);
});
