/** The cheapest proof that an Elasticsearch or OpenSearch can be read, and which one it is. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { checkProblem, type OwnAdvice } from '../../lib/reach-advice.ts';
import type { CheckReport } from '../source.ts';
import type { Backend } from './backend.ts';
import { indexPath } from './search.ts';

const Root = z.object({
  version: z.object({ number: z.string(), distribution: z.string().optional() }),
  tagline: z.string().optional(),
});
const Fields = z.object({
  indices: z.union([z.string(), z.array(z.string())]).default([]),
  fields: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

const ADVICE: OwnAdvice = {
  auth: 'Set apiKey, or username and password, or token, or the headers that its proxy wants.',
  forbidden: 'Give it the rights read and view_index_metadata on the indices that it shall read.',
};

/** What the config says should be there. */
interface Expected {
  readonly timeField: string;
  /** Where it names one. */
  readonly index?: string | undefined;
}

/** Asks for the version, then for the time field of what may be read. Never throws for a failure there. */
export async function checkBackend(backend: Backend, expected: Expected, signal: AbortSignal): Promise<CheckReport> {
  try {
    const version = await identify(backend, signal);
    const problems = await checkRights(backend, expected, signal);
    return { version, problems: [...wrongFlavour(backend, version), ...problems] };
  } catch (thrown) {
    return { problems: [checkProblem(thrown, ADVICE, signal)] };
  }
}

/** A login may be kept from the address itself and still read indices. */
async function identify(backend: Backend, signal: AbortSignal): Promise<string> {
  try {
    const root = Root.safeParse(await backend.json({ method: 'GET', path: '' }, signal));
    if (!root.success) {
      const message = `${backend.title()} sent JSON of another shape than its version has.`;
      throw new BotError('SOURCE_UNEXPECTED', message, {}, { cause: root.error });
    }
    const number = /^[\w.-]{1,40}/.exec(root.data.version.number)?.[0];
    const isOpenSearch = root.data.version.distribution === 'opensearch';
    const isElastic = root.success && root.data.tagline === 'You Know, for Search';
    const name = isOpenSearch ? 'OpenSearch' : isElastic ? 'Elasticsearch' : backend.title();
    return `${name}${number === undefined ? '' : ` ${number}`}`;
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code === 'SOURCE_FORBIDDEN') return backend.title();
    throw thrown;
  }
}

/** Elasticsearch answers those who take it for OpenSearch, under the wrong name and without its own ES|QL. */
function wrongFlavour(backend: Backend, version: string): string[] {
  if (backend.flavour() !== 'opensearch' || !version.startsWith('Elasticsearch')) return [];
  return [`It is set to flavour: opensearch, but ${version} answers; set flavour: elasticsearch.`];
}

async function checkRights(backend: Backend, { timeField, index }: Expected, signal: AbortSignal): Promise<string[]> {
  const query = { fields: timeField, ignore_unavailable: 'true', allow_no_indices: 'true' };
  const parsed = Fields.safeParse(
    await backend.json({ method: 'GET', path: `${indexPath(index ?? '*')}/_field_caps`, query }, signal),
  );
  if (!parsed.success) return [`${backend.title()} sent JSON of another shape than field_caps has.`];
  const { indices, fields } = parsed.data;
  if ([indices].flat().length === 0) {
    if (index !== undefined) {
      return [
        `${backend.title()} shows nothing called ${index} to my login. Set index to what there is, or give my login the rights read and view_index_metadata on it.`,
      ];
    }
    return [
      `${backend.title()} shows no index to my login. Give it the rights read and view_index_metadata on those it shall read.`,
    ];
  }
  const types = Object.keys(fields[timeField] ?? {});
  if (types.some((type) => type === 'date' || type === 'date_nanos')) return [];
  const where = index === undefined ? 'No index that my login may read' : `Nothing in ${index}`;
  return [`${where} has a date field ${timeField}. Set timeField to the one that has the time.`];
}
