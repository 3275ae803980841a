/** The bot's questions as tools of the Model Context Protocol: pictures as image content, words as text. */
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { toBotError } from '../domain/errors.ts';
import { type ApiCall, type ApiRequest, bytesFrom, jsonFrom } from './api-call.ts';
import { defineTool, makeServer, type Tool } from './tool-server.ts';
import { alertLines, changeLines, queryLines, valueLines } from './tool-words.ts';

/** What the tools work with. */
export interface ToolDeps {
  readonly call: ApiCall;
  /** Whether alerts and changes are kept; only a running bot has them. */
  readonly hasRecord: boolean;
  readonly version: string;
}

const Q = z
  .string()
  .max(4_000)
  .describe('a question as in chat: `cpu web01 last 1h`, `top 5 disk`, `errors checkout 30m vs yesterday`');
const Zone = z.string().max(100).optional().describe('IANA time zone of words and wall-clock times');
const Moment = z.string().max(40).optional().describe('ISO 8601 with an offset, e.g. 2026-11-25T22:00:00Z');
const Limit = z.number().int().min(1).max(200).default(50).describe('how many, the newest first');

const INSTRUCTIONS =
  'Glimpse answers questions about metrics, logs and alerts in short phrases, not sentences: a saved query, what of, a time. Begin with list_queries; values says which hosts or services there are. A refusal says what would work.';

/** Makes a server with all tools, which read only; it is not connected yet. */
export function makeToolServer({ call, hasRecord, version }: ToolDeps): Server {
  const tools = { ...questionTools(call), ...catalogueTools(call), ...(hasRecord && recordTools(call)) };
  return makeServer(tools, { version, instructions: INSTRUCTIONS });
}

interface Asked {
  readonly text: string;
  readonly image: string | null;
  readonly followUps: readonly string[];
  readonly [key: string]: unknown;
}

function questionTools(call: ApiCall): Readonly<Record<string, Tool>> {
  return {
    ask: defineTool({
      title: 'Ask about metrics, logs, alerts',
      description:
        'Answers one question with the numbers in words and, where there is one, a chart. The answer has an id: a follow-up such as `6h`, `also web02` or `vs yesterday` names it in `follows`.',
      takes: {
        q: Q,
        zone: Zone,
        follows: z.string().max(100).optional().describe('id of the answer that this follows'),
        picture: z.boolean().default(true).describe('false: words only'),
        theme: z.enum(['light', 'dark']).default('light'),
        data: z.boolean().default(false).describe('true: the values as well, as structured content'),
      },
      async run({ q, zone, follows, picture, theme, data }, signal) {
        const body = { q, write: false, ...(zone && { zone }), ...(follows && { follows }) };
        const result = await jsonFrom<Asked>(call, { method: 'POST', url: '/api/ask', body }, signal);
        const { frames, html: _html, text, ...rest } = result;
        const image = result.image !== null && picture ? await pictureOf(call, result.image, theme, signal) : [];
        const next = result.followUps.length > 0 ? `\n\nNext: ${result.followUps.join(' · ')}` : '';
        return {
          content: [{ type: 'text', text: text + next }, ...image],
          structuredContent: { ...rest, ...(data && { frames }) },
        };
      },
    }),
    explain: defineTool({
      title: 'How a question is understood',
      description: 'Says which query, arguments and window a question means. Fetches no data.',
      takes: { q: Q, zone: Zone },
      async run({ q, zone }, signal) {
        const body = { q, ...(zone && { zone }) };
        const request: ApiRequest = { method: 'POST', url: '/api/explain', body };
        return structured(await jsonFrom<Record<string, unknown>>(call, request, signal));
      },
    }),
  };
}

/** A picture that cannot be drawn leaves the words, which are complete. */
async function pictureOf(
  call: ApiCall,
  image: string,
  theme: string,
  signal: AbortSignal,
): Promise<CallToolResult['content']> {
  const url = `${image}${image.includes('?') ? '&' : '?'}theme=${theme}`;
  try {
    const bytes = await bytesFrom(call, { method: 'GET', url }, signal);
    return [{ type: 'image', data: Buffer.from(bytes).toString('base64'), mimeType: 'image/png' }];
  } catch (thrown) {
    signal.throwIfAborted();
    return [{ type: 'text', text: `The picture is missing: ${toBotError(thrown).message}` }];
  }
}

function catalogueTools(call: ApiCall): Readonly<Record<string, Tool>> {
  return {
    list_queries: defineTool({
      title: 'What can be asked',
      description: 'Lists the saved queries, what each means and takes, with a question that works now.',
      takes: { filter: z.string().max(100).optional().describe('a word in its name, alias, tag or description') },
      async run({ filter }, signal) {
        const { queries } = await jsonFrom<Parameters<typeof queryLines>[0]>(
          call,
          { method: 'GET', url: '/api/queries' },
          signal,
        );
        const wanted = queries.filter((query) => isAbout(query, filter));
        return {
          content: [{ type: 'text', text: queryLines({ queries: wanted }) }],
          structuredContent: { queries: wanted.map(({ help: _, ...query }) => query) },
        };
      },
    }),
    values: defineTool({
      title: 'Which hosts, services, … there are',
      description: 'Lists what the parameters of a saved query may be: hosts, services, disks.',
      takes: {
        query: z.string().min(1).max(200).describe('name or alias of a saved query'),
        parameter: z.string().max(100).optional().describe('only this parameter'),
        filter: z.string().max(200).optional().describe('only values that hold this'),
        limit: z.number().int().min(1).max(1_000).default(100),
      },
      async run(input, signal) {
        const request: ApiRequest = { method: 'GET', url: `/api/values?${paramsOf(input)}` };
        const found = await jsonFrom<Parameters<typeof valueLines>[0]>(call, request, signal);
        return structured(found, valueLines(found));
      },
    }),
  };
}

function recordTools(call: ApiCall): Readonly<Record<string, Tool>> {
  return {
    alerts: defineTool({
      title: 'What fires, what fired',
      description:
        'Lists groups of alerts: what fires now, the worst first, or all of a window (a week unless given), the newest first.',
      takes: {
        state: z.enum(['open', 'all']).default('open'),
        from: Moment,
        to: Moment,
        limit: Limit,
        before: z.string().max(60).optional().describe('`next` of the answer that this one goes on from'),
      },
      async run(input, signal) {
        const request: ApiRequest = { method: 'GET', url: `/api/alerts?${paramsOf(input)}` };
        const { alerts, next } = await jsonFrom<Parameters<typeof alertLines>[0]>(call, request, signal);
        const lean = alerts.map(({ html: _html, members: _members, ...alert }) => alert);
        return structured({ alerts: lean, next }, alertLines({ alerts, next }));
      },
    }),
    changes: defineTool({
      title: 'What was deployed or changed',
      description:
        'Lists deploys and other changes, the newest first: of the last seven days unless a window is given.',
      takes: { from: Moment, to: Moment, limit: Limit },
      async run(input, signal) {
        const request: ApiRequest = { method: 'GET', url: `/api/changes?${paramsOf(input)}` };
        const found = await jsonFrom<Parameters<typeof changeLines>[0]>(call, request, signal);
        return structured(found, changeLines(found));
      },
    }),
  };
}

function isAbout(query: Readonly<Record<string, unknown>>, filter: string | undefined): boolean {
  const { id, aliases, tags, description, title } = query;
  const text = JSON.stringify([id, aliases, tags, description, title]).toLowerCase();
  return filter === undefined || text.includes(filter.toLowerCase());
}

function paramsOf(input: Readonly<Record<string, string | number | undefined>>): URLSearchParams {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(input)) if (value !== undefined) params.set(key, String(value));
  return params;
}

function structured(json: object, text: string = JSON.stringify(json, undefined, 2)): CallToolResult {
  return { content: [{ type: 'text', text }], structuredContent: { ...json } };
}
