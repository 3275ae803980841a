/** The tools of the Model Context Protocol, used by the SDK's own client over both transports. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Bot, startBot } from './bot.ts';

// a process of its own starts on machines that have much else to do
vi.setConfig({ testTimeout: 90_000, hookTimeout: 120_000 });

let bot: Bot;
beforeAll(async () => {
  bot = await startBot({ yaml: 'zone: Europe/Berlin\n', startIso: '2026-11-25T10:50:00Z' });
});
afterAll(() => bot.stop());

async function connect(transport: Parameters<Client['connect']>[0]) {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const use = async (name: string, given: Record<string, unknown> = {}) =>
    (await client.callTool({ name, arguments: given })) as CallToolResult;
  return { client, use };
}

type Tools = Awaited<ReturnType<typeof connect>>;

const textOf = ({ content }: CallToolResult) => content.map((part) => (part.type === 'text' ? part.text : '')).join('');

async function overHttp(): Promise<Tools> {
  const transport = new StreamableHTTPClientTransport(new URL(`${bot.url}/mcp`));
  return connect(transport as Parameters<Client['connect']>[0]);
}

async function overStdio(listen: string, cwd: string): Promise<Tools> {
  const args = [resolve(import.meta.dirname, '../../bin/glimpse.js'), 'mcp'];
  const env = { PATH: process.env.PATH ?? '', GLIMPSE_LISTEN: listen, GLIMPSE_DATA: join(cwd, 'data') };
  return connect(new StdioClientTransport({ command: process.execPath, args, env, cwd, stderr: 'ignore' }));
}

/** What every way in must give. */
async function asksInWordsAndPictures({ use }: Tools) {
  const answer = await use('ask', { q: 'cpu web01 last 1h', theme: 'dark' });
  expect(answer.isError).toBeFalsy();
  expect(textOf(answer)).toContain('CPU of web01');
  const picture = answer.content.find((part) => part.type === 'image');
  const png = Buffer.from(picture?.type === 'image' ? picture.data : '', 'base64');
  expect((await sharp(png).metadata()).format).toBe('png');
  const { id } = answer.structuredContent as { id: string };
  const next = await use('ask', { q: '6h', follows: id, picture: false });
  expect(textOf(next)).toContain('last 6 hours');
  expect(next.content.map(({ type }) => type)).toEqual(['text']);
  const refused = await use('ask', { q: 'cpu web' });
  expect(refused.isError).toBe(true);
  expect(textOf(refused)).toMatch(/^ASK_AMBIGUOUS: .*\nThese work: cpu web/);
  const explained = await use('explain', { q: 'cpu web01 last 1h' });
  expect(explained.structuredContent).toMatchObject({ query: 'cpu', arguments: { host: ['web01'] } });
  expect(textOf(await use('list_queries', { filter: 'heatmap' }))).toMatch(/^latencies SERVICE/);
  expect(textOf(await use('values', { query: 'load', filter: 'web', limit: 2 }))).toContain('web01, web02 … 10 more');
  expect(textOf(await use('values', { query: 'laod' }))).toContain('These work: load');
}

describe('over HTTP', () => {
  it('asks in words and pictures, and says what would work', async () => {
    const tools = await overHttp();
    await asksInWordsAndPictures(tools);
    await tools.client.close();
  });

  it('lists all tools, alerts and changes among them, each with what it takes', async () => {
    const { client, use } = await overHttp();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual([
      'alerts',
      'ask',
      'changes',
      'explain',
      'list_queries',
      'values',
    ]);
    for (const { description, inputSchema } of tools) {
      expect(description?.length).toBeGreaterThan(20);
      expect(inputSchema.type).toBe('object');
      expect(inputSchema.additionalProperties).not.toBe(false);
    }
    expect(textOf(await use('alerts'))).toBe('Nothing.');
    // the demo fleet tells of its deploys soon after the start
    await vi.waitFor(async () => {
      const told = textOf(await use('changes', { from: '2026-11-25T10:00:00Z' }));
      expect(told).toMatch(/^2026-11-25T10:20:00\.000Z deployment succeeded: checkout v4\.328\.\d+$/);
    }, 20_000);
    const before = { from: '2026-10-01T00:30:00Z', to: '2026-10-01T00:40:00Z' };
    expect(textOf(await use('changes', before))).toBe('Nothing was changed.');
    expect((await use('alerts', { from: 'yesterday' })).isError).toBe(true);
    await client.close();
  });

  it('says which tool and arguments there are', async () => {
    const { client, use } = await overHttp();
    const told = async (name: string, given: Record<string, unknown>) => textOf(await use(name, given));
    expect(await told('ask', { question: 'queue mars' })).toMatch(
      /^HTTP_BAD_REQUEST: `question` is no argument here; there are `q`, .* and `data`\. The call lacks `q`\.$/,
    );
    expect(await told('explain', { q: 'cpu web01', session: 1, t: 'x' })).toContain('"query": "cpu"');
    expect(await told('explain', { q: 'cpu web01', zones: 'UTC' })).toBe(
      'HTTP_BAD_REQUEST: `zones` is no argument here; did you mean `zone`?',
    );
    expect(await told('alerts', { limit: 0 })).toContain('`limit` should be a whole number from 1 to 200, and is `0`.');
    expect(await told('nope', {})).toBe(
      'HTTP_NOT_FOUND: No tool is called `nope`. There are `ask`, `explain`, `list_queries`, `values`, `alerts` and `changes`.',
    );
    await client.close();
  });

  it('writes nothing in the name of a program', async () => {
    const { client, use } = await overHttp();
    const refused = await use('ask', { q: 'annotate "deployed"' });
    expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringContaining('ASK_FORBIDDEN')]);
    // nor does it say how that would be written
    expect(textOf(await use('ask', { q: 'annotate deploy x' }))).toMatch(/^ASK_FORBIDDEN: [^\n]*$/);
    await client.close();
  });

  it.each([
    ['GET', undefined, {}, 405, 'HTTP_METHOD_NOT_ALLOWED'],
    ['POST', '{', { 'content-type': 'application/json' }, 400, 'HTTP_BAD_REQUEST'],
    ['POST', '{}', { origin: 'https://evil.example', 'content-type': 'application/json' }, 403, 'HTTP_FORBIDDEN'],
  ])('refuses %s %s as a problem', async (method, body, headers, status, code) => {
    const response = await fetch(`${bot.url}/mcp`, { method, headers, ...(body !== undefined && { body }) });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });

  it('answers what is no call of the protocol in the protocol', async () => {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const response = await fetch(`${bot.url}/mcp`, { method: 'POST', headers, body: '{"hello":1}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ jsonrpc: '2.0', error: {} });
  });
});

it('asks for a token off loopback, whose scopes decide which tools answer', async () => {
  const guarded = await startBot({
    yaml: 'listen: 0.0.0.0:8484\ntokens: [{ name: asker, token: a-token-of-some-length, scopes: [ask] }]\n',
  });
  onTestFinished(() => guarded.stop());
  const url = new URL(`http://127.0.0.1:${new URL(guarded.url).port}/mcp`);
  const using = (token: string) => {
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    return connect(new StreamableHTTPClientTransport(url, { requestInit }) as Parameters<Client['connect']>[0]);
  };
  await expect(using('another-token-of-that-length')).rejects.toThrow(/HTTP_UNAUTHORIZED/);
  const { client, use } = await using('a-token-of-some-length');
  const answer = await use('ask', { q: 'cpu web01 last 1h' });
  expect(answer.content.map(({ type }) => type)).toEqual(['text', 'image']);
  expect(textOf(await use('alerts'))).toMatch(/^HTTP_FORBIDDEN: The token asker has no scope `alerts`/);
  await client.close();
});

describe('over standard input and output', () => {
  it('asks the running bot', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'glimpse-mcp-'));
    const tools = await overStdio(new URL(bot.url).host, cwd);
    expect((await tools.client.listTools()).tools).toHaveLength(6);
    expect(textOf(await tools.use('ask', { q: 'cpu web01 last 1h' }))).toContain('10:50–11:50 CET');
    await tools.client.close();
    await rm(cwd, { recursive: true, force: true });
  });

  it('answers by itself where no bot runs, without alerts', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'glimpse-mcp-'));
    const tools = await overStdio('127.0.0.1:1', cwd);
    await asksInWordsAndPictures(tools);
    expect((await tools.client.listTools()).tools).toHaveLength(4);
    await tools.client.close();
    await rm(cwd, { recursive: true, force: true });
  });
});
