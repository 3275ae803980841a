/** `glimpse queries render NAME …`: draws a saved query, offline from recorded data where there are some. */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { buildCore } from '../core.ts';
import { BotError } from '../domain/errors.ts';
import { createForgetful } from '../lib/local-memory.ts';
import { type AskDeps, understandDeps } from '../questions/ask.ts';
import { askableExample } from '../questions/examples.ts';
import { parseTimeRange } from '../questions/parse-time-range.ts';
import { createNotebook, recordingSources } from '../recording/record-source.ts';
import { formatRecording, parseRecording, type Recording, recordedNow } from '../recording/recording.ts';
import { replayingSources } from '../recording/replay-source.ts';
import { askHere, assertOut, assertWritable, printShown, showReply, themeOption } from './answer-here.ts';
import { type CommandOptions, drawingDeps, EXIT, type Io, UsageError } from './command.ts';

/** Draws, and records with `--record`. Throws BotError. */
export async function renderQuery(
  words: readonly string[],
  config: Config,
  options: CommandOptions,
  io: Io,
): Promise<number> {
  const { data, record, out, zone } = options;
  if (words.length === 0) throw new UsageError('render needs a query, e.g. glimpse queries render cpu web01 6h');
  if (data !== undefined && record !== undefined)
    throw new UsageError('--data answers from recorded data and --record makes them; give one of the two');
  const theme = themeOption(options);
  const asked = `${questionOf(words)}${windowOf(options)}`;
  if (out !== undefined) await assertOut(out);
  if (record !== undefined) await assertWritable(record, '--record');
  const recording = data === undefined ? undefined : await readRecording(data, io);
  const notebook = record === undefined ? undefined : createNotebook();
  const deps = drawingDeps(io);
  const core = await buildCore(config, deps);
  try {
    const askDeps = core.askDeps(createForgetful());
    const sources = recording
      ? replayingSources(core.sources, recording, data ?? '')
      : notebook
        ? recordingSources(core.sources, notebook)
        : core.sources;
    const asking = { ...askDeps, sources };
    const nowMs = recording ? recordedNow(recording) : deps.clock.now();
    const q = await withExample(asked, words, nowMs ?? deps.clock.now(), asking);
    const reply = await askHere({ q, nowMs, zone: zone ?? recording?.zone, deps: asking }, core);
    if (reply.kind !== 'answer') throw new UsageError(`render draws saved queries; "${q}" is none`);
    const shown = await showReply(reply, { theme, out, log: deps.log }, core, io);
    if (record !== undefined && notebook) {
      const { query, range } = reply.answer.question;
      const now = new Date(nowMs ?? deps.clock.now()).toISOString();
      const written = { query: query.id, question: q, now, zone: range.zone };
      await writeFile(resolve(io.cwd, record), formatRecording({ ...written, ...notebook }));
    }
    printShown(shown, options, io);
    if (record !== undefined && !options.json) io.stdout.write(`Recorded: ${record}\n`);
    return EXIT.answered;
  } finally {
    await core.close();
  }
}

/** Reads a file of recorded data. Throws BotError `CONFIG_INVALID`. */
export async function readRecording(file: string, io: Pick<Io, 'cwd'>): Promise<Recording> {
  let text: string;
  try {
    text = await readFile(resolve(io.cwd, file), 'utf8');
  } catch (cause) {
    const isThere = (cause as NodeJS.ErrnoException).code !== 'ENOENT';
    const why = isThere ? `cannot be read (${(cause as Error).message})` : 'is not there; --record FILE makes one';
    throw new BotError('CONFIG_INVALID', `${file} ${why}.`, {}, { cause });
  }
  return parseRecording(text, file);
}

/** Words of a shell as a question: what it had in quotes stays one word. */
function questionOf(words: readonly string[]): string {
  if (words.length === 1) return words[0] ?? '';
  return words.map((word) => (/\s/.test(word) && !word.includes('"') ? `"${word}"` : word)).join(' ');
}

function windowOf({ from, to }: CommandOptions): string {
  if (from === undefined && to === undefined) return '';
  if (from === undefined) throw new UsageError('--to needs --from beside it');
  return to === undefined ? ` since ${from}` : ` ${from} to ${to}`;
}

/** A name alone, or with a time, is drawn with its example, or with a value that exists. */
async function withExample(asked: string, words: readonly string[], nowMs: number, deps: AskDeps): Promise<string> {
  const [name = '', ...rest] = words.join(' ').trim().split(/\s+/);
  const variants = rest.length === 0 || isTime(rest.join(' '), nowMs) ? deps.catalog().named(name) : [];
  const needing = variants.find(({ parameters }) => parameters.some((one) => one.default === undefined));
  if (!needing || variants.length > 1) return asked;
  const example = await askableExample(needing, understandDeps(deps).valuesOf, new AbortController().signal);
  return example === undefined ? asked : `${example}${asked.trim().slice(name.length)}`;
}

function isTime(text: string, nowMs: number): boolean {
  try {
    return parseTimeRange(text, nowMs, 'UTC') !== undefined;
  } catch {
    return false;
  }
}
