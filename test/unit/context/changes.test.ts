/** Changes near the start: which have to do with the alert, how they are told, what sources add. */
import { describe, expect, it } from 'vitest';
import { changesStep, marksNear, nearestChanges } from '../../../src/context/changes.ts';
import { subjectOf } from '../../../src/context/subject.ts';
import type { ChangeEvent } from '../../../src/domain/alert.ts';
import type { Annotation } from '../../../src/domain/annotation.ts';
import { plainText } from '../../../src/domain/message.ts';
import type { Source } from '../../../src/sources/source.ts';
import { createSourceSet } from '../../../src/sources/source-set.ts';
import { makeAlert, makeChange } from '../alerts/make.ts';

const START = Date.parse('2026-11-25T09:44:00Z');
const earlier = (minutes: number) => new Date(START - minutes * 60_000);
const never = new AbortController().signal;
const alert = makeAlert('HighErrorRate', { host: 'web02', service: 'checkout', startsAt: earlier(0) });
const production = { ...alert, attributes: { ...alert.attributes, 'deployment.environment.name': 'production' } };
const subject = subjectOf([production], START + 300_000, 'Europe/Berlin');

function sourceWith(name: string, annotations: Source['annotations']) {
  const source: Source = {
    request: () => ({ label: '' }),
    fetch: async () => [],
    link: () => undefined,
    check: async () => ({ problems: [] }),
    ...(annotations && { annotations }),
  };
  return { name, kind: name, title: name, rawPrefixes: [], isDemo: false, allowsRaw: false, timeoutMs: 1_000, source };
}

function find(changes: readonly ChangeEvent[], sources: ReturnType<typeof sourceWith>[] = [], about = subject) {
  const windows: { fromMs: number; toMs: number }[] = [];
  const record = {
    changes: async (window: { readonly fromMs: number; readonly toMs: number }) => {
      windows.push(window);
      return changes.filter(({ startsAt }) => +startsAt >= window.fromMs && +startsAt < window.toMs);
    },
  };
  const step = changesStep({ record, sources: createSourceSet(sources), timeoutMs: 50 });
  return step.find(about, never).then(({ lines, missing }) => ({ lines: lines.map(plainText), missing, windows }));
}

const mark = (minutes: number, title: string, fields: Partial<Annotation> = {}): Annotation => ({
  timeMs: +earlier(minutes),
  kind: 'deploy',
  title,
  tags: ['deploy'],
  ...fields,
});

describe('changes near the start of an alert', () => {
  it('are told with who, how long before and the way there', async () => {
    const { lines, windows } = await find([
      makeChange('checkout', '4.12.0', { startsAt: earlier(3), actor: { name: 'dana' } }),
    ]);
    expect(lines).toEqual(['10:41 deploy checkout 4.12.0 in production by dana, 3\u202Fmin before the start · change']);
    expect(windows).toEqual([{ fromMs: +earlier(60), toMs: START + 300_000 }]);
  });

  it('are of the same service, host or environment, the nearest in kind first', () => {
    const elsewhere = { attributes: { 'service.name': 'search', 'deployment.environment.name': 'staging' } };
    const changes = [
      makeChange('search', '1', { startsAt: earlier(1), ...elsewhere }),
      makeChange('search', '2', { startsAt: earlier(2) }),
      makeChange('kernel', '3', { startsAt: earlier(30), attributes: { 'host.name': 'web02.example.net' } }),
      makeChange('checkout', '4', { startsAt: earlier(50) }),
      makeChange('dns', '5', { startsAt: earlier(4), attributes: {}, title: 'the resolver moves' }),
      makeChange('flag', '6', { startsAt: earlier(5), attributes: {}, title: 'flag fast-lane of checkout is on' }),
    ];
    expect(nearestChanges(changes, subject).map(({ title }) => title)).toEqual([
      'flag fast-lane of checkout is on',
      'checkout 4',
      'kernel 3',
      'search 2',
      'the resolver moves',
    ]);
  });

  it('are all that there is, where nobody knows what the alert is about', () => {
    const bare = subjectOf([makeAlert('Odd', { startsAt: earlier(0) })], START, 'UTC');
    const unplaced = makeChange('dns', '5', { attributes: {} });
    expect(nearestChanges([unplaced, makeChange('search', '1')], bare)).toEqual([unplaced]);
  });

  it('are also marks of sources, of deploys that name the service; none twice', async () => {
    const graphite = sourceWith('Graphite', async () => [
      mark(4, 'deploy of checkout 4.12.0', { url: 'https://graphs.example/1' }),
      mark(20, 'rollback', { tags: ['deploy', 'checkout'] }),
      mark(10, 'deploy of search'),
      mark(10, 'checkout-ng rolled out', { tags: [] }),
      mark(2, 'incident of checkout', { kind: 'incident' }),
    ]);
    const { lines } = await find([makeChange('checkout', '4.12.0', { startsAt: earlier(3) })], [graphite]);
    expect(lines.map((line) => line.split(',')[0])).toEqual([
      '10:41 deploy checkout 4.12.0 in production',
      '10:34 deploy checkout-ng rolled out',
      '10:24 deploy rollback',
    ]);
  });

  it('say which source is late or refuses, and keep what others have', async () => {
    const late = sourceWith('Grafana', () => new Promise(() => undefined));
    const broken = sourceWith('Graphite', () => Promise.reject(new Error('boom')));
    const { lines, missing } = await find([makeChange('checkout', '1', { startsAt: earlier(3) })], [late, broken]);
    expect(lines.length).toBe(1);
    expect(missing).toEqual(['marks of Grafana did not answer within 0.05 s', 'marks of Graphite failed']);
  });

  it('are bounded, the rest is counted', async () => {
    const many = Array.from({ length: 40 }, (_, index) =>
      makeChange('checkout', `${index}`, { startsAt: earlier(index) }),
    );
    const { lines } = await find(many);
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([
      4,
      '10:44 deploy checkout 0 in production, at the start · change',
      '… and 37 more changes near the start: changes 2h',
    ]);
  });

  it('are marks on the charts, of a whole day', async () => {
    const changes = [
      makeChange('checkout', '1', { startsAt: earlier(600) }),
      makeChange('search', '1', { attributes: { 'service.name': 'search' } }),
    ];
    expect(await marksNear(subject, { changes: async () => changes })).toEqual([
      { timeMs: +earlier(600), kind: 'deploy', title: 'checkout 1', tags: [], url: 'https://ci.example/checkout/1' },
    ]);
  });
});
