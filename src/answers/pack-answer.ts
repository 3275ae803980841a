/** Kept answers as bytes: compressed JSON, bounded. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Answer } from '../domain/answer.ts';
import { BotError } from '../domain/errors.ts';
import { type PackedFrame, packFrame, unpackFrame } from './frame-json.ts';
import type { KeptAnswer } from './kept-answer.ts';
import { type Allowance, thinAnswer } from './thin.ts';

/** What one answer may take in the store. */
export const PACKED_MAX_BYTES = 2 * 1024 * 1024;
/** A page draws a few thousand values; this leaves the CSV of a large answer whole. */
const ALLOWANCE: Allowance = { values: 200_000, lines: 2_000, rows: 5_000 };
/** Each time half as much is kept; after so many only the words are left. */
const TRIES = 6;
/** What 2 MiB may become again: JSON of numbers and log lines compresses up to thirty times. */
const UNPACKED_MAX_BYTES = 64 * 1024 * 1024;
/** Grows when the shape changes; what a later version wrote is not read. */
const VERSION = 1;

interface Packed extends Omit<KeptAnswer, 'answer'> {
  readonly version: number;
  readonly answer?: Readonly<Record<string, unknown>>;
}

/** Packs an answer into at most {@link PACKED_MAX_BYTES}: thinned where it is more, at last without its data. */
export async function packAnswer(kept: KeptAnswer): Promise<Uint8Array> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const share = 0.5 ** tried;
    const allowance = {
      values: ALLOWANCE.values * share,
      lines: ALLOWANCE.lines * share,
      rows: ALLOWANCE.rows * share,
    };
    const bytes = await compress(kept, kept.answer && thinAnswer(kept.answer, allowance));
    if (bytes.byteLength <= PACKED_MAX_BYTES) return bytes;
  }
  return compress(kept, undefined);
}

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Numbers hardly shrink further at higher levels, which cost several times as much. */
const LEVEL = 3;

async function compress(kept: KeptAnswer, answer: Answer | undefined): Promise<Uint8Array> {
  const { answer: _, ...rest } = kept;
  const packed: Packed = { version: VERSION, ...rest, ...(answer && { answer: lean(answer) }) };
  return zip(JSON.stringify(packed), { level: LEVEL });
}

/** What is drawn and asked again by: a source's block may hold anything, and nobody looks at it any more. */
function lean(answer: Answer): Readonly<Record<string, unknown>> {
  const { question, frames, under, comparison } = answer;
  const { alerts: _, dashboards: __, ...query } = question.query;
  return {
    ...answer,
    question: { ...question, query: { ...query, block: null, overlays: [], links: [] } },
    frames: frames.map(packFrame),
    ...(under && { under: under.map(packFrame) }),
    ...(comparison && { comparison: { ...comparison, frames: comparison.frames.map(packFrame) } }),
  };
}

/**
 * Gives back what {@link packAnswer} packed.
 *
 * @throws BotError `STORE_UNAVAILABLE` for what cannot be read: a later version wrote it, or it is damaged
 */
export async function unpackAnswer(bytes: Uint8Array): Promise<KeptAnswer> {
  try {
    const text = (await unzip(bytes, { maxOutputLength: UNPACKED_MAX_BYTES })).toString('utf8');
    const { version, answer, ...rest } = JSON.parse(text) as Packed;
    if (version !== VERSION) throw new Error(`it is of version ${version}`);
    return { ...rest, ...(answer && { answer: whole(answer) }) };
  } catch (cause) {
    throw new BotError('STORE_UNAVAILABLE', 'This answer was kept in a form that cannot be read here.', {}, { cause });
  }
}

function whole(answer: Readonly<Record<string, unknown>>): Answer {
  const { frames, under, comparison, ...rest } = answer as {
    frames: PackedFrame[];
    under?: PackedFrame[];
    comparison?: { frames: PackedFrame[] };
  };
  return {
    ...rest,
    frames: frames.map(unpackFrame),
    ...(under && { under: under.map(unpackFrame) }),
    ...(comparison && { comparison: { ...comparison, frames: comparison.frames.map(unpackFrame) } }),
  } as unknown as Answer;
}
