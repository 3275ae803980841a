/** The small readers that all alert formats share: times, attributes, links, bodies, signatures. */
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { attributesOf } from '../../../src/alerts/reading/attributes.ts';
import { parseJson, readBody } from '../../../src/alerts/reading/body.ts';
import { hrefOf } from '../../../src/alerts/reading/links.ts';
import { timeNotes } from '../../../src/alerts/reading/notes.ts';
import { severityOf } from '../../../src/alerts/reading/severity.ts';
import { verifyHmac } from '../../../src/alerts/reading/signatures.ts';
import { noting, timeOf } from '../../../src/alerts/reading/times.ts';
import { Secret } from '../../../src/lib/secret.ts';

describe('timeOf', () => {
  it.each<[unknown, string | undefined]>([
    ['2026-11-25T09:44:12.123456789Z', '2026-11-25T09:44:12.123Z'],
    ['2026-11-25T10:44:12+01:00', '2026-11-25T09:44:12.000Z'],
    ['0001-01-01T00:00:00Z', undefined],
    ['1970-01-01T00:00:00Z', undefined],
    [0, undefined],
    [1_795_600_000, '2026-11-25T09:46:40.000Z'],
    ['1795600000', '2026-11-25T09:46:40.000Z'],
    [1_795_600_000.5, '2026-11-25T09:46:40.500Z'],
    [1_795_600_000_000, '2026-11-25T09:46:40.000Z'],
    ['1795600000000000', '2026-11-25T09:46:40.000Z'],
    ['1795600000000000000', '2026-11-25T09:46:40.000Z'],
    ['2021-04-28 21:50:00 +0200', '2021-04-28T19:50:00.000Z'],
    ['2016-08-12 15:23:28 UTC', '2016-08-12T15:23:28.000Z'],
    ['2017-01-12T16:30:42.236+0000', '2017-01-12T16:30:42.236Z'],
    ['2026.11.25 10:44:00', '2026-11-25T09:44:00.000Z'],
    ['$NOW', undefined],
    ['', undefined],
    ['2026-13-45T00:00:00Z', undefined],
    [Number.NaN, undefined],
    [null, undefined],
    [{}, undefined],
  ])('%j is %s', (value, expected) => {
    expect(timeOf(value, 'Europe/Berlin')?.toISOString()).toBe(expected);
  });
});

describe('a time that cannot be read', () => {
  it.each<[unknown, boolean]>([
    ['yesterday', true],
    ['2026-13-45T00:00:00Z', true],
    [12e99, true],
    [{}, true],
    [{ toString: 1 }, true],
    ['2026-11-25T09:44:12Z', false],
    ['0001-01-01T00:00:00Z', false],
    ['0000-00-00 00:00:00', false],
    [0, false],
    [-1, false],
    ['0', false],
    ['', false],
    [' ', false],
    [undefined, false],
    [null, false],
    ['$SHORTDATETIME$', false],
    ['{EVENT.RECOVERY.DATE} {EVENT.RECOVERY.TIME}', false],
    ['n/a', false],
  ])('is noted where something stands for it: %j %s', (value, isNoted) => {
    expect(noting(() => timeOf(value)).unreadable).toEqual(isNoted ? [value] : []);
  });

  it('is noted with its place, cut, and not without end', () => {
    const content = { labels: { a: 'b' }, alerts: [{ startsAt: 'now' }, { startsAt: 'x'.repeat(100), endsAt: 'now' }] };
    const values = ['now', 'x'.repeat(100), ...Array.from({ length: 50 }, (_, index) => `elsewhere ${index}`)];
    const notes = timeNotes(values, content);
    expect(notes.slice(0, 3)).toEqual([
      { code: 'ALERT_TIME_UNREADABLE', field: 'alerts[0].startsAt', value: '"now"' },
      { code: 'ALERT_TIME_UNREADABLE', field: 'alerts[1].startsAt', value: `"${'x'.repeat(78)}…` },
      { code: 'ALERT_TIME_UNREADABLE', value: '"elsewhere 0"' },
    ]);
    expect(notes.length).toBe(10);
  });

  it('is noted although the body is deep and long', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`) as unknown;
    const long = Array.from({ length: 200_000 }, () => 'now');
    expect(timeNotes([deep, 'now'], { startsAt: deep, all: long })).toEqual([
      { code: 'ALERT_TIME_UNREADABLE', field: 'startsAt', value: '[…]' },
      { code: 'ALERT_TIME_UNREADABLE', field: 'all[0]', value: '"now"' },
    ]);
  });
});

describe('attributesOf', () => {
  it.each<[Readonly<Record<string, string>>, object]>([
    [{ instance: 'web01:9100' }, { 'host.name': 'web01' }],
    [{ instance: '[2001:db8::1]:9100' }, { 'host.name': '2001:db8::1', 'host.ip': '2001:db8::1' }],
    [{ instance: '2001:db8::1' }, { 'host.name': '2001:db8::1', 'host.ip': '2001:db8::1' }],
    [
      { instance: '10.2.3.4:8080', job: 'checkout' },
      { 'host.name': '10.2.3.4', 'host.ip': '10.2.3.4', 'service.name': 'checkout' },
    ],
    [{ instance: 'https://shop.example/health' }, {}],
    [{ instance: 'https://shop.example/', host: 'web01' }, { 'host.name': 'web01' }],
    [{ host: '', node: 'k8s-1' }, { 'host.name': 'k8s-1' }],
    [
      { env: 'production', namespace: 'shop', pod: 'p-1' },
      { 'deployment.environment.name': 'production', 'k8s.namespace.name': 'shop', 'k8s.pod.name': 'p-1' },
    ],
    [{ summary: 'web01 is down' }, {}],
  ])('of %j', (labels, expected) => {
    expect(attributesOf(labels)).toEqual(expected);
  });
});

it.each([
  ['Critical', 'critical'],
  ['page', 'critical'],
  ['P2', 'error'],
  ['warn', 'warning'],
  ['none', 'info'],
  ['purple', 'unknown'],
  ['', 'unknown'],
])('%s is %s', (word, expected) => {
  expect(severityOf(word)).toBe(expected);
});

it.each([
  ['https://user:pass@wiki.example/x?y=1', 'https://wiki.example/x?y=1'],
  ['javascript:alert(1)', undefined],
  ['website_url not set/cgi-bin/extinfo.cgi?x', undefined],
  ['//host/x', undefined],
  ['', undefined],
  [7, undefined],
])('%j as an address is %s', (text, expected) => {
  expect(hrefOf(text)).toBe(expected);
});

const bytes = (text: string) => new TextEncoder().encode(text);
const delivery = (text: string, headers: Readonly<Record<string, string>> = {}) => ({
  hook: 'default',
  headers,
  body: bytes(text),
  receivedAt: new Date('2026-11-25T10:00:00Z'),
});

describe('readBody', () => {
  it('keeps numbers that would be rounded as they were written', () => {
    expect(parseJson('{"id":9223372036854775807,"small":12,"half":1.5,"list":[12345678901234567890]}')).toEqual({
      id: '9223372036854775807',
      small: 12,
      half: 1.5,
      list: ['12345678901234567890'],
    });
  });

  it('keeps the last of two equal keys, as senders with doubled ones mean it', () => {
    expect(parseJson('{"alertname":"a","alertname":"b"}')).toEqual({ alertname: 'b' });
  });

  it('reads the fields of forms, and the JSON in one of them', () => {
    expect(readBody(delivery('alert=cpu&level=critical&desc=a+b%26c')).content).toEqual({
      alert: 'cpu',
      level: 'critical',
      desc: 'a b&c',
    });
    expect(readBody(delivery(`payload=${encodeURIComponent('{"a":1}')}`)).content).toEqual({ a: 1 });
    const multipart = '--x\r\nContent-Disposition: form-data; name="data"\r\n\r\n{"a":1}\r\n--x--\r\n';
    expect(readBody(delivery(multipart, { 'content-type': 'multipart/form-data; boundary=x' })).content).toEqual({
      a: 1,
    });
  });

  it.each([['hello there'], ['<xml/>'], ['key value=1']])('refuses %j as neither', (text) => {
    expect(() => readBody(delivery(text))).toThrow(expect.objectContaining({ code: 'ALERT_UNSUPPORTED_TYPE' }));
  });
});

describe('verifyHmac', () => {
  const secrets = [new Secret('old'), new Secret('steering')];
  const sign = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');
  const scheme = { header: 'X-Sign', prefix: 'v1=' };
  const check = (header: string | undefined, more: object = {}, extra: Readonly<Record<string, string>> = {}) =>
    verifyHmac(delivery('{"a":1}', { ...(header !== undefined && { 'x-sign': header }), ...extra }), secrets, {
      ...scheme,
      ...more,
    });

  it('takes any value that any of the secrets made', () => {
    check(`v1=${'0'.repeat(64)}, v1=${sign('steering', '{"a":1}')}`);
    check(`v1=${sign('old', '{"a":1}').toUpperCase()}`);
  });

  it.each<[string | undefined, string]>([
    [undefined, 'ALERT_UNAUTHORIZED'],
    ['', 'ALERT_UNAUTHORIZED'],
    ['v1=xyz', 'ALERT_UNREADABLE'],
    [`sha1=${'0'.repeat(64)}`, 'ALERT_UNREADABLE'],
    [`v1=${'0'.repeat(64)}`, 'ALERT_FORBIDDEN'],
  ])('refuses %j with %s', (header, code) => {
    expect(() => check(header)).toThrow(expect.objectContaining({ code }));
  });

  it('covers the signed time, and refuses an old one', () => {
    const timed = { timestampHeader: 'X-Time', maxAgeMs: 300_000 };
    const at = (iso: string) => String(Date.parse(iso) / 1000);
    const tried = (stamp: string) => check(`v1=${sign('steering', `${stamp}:{"a":1}`)}`, timed, { 'x-time': stamp });
    tried(at('2026-11-25T09:56:00Z'));
    expect(() => tried(at('2026-11-25T09:50:00Z'))).toThrow(expect.objectContaining({ code: 'ALERT_FORBIDDEN' }));
    expect(() => check(`v1=${sign('steering', '{"a":1}')}`, timed)).toThrow(
      expect.objectContaining({ code: 'ALERT_UNAUTHORIZED' }),
    );
  });
});
