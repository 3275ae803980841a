import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { fromEjson, toEjson } from '../../doubles/rocketchat/ejson.ts';
import { createManualClock } from '../../doubles/rocketchat/manual-clock.ts';
import { parseMultipart } from '../../doubles/rocketchat/multipart.ts';
import { createRateLimiter } from '../../doubles/rocketchat/rate-limiter.ts';
import { isAtLeast, parseVersion } from '../../doubles/rocketchat/version.ts';

propertyTest.prop([fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,9}$/), fc.uint8Array()), { maxLength: 5 })])(
  'a form comes out of its bytes as it went in',
  async (files) => {
    const form = new FormData();
    for (const [name, data] of files) form.append(name, new Blob([data as Uint8Array<ArrayBuffer>]), `${name}.png`);
    const request = new Request('http://localhost/', { method: 'POST', body: form });
    const bytes = Buffer.from(await request.arrayBuffer());
    const parts = parseMultipart(request.headers.get('content-type') ?? undefined, bytes);
    expect(parts.map(({ name, filename, data }) => [name, filename, [...data]])).toEqual(
      files.map(([name, data]) => [name, `${name}.png`, [...data]]),
    );
  },
);

propertyTest.prop([fc.uint8Array({ maxLength: 50 }), fc.nat(300)])(
  'a form that is cut is refused',
  async (data, cut) => {
    const form = new FormData();
    form.append('file', new Blob([data as Uint8Array<ArrayBuffer>]), 'a.png');
    const request = new Request('http://localhost/', { method: 'POST', body: form });
    const bytes = Buffer.from(await request.arrayBuffer());
    const end = bytes.lastIndexOf('--');
    const shorter = bytes.subarray(0, Math.min(cut, end));
    expect(() => parseMultipart(request.headers.get('content-type') ?? undefined, shorter)).toThrow(
      'error-upload-failed',
    );
  },
);

propertyTest.prop([fc.array(fc.nat(20_000), { maxLength: 60 })])(
  'a window never lets more calls through than its rule',
  async (pauses) => {
    const clock = createManualClock();
    const startMs = clock.now();
    const limiter = createRateLimiter({ calls: 3, windowMs: 10_000 }, clock);
    let windowMs = startMs;
    let allowed = 0;
    for (const pause of pauses) {
      await clock.advance(pause);
      if (clock.now() - windowMs > 10_000) {
        windowMs = clock.now();
        allowed = 0;
      }
      const { isAllowed, resetMs } = limiter.count('key');
      expect(clock.now() + resetMs).toBe(windowMs + 10_000);
      if (isAllowed) allowed += 1;
      expect(allowed).toBeLessThanOrEqual(3);
    }
  },
);

propertyTest.prop([fc.jsonValue(), fc.date({ noInvalidDate: true })])(
  'dates survive EJSON, and so does all else',
  (value, date) => {
    fc.pre(!JSON.stringify(value).includes('$date') && !JSON.stringify(value).includes('__proto__'));
    expect(fromEjson(toEjson({ value, date }))).toEqual({ value, date });
  },
);

it('compares versions by number', () => {
  expect(isAtLeast(parseVersion('6.13'), '6.9')).toBe(true);
  expect(isAtLeast(parseVersion('6.9'), '6.10')).toBe(false);
  expect(isAtLeast(parseVersion('8.0.1'), '8.0')).toBe(true);
  expect(() => parseVersion('latest')).toThrow(RangeError);
});

it('wakes sleepers in their order and not those that gave up', async () => {
  const clock = createManualClock(0);
  const woken: string[] = [];
  const giveUp = new AbortController();
  const sleep = (name: string, ms: number, signal?: AbortSignal) =>
    clock.sleep(ms, signal).then(
      () => woken.push(`${name} at ${clock.now()}`),
      () => woken.push(`${name} gave up`),
    );
  sleep('late', 20);
  sleep('early', 10).then(() => sleep('again', 5));
  sleep('never', 15, giveUp.signal);
  giveUp.abort();
  await clock.advance(30);
  expect(woken).toEqual(['never gave up', 'early at 10', 'again at 15', 'late at 20']);
  expect([clock.now(), clock.sleepers]).toEqual([30, 0]);
});
