/** A seeded Graphite with the real core before it: questions as a person asks them, at a "now" that stands still. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { type Rig, startRig } from './rig.ts';

/** Hosts of the rig, in the order of the `h` of its formulas. */
export const HOSTS = ['web01', 'web02', 'db01'] as const;
/**
 * Where the asker lives: it is evening there whenever the tests run, so that the last hours are all of today and the words
 * need no dates.
 */
export function eveningZone(nowMs: number): string {
  const hoursEast = 20 - new Date(nowMs).getUTCHours();
  const offset = hoursEast < -12 ? hoursEast + 24 : hoursEast > 14 ? hoursEast - 24 : hoursEast;
  return offset === 0 ? 'Etc/GMT' : `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`; // its signs are the wrong way round
}

/** Definitions of an operator, beside the packs: total CPU, memory and load over the tree `servers.*`. */
export const OURS = `
workload:
  title: Workload of \${host}
  parameters:
    host: { values: servers.*, example: web01 }
  graphite:
    target: alias(sumSeries(servers.\${host}.cpu.{user,system}), "\${host}")
  unit: percent
  chart: { min: 0, max: 100 }
  thresholds: [{ at: 22, severity: warning }, { at: 38, severity: critical, title: saturated }]
  overlays: [{ annotations: "\${source}", tags: [deploy] }, { annotations: "\${source}", tags: [incident] }]
  links: [{ title: Host dashboard, url: "https://dash.example/hosts?host=\${host}" }]
held:
  title: Memory of \${host}
  parameters:
    host: { values: servers.*, example: web01 }
  graphite:
    target: alias(servers.\${host}.memory.used, "\${host}")
  unit: bytes
  measure: last
old:
  title: Old of \${host}
  parameters:
    host: { values: gone.*, example: old01 }
  graphite:
    target: gone.\${host}.value
  unit: percent
wide:
  title: Load of \${host}
  parameters:
    host: { values: wide.*, example: h001 }
  graphite:
    target: alias(wide.\${host}.load, "\${host}")
  unit: load
`;

/** A source of the config beside the rig's own. */
type OtherSources = Readonly<Record<string, string>>;

/** A running rig and the ways to it. */
export interface Installation {
  readonly rig: Rig;
  /** "Now" of every question: three and a half seconds after a minute whose number ends in 7. */
  readonly nowMs: number;
  /** Writes points as carbon takes them: `path`, value, seconds since the Unix epoch. */
  send(points: Iterable<readonly [path: string, value: number, seconds: number]>): Promise<void>;
  /** Opens a conversation; `more` are further sources by name, each a line of YAML. */
  open(more?: OtherSources): Promise<Conversation>;
  stop(): Promise<void>;
}

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

/** Starts and seeds a rig on a port of its own. Gives the reason in words, also on stderr, when it cannot be had. */
export async function startInstallation(port: number): Promise<Installation | string> {
  const rig = await startRig('graphite', port);
  if (typeof rig === 'string') {
    process.stderr.write(`skipped: ${rig}\n`);
    return rig;
  }
  const { end } = JSON.parse(await rig.command('seed')) as { end: number };
  // values go round every ten minutes: in a minute that ends in 7 all of them are known beforehand
  const nowMs = (Math.floor((end - 420) / 600) * 600 + 420) * 1000 + 3_500;
  return {
    rig,
    nowMs,
    send: (points) => sendPoints(port + 1, points),
    open: async (more = {}) => {
      try {
        return await openConversation(rig.url, nowMs, more);
      } catch (thrown) {
        await rig.stop(); // a file that fails before its first test has nobody to do it
        throw thrown;
      }
    },
    stop: () => rig.stop(),
  };
}

async function sendPoints(port: number, points: Iterable<readonly [string, number, number]>): Promise<void> {
  const lines = [...points].map((point) => `${point.join(' ')}\n`);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(lines.join('')));
    socket.once('close', () => resolve());
    socket.once('error', reject);
    socket.resume();
  });
}

async function openConversation(url: string, nowMs: number, more: OtherSources): Promise<Conversation> {
  const cwd = await mkdtemp(join(tmpdir(), 'glimpse-answers-'));
  await mkdir(join(cwd, 'ours'));
  await writeFile(join(cwd, 'ours', 'ours.yaml'), OURS);
  await writeFile(join(cwd, 'glimpse.yaml'), configText(url, eveningZone(nowMs), more));
  for (const name of Object.keys(more)) {
    await cp(join(cwd, 'ours'), join(cwd, name), { recursive: true });
  }
  const config = await loadConfig({ env: {}, cwd, sourceKinds, chatKinds });
  const log = createLog('silent');
  const clock = { now: () => nowMs, sleep: systemClock.sleep };
  const core = await buildCore(config, { clock, log, hostname: 'rig', zone: 'UTC', cwd });
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
        const parts = await presentAnswer(reply.answer, undefined, { renderer: core.renderer, log }, signal);
        await keepQuestion(context.conversations, reply, memory);
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

function configText(url: string, zone: string, more: OtherSources): string {
  const others = Object.entries(more);
  return `
zone: ${zone}
queries:
  - { pack: collectd, source: collectd }
  - { pack: telegraf, source: telegraf }
  - { path: ./ours, source: rig }
${others.map(([name]) => `  - { path: ./${name}, source: ${name} }`).join('\n')}
sources:
  rig: { kind: graphite, url: ${url}, env: rig, raw: true, timeout: 20s }
  collectd: { kind: graphite, url: ${url}, env: staging, timeout: 20s }
  telegraf: { kind: graphite, url: ${url}, env: production, timeout: 20s }
${others.map(([name, options]) => `  ${name}: { kind: graphite, ${options} }`).join('\n')}
`;
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

/** `workload` of the host with that index: user and system time together. */
export function workload(host: number, minute: number): number {
  return 10 * (host + 1) + (minute % 10) + 5 + host;
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
