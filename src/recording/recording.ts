/** Recorded data: what sources answered at one moment, in a file, so that the same questions can be answered offline. */
import { z } from 'zod';
import { checkShape } from '../config/check-shape.ts';
import { type Fault, faultsError } from '../config/fault.ts';
import { FILE_MAX_BYTES, parseYaml } from '../config/yaml-file.ts';
import { BotError } from '../domain/errors.ts';
import { Moment, RecordedFrame } from './frame-schema.ts';

/** A recording lies beside its definition and is looked at by people; this is a day of a hundred hosts. */
const RECORDING_MAX_BYTES = 16 * 1024 * 1024;

const text = z.string().max(10_000);
const source = text.optional().describe('Name of the source. Left out: any');
const window = { from: Moment.optional(), to: Moment.optional() };

const EmptyReason = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('never_existed'), what: text, near: z.array(text) }),
  z.strictObject({ kind: z.literal('stopped'), what: text, lastMs: z.number(), lastValue: z.number().optional() }),
  z.strictObject({ kind: z.literal('not_yet'), what: text, firstMs: z.number() }),
  z.strictObject({ kind: z.literal('too_old'), keptMs: z.number() }),
  z.strictObject({ kind: z.literal('filter'), filter: text, withoutFilter: z.number() }),
  z.strictObject({ kind: z.literal('none'), said: text }),
  z.strictObject({ kind: z.literal('mistaken'), why: text, write: text }),
  z.strictObject({ kind: z.literal('silent'), what: text }),
]);

const Fetched = z.strictObject({
  source,
  request: text.optional().describe('What was asked: the bound expression. Left out: anything'),
  arguments: z
    .record(z.string(), z.array(text))
    .optional()
    .describe('What it was asked for, by parameter. Left out: anything'),
  digest: text.optional().describe('Tells requests with the same words apart'),
  unit: text.optional().describe('Unit of the definition at that time'),
  ...window,
  frames: z.array(RecordedFrame).max(500).describe('What came back'),
  empty: EmptyReason.optional().describe('Why there was no value'),
});

const Mark = z.strictObject({
  timeMs: z.number(),
  endMs: z.number().optional(),
  kind: z.enum(['deploy', 'incident', 'alert', 'note']),
  title: z.string(),
  text: z.string().optional(),
  tags: z.array(z.string()).default([]),
  url: z.string().optional(),
});

/** The file as a whole. */
export const Recording = z
  .strictObject({
    $schema: z.string().optional(),
    query: text.optional().describe('Name of the definition it is of'),
    question: text.optional().describe('What was asked'),
    now: Moment.optional().describe('The moment that "now" means. Left out: the end of the data'),
    zone: text.optional().describe('IANA time zone. Left out: that of the config'),
    frames: z.array(RecordedFrame).max(500).optional().describe('Data for whatever is asked, in place of `data`'),
    data: z.array(Fetched).max(1_000).default([]).describe('Each fetch and what came back'),
    marks: z
      .array(z.strictObject({ source, tags: z.array(z.string()).default([]), ...window, marks: z.array(Mark) }))
      .max(1_000)
      .default([])
      .describe('Deploys and the like, as marks on the time axis'),
    values: z
      .array(z.strictObject({ source, pattern: text, values: z.array(text).max(100_000) }))
      .max(1_000)
      .default([])
      .describe('What existed, by pattern of a parameter'),
    dashboards: z
      .array(z.strictObject({ dashboard: text, url: text }))
      .max(1_000)
      .default([])
      .describe('Where dashboards were found'),
  })
  .describe('Recorded data of Glimpse');

/** A recording as its file has it, checked; `frames` have become `data`. */
export type Recording = z.output<typeof Recording>;
/** The same as it is written. */
export type WrittenRecording = z.input<typeof Recording>;

/**
 * Reads a recording, or the JSON of an answer.
 *
 * @param file - as faults name it
 * @throws BotError `CONFIG_INVALID` with every fault
 */
export function parseRecording(raw: string, file: string): Recording {
  // editors of Windows begin a file with this mark and do not show it
  const json = raw.replace(/^\uFEFF/, '');
  if (json.length > RECORDING_MAX_BYTES) {
    throw new BotError('CONFIG_INVALID', `${file} is larger than ${RECORDING_MAX_BYTES / 1024 / 1024} MiB.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw faultsError('CONFIG_INVALID', [syntaxFault((cause as Error).message, json, file)], 'the recorded data');
  }
  const { frames, ...recording } = checked(withoutAnswer(value), json, file);
  return frames ? { ...recording, data: [...recording.data, { frames }] } : recording;
}

/** Of the JSON of `glimpse ask --json` and `POST /api/ask` only the data are of use. */
function withoutAnswer(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('explanation' in value)) return value;
  return { frames: 'frames' in value ? value.frames : [] };
}

/** Faults have their places in files that people may have written; megabytes are not read twice. */
function checked(value: unknown, json: string, file: string): Recording {
  const { value: recording, faults } = checkShape(Recording, value, parseYaml('', file), []);
  if (recording && faults.length === 0) return recording;
  throw faultsError('CONFIG_INVALID', placed(faults, json, file), 'the recorded data');
}

/** JSON is YAML, which knows where everything stands. */
function placed(faults: readonly Fault[], json: string, file: string): readonly Fault[] {
  const yaml = json.length <= FILE_MAX_BYTES ? parseYaml(json, file) : undefined;
  if (!yaml?.isReadable || yaml.faults.length > 0) return faults.map((fault) => ({ ...fault, line: 0, column: 0 }));
  return checkShape(Recording, withoutAnswer(yaml.value), yaml, []).faults;
}

/** Without the piece of the file that the parser quotes: it may span lines. */
function syntaxFault(said: string, json: string, file: string): Fault {
  const why = said.replace(/, (?:\.\.\.)?".*is not valid JSON$/s, '').replace(/(?: in JSON)? at position .*$/s, '');
  const at = /at position (\d+)/.exec(said)?.[1];
  const before = at === undefined ? [] : json.slice(0, Number(at)).split('\n');
  const column = at === undefined ? 0 : (before.at(-1)?.length ?? 0) + 1;
  return { file, line: before.length, column, path: '', message: `is no JSON: ${why}` };
}

/** A recording as a file, one entry of a list a line, so that a change of it can be read. */
export function formatRecording(recording: WrittenRecording): string {
  const entries = Object.entries(recording).filter(([, value]) => !(Array.isArray(value) && value.length === 0));
  const parts = entries.map(([key, value]) => {
    if (!Array.isArray(value)) return `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const items = value.map((item) => `    ${JSON.stringify(item)}`).join(',\n');
    return `  ${JSON.stringify(key)}: [\n${items}\n  ]`;
  });
  return `{\n${parts.join(',\n')}\n}\n`;
}

/** The moment that a recording calls now: what it says, else the end of its data. */
export function recordedNow({ now, data }: Recording): number | undefined {
  if (now !== undefined) return now;
  const ends = data.flatMap(({ to, frames }) => to ?? frames.flatMap(endsOf));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** Behind the last sample: windows are half-open. */
function endsOf(frame: RecordedFrame): readonly number[] {
  if (frame.kind === 'logs') return frame.lines.map(({ timeMs }) => timeMs + 1);
  if (frame.kind === 'heatmap') return frame.xEdges.slice(-1);
  if (frame.kind === 'table') return frame.asOfMs === undefined ? [] : [frame.asOfMs];
  return frame.series.flatMap(({ times, start, stepMs = 0, values }) => {
    const last = times ? times.at(-1) : start === undefined ? undefined : start + (values.length - 1) * stepMs;
    return last === undefined ? [] : [last + 1];
  });
}
