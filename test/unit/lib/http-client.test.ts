import { expect, it } from 'vitest';
import { codeOfStatus, createHttpClient, retryAfterMs } from '../../../src/lib/http-client.ts';
import { type Answering, startHttpBackend } from '../../doubles/http-backend.ts';

async function start(answering: Answering, timeoutMs = 5_000) {
  const backend = await startHttpBackend(answering);
  const client = createHttpClient({ timeoutMs });
  const send = (path = '/', request = {}, signal = AbortSignal.timeout(20_000)) =>
    client.send(new URL(path, backend.url), request, signal);
  return { ...backend, send };
}

it('gives status, headers, media type without parameters and the whole body', async () => {
  const { send } = await start({ status: 201, contentType: 'Text/Plain; charset=utf-8', body: 'héllo', isGzip: true });
  const reply = await send();
  expect(reply).toMatchObject({ status: 201, contentType: 'text/plain', text: 'héllo' });
  expect(reply.headers.get('content-encoding')).toBe('gzip');
});

it('takes a redirect for an answer', async () => {
  const { send, requests } = await start({ status: 302, headers: { location: '/elsewhere' } });
  expect((await send()).status).toBe(302);
  expect(requests.length).toBe(1);
});

it('refuses a body over the cap, however it is packed', async () => {
  const { send } = await start({ body: 'x'.repeat(2_000_000), isGzip: true });
  await expect(send('/', { maxBytes: 1_000_000 })).rejects.toMatchObject({ code: 'SOURCE_TOO_MUCH' });
});

it('reads of an error page only its beginning', async () => {
  const { send } = await start({ status: 500, body: 'x'.repeat(1_000_000) });
  const { status, text } = await send();
  expect(status).toBe(500);
  expect(text.length).toBeLessThan(200_000);
});

it('reads an error answer whole where it may hold data, up to the cap', async () => {
  const { send } = await start({ status: 400, body: 'x'.repeat(1_000_000) });
  expect((await send('/', { hasDataInErrors: true })).text.length).toBe(1_000_000);
  await expect(send('/', { hasDataInErrors: true, maxBytes: 1_000 })).rejects.toMatchObject({
    code: 'SOURCE_TOO_MUCH',
  });
});

it.each(['silent', 'hang'] as const)('ends a %s answer at its deadline, in words without the query', async (how) => {
  const reply =
    how === 'silent' ? ({ isSilent: true } as const) : ({ body: 'x'.repeat(9_999), midway: 'hang' } as const);
  const { send, url } = await start(reply, 120);
  const { host } = new URL(url);
  await expect(send('/render?token=s3cret')).rejects.toMatchObject({
    code: 'SOURCE_TIMEOUT',
    message: `${host}/render did not answer within 0.1 s.`,
  });
});

it("gives back the caller's own reason, or a time-out when that was a deadline", async () => {
  const { send } = await start({ isSilent: true });
  const aborter = new AbortController();
  const answer = send('/', {}, aborter.signal);
  const reason = new Error('gone');
  aborter.abort(reason);
  await expect(answer).rejects.toBe(reason);
  await expect(send('/', {}, AbortSignal.timeout(30))).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
});

it('says that a connection broke', async () => {
  const { send } = await start({ body: 'x'.repeat(9_999), midway: 'reset' });
  await expect(send()).rejects.toMatchObject({ code: 'SOURCE_BACKEND_DOWN' });
});

it('says that a name has no address', async () => {
  const client = createHttpClient({ timeoutMs: 10_000 });
  const signal = AbortSignal.timeout(15_000);
  await expect(client.send(new URL('http://no-such-host.invalid/x?y=s3cret'), {}, signal)).rejects.toMatchObject({
    code: 'SOURCE_BACKEND_DOWN',
    message: expect.not.stringContaining('s3cret'),
  });
});

it.each([
  [401, 'SOURCE_AUTH'],
  [302, 'SOURCE_AUTH'],
  [403, 'SOURCE_FORBIDDEN'],
  [404, 'SOURCE_NOT_FOUND'],
  [408, 'SOURCE_TIMEOUT'],
  [413, 'SOURCE_TOO_MUCH'],
  [418, 'SOURCE_BAD_QUERY'],
  [429, 'SOURCE_OVERLOADED'],
  [500, 'SOURCE_UNEXPECTED'],
  [502, 'SOURCE_BACKEND_DOWN'],
  [503, 'SOURCE_OVERLOADED'],
  [504, 'SOURCE_TIMEOUT'],
])('has for a bare %i the code %s', (status, code) => {
  expect(codeOfStatus(status)).toBe(code);
});

it.each([
  ['3', 3_000],
  [new Date(60_000).toUTCString(), 59_000],
  [new Date(0).toUTCString(), 0],
  ['soon', undefined],
  ['', undefined],
])('reads Retry-After: %s', (value, ms) => {
  expect(retryAfterMs(new Headers({ 'retry-after': value }), 1_000)).toBe(ms);
});
