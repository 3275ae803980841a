/** Questions through the real core at a "now" that stands still: config, definitions, words, table, file, picture, model. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { chatKinds } from '../../src/chat/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { buildCore, type Core } from '../../src/core.ts';
import type { Answer } from '../../src/domain/answer.ts';
import { toBotError } from '../../src/domain/errors.ts';
import type { SeriesFrame } from '../../src/domain/frame.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLocalMemory } from '../../src/lib/local-memory.ts';
import { createLog } from '../../src/lib/log.ts';
import { ask, keepQuestion } from '../../src/questions/ask.ts';
import { type AnswerParts, presentAnswer } from '../../src/render/answer-parts.ts';
import { layoutChart } from '../../src/render/chart.ts';
import { plainMessage } from '../../src/render/markup.ts';
import { refusalMessage } from '../../src/render/words.ts';
import { sourceKinds } from '../../src/sources/index.ts';

/** Somebody who asks one thing after another. */
export interface Conversation {
  readonly core: Core;
  ask(question: string): Promise<Asked>;
  close(): Promise<void>;
}

/** What came back, ready to be held against formulas. Blanks of all widths are plain ones in all texts. */
export interface Asked {
  /** The message as a terminal shows it. */
  readonly text: string;
  readonly lines: readonly string[];
  readonly alt: string;
  readonly answer: Answer;
  readonly frame: SeriesFrame;
  readonly parts: AnswerParts;
  /** The code of a refusal; then there are `text` and `lines`, and reading anything else fails. */
  readonly code?: string;
  model(): ReturnType<typeof layoutChart>;
}

/** What a conversation is about. */
export interface Setting {
  readonly nowMs: number;
  /** Text of `glimpse.yaml`. */
  readonly yaml: string;
  /** Files of definitions by their folder in the config: `ours`. */
  readonly definitions: Readonly<Record<string, string>>;
}

/** Opens a conversation with a core of its own. */
export async function openConversation({ nowMs, yaml, definitions }: Setting): Promise<Conversation> {
  const cwd = await mkdtemp(join(tmpdir(), 'glimpse-answers-'));
  for (const [name, text] of Object.entries(definitions)) {
    await mkdir(join(cwd, name));
    await writeFile(join(cwd, name, `${name}.yaml`), text);
  }
  await writeFile(join(cwd, 'glimpse.yaml'), yaml);
  const config = await loadConfig({ env: {}, cwd, sourceKinds, chatKinds });
  const log = createLog('silent');
  const clock = { now: () => nowMs, sleep: systemClock.sleep };
  const core = await buildCore(config, { clock, log, hostname: 'rig', zone: 'UTC', cwd, isPatient: true });
  const memory = createLocalMemory();
  const context = {
    asker: { platform: 'test', userId: 'ana', userName: 'ana' },
    conversations: ['thread'],
    isAddressed: true,
  };
  return {
    core,
    async ask(question) {
      const signal = AbortSignal.timeout(60_000);
      try {
        const reply = await ask(question, context, core.askDeps(memory), signal);
        if (reply.kind !== 'answer') throw new Error(`no answer to: ${question}`);
        const parts = await presentAnswer(
          reply.answer,
          { slots: reply.slots },
          { renderer: core.renderer, log },
          signal,
        );
        await keepQuestion(context.conversations, { ...reply, ...(parts.slots && { slots: parts.slots }) }, memory);
        return askedOf(reply.answer, parts);
      } catch (thrown) {
        const error = toBotError(thrown);
        if (error.code === 'INTERNAL') throw thrown;
        return refusedOf(textOf(plainMessage(refusalMessage(error))), error.code);
      }
    },
    async close() {
      await core.close();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}

function askedOf(answer: Answer, parts: AnswerParts): Asked {
  return {
    ...textOf(plainMessage(parts.message)),
    alt: plainBlanks(parts.alt),
    answer,
    frame: answer.frames[0] as SeriesFrame,
    parts,
    model: () => layoutChart(answer, { theme: 'light' }),
  };
}

function refusedOf(said: Pick<Asked, 'text' | 'lines'>, code: string): Asked {
  const missing = (): never => {
    throw new Error(`there is no answer, only ${code}: ${said.text}`);
  };
  return {
    ...said,
    code,
    alt: said.text,
    model: missing,
    get answer() {
      return missing();
    },
    get frame() {
      return missing();
    },
    get parts() {
      return missing();
    },
  };
}

function textOf(message: string): { text: string; lines: string[] } {
  const text = plainBlanks(message);
  return { text, lines: text.split('\n') };
}

/** Narrow and unbreakable blanks are the formatter's business. */
export function plainBlanks(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, ' ');
}

/** A sample as the rig has it. */
export interface Sample {
  readonly ms: number;
  readonly value: number;
}

/** What the rig has of `valueAt` (of a minute since 1970) in `[fromMs, toMs)`, at the step of an archive. */
export function seeded(
  { fromMs, toMs, stepMs }: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number },
  valueAt: (minute: number) => number,
): Sample[] {
  const samples: Sample[] = [];
  for (let ms = Math.ceil(fromMs / stepMs) * stepMs; ms < toMs; ms += stepMs) {
    samples.push({ ms, value: valueAt(Math.floor(ms / 60_000)) });
  }
  return samples;
}

/** Last, mean, extremes with the first time they were reached, of samples. */
export function factsOf(samples: readonly Sample[]) {
  const values = samples.map(({ value }) => value);
  const [max, min] = [Math.max(...values), Math.min(...values)];
  const firstMs = (wanted: number) => samples.find(({ value }) => value === wanted)?.ms ?? Number.NaN;
  return {
    last: values.at(-1) ?? Number.NaN,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    max,
    maxMs: firstMs(max),
    min,
    minMs: firstMs(min),
  };
}

/** Runs of samples above a limit, each until the sample after it. */
export function spellsAbove(samples: readonly Sample[], limit: number, stepMs: number) {
  const spells: { fromMs: number; toMs: number }[] = [];
  for (const { ms, value } of samples) {
    if (value <= limit) continue;
    const last = spells.at(-1);
    if (last?.toMs === ms) last.toMs = ms + stepMs;
    else spells.push({ fromMs: ms, toMs: ms + stepMs });
  }
  return spells;
}

/** Says `21:27` of a moment, where the asker lives. */
export function clockIn(zone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  return (ms) => format.format(ms);
}

/**
 * Where the asker lives: it is evening there whenever the tests run, so that the last hours are all of today and the words
 * need no dates.
 */
export function eveningZone(nowMs: number): string {
  const hoursEast = 20 - new Date(nowMs).getUTCHours();
  const offset = hoursEast < -12 ? hoursEast + 24 : hoursEast > 14 ? hoursEast - 24 : hoursEast;
  return offset === 0 ? 'Etc/GMT' : `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`; // its signs are the wrong way round
}

/** The size of the picture of an answer, px. */
export async function pictureSize({ parts }: Asked): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(parts.file?.bytes).metadata();
  return { width, height };
}
