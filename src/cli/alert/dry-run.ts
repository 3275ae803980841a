/** Shows what rooms would read of what was told, charts included; nothing is stored and nobody is told. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { statedFacts } from '../../alerts/group-facts.ts';
import { groupMessage } from '../../alerts/group-message.ts';
import { type Place, targetsOf, templateIn } from '../../alerts/route.ts';
import { routesOf } from '../../alerts/tell-deps.ts';
import type { Config } from '../../config/config.ts';
import { inThread } from '../../context/chart-poster.ts';
import { gatherContext, missingLines } from '../../context/gather-context.ts';
import { contextSteps, findCharts } from '../../context/steps.ts';
import { subjectOf } from '../../context/subject.ts';
import { buildCore, type Core } from '../../core.ts';
import type { Alert, Told } from '../../domain/alert.ts';
import type { Line, Message } from '../../domain/message.ts';
import { changeLine, changeTeller } from '../../questions/change-lines.ts';
import { presentAnswer } from '../../render/answer-parts.ts';
import { plainMessage, terminalMessage } from '../../render/markup.ts';
import { groupKeyOf } from '../../store/take-told.ts';
import { type CommandOptions, coreDeps, type Io, UsageError } from '../command.ts';
import { canBold, showPicture } from '../terminal.ts';

/** A chart of a thread. */
interface ShownChart {
  readonly text: string;
  readonly alt: string;
  readonly image: string | null;
}

/** More groups are counted: their charts would take minutes. */
const GROUPS_MAX = 20;
/** What is older shows nothing of now. */
const OLD_MS = 86_400_000;

/** Prints it. @throws UsageError; BotError `CONFIG_…` */
export async function showDryRun(told: Told, config: Config, options: CommandOptions, io: Io): Promise<void> {
  const { theme, out, zone: asked } = options;
  if (theme !== undefined && theme !== 'light' && theme !== 'dark') throw new UsageError('--theme is light or dark');
  if (out !== undefined) await mkdir(out, { recursive: true });
  const deps = coreDeps(io, 'error');
  const zone = asked ?? config.zone ?? deps.zone;
  const core = await buildCore(config, deps);
  const nowMs = deps.clock.now();
  const groups = [...Map.groupBy(told.alerts, groupKeyOf).values()];
  const shown: object[] = [];
  const say = (text: string) => void (options.json || io.stdout.write(`${text}\n`));
  try {
    for (const [index, problems] of groups.slice(0, GROUPS_MAX).entries()) {
      const places = placesOf(problems, config);
      const message = messageIn(places[0], problems, config, { zone, nowMs });
      say(`${placeWords(problems, places)}\n\n${shownMessage(message, options, io)}`);
      const name = `${index + 1}-${problems[0]?.labels.alertname ?? 'alert'}`.replace(/[^\w.-]+/g, '-').slice(0, 60);
      const thread = await showThread(problems, { core, told, zone, nowMs, name, theme, say }, options, io);
      shown.push({ rooms: places, text: plainMessage(message), thread });
    }
    if (groups.length > GROUPS_MAX) say(`… ${groups.length - GROUPS_MAX} more groups`);
    const changes = changesOf(told, nowMs, zone);
    for (const text of changes) say(`Kept, and shown with alerts: ${text}`);
    if (groups.length + changes.length === 0) say('It tells nothing.');
    if (isOld(told, nowMs)) io.stderr.write('It is of another day; --as-now shows it as if it were of now.\n');
    if (options.json) io.stdout.write(`${JSON.stringify({ groups: shown, changes }, undefined, 2)}\n`);
  } finally {
    await core.close();
  }
}

function isOld({ alerts }: Told, nowMs: number): boolean {
  return alerts.some(({ startsAt }) => nowMs - +startsAt > OLD_MS);
}

function placesOf(problems: readonly Alert[], config: Config) {
  const targets = problems.flatMap((alert) => targetsOf(alert, routesOf(config)));
  const rooms = targets.map(({ place }) => place);
  return rooms.filter(
    (one, index) => rooms.findIndex(({ chat, room }) => chat === one.chat && room === one.room) === index,
  );
}

/** As the first of its rooms reads it. */
function messageIn(
  place: Place | undefined,
  problems: readonly Alert[],
  config: Config,
  words: { readonly zone: string; readonly nowMs: number },
): Message {
  const template = place ? templateIn(place, problems, routesOf(config)) : config.alerts.template;
  return groupMessage(statedFacts(problems), { ...words, ...(template && { template }) });
}

function placeWords(problems: readonly Alert[], places: ReturnType<typeof placesOf>): string {
  if (problems.every(({ status }) => status !== 'firing'))
    return 'In the rooms that were told of it, in place of what stood there:';
  if (places.length === 0)
    return 'In no room yet, for the config has neither routes nor operators that take it; it reads:';
  return `In ${places.map(({ chat, room }) => `${room} (${chat})`).join(', ')}:`;
}

interface ThreadContext {
  readonly core: Core;
  readonly told: Told;
  readonly zone: string;
  readonly nowMs: number;
  readonly name: string;
  readonly theme: 'light' | 'dark' | undefined;
  say(text: string): void;
}

async function showThread(
  problems: readonly Alert[],
  { core, told, zone, nowMs, name, theme, say }: ThreadContext,
  options: CommandOptions,
  io: Io,
): Promise<{ readonly text: string; readonly charts: readonly ShownChart[] }> {
  const never = new AbortController().signal;
  const { sources, catalog, onCall, renderer } = core;
  // what is told along with it is known to it; of a past nothing is, without a store
  const record = {
    changes: async ({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) =>
      told.changes.filter(({ startsAt }) => +startsAt >= fromMs && +startsAt < toMs),
    history: async () => [],
  };
  const found = { alerts: record, catalog, sources, onCall };
  const subject = subjectOf(problems, nowMs, zone);
  const [lines, { answers, notes }] = await Promise.all([
    gatherContext(subject, contextSteps(found), never),
    findCharts(subject, found, never),
  ]);
  const message: Message = { blocks: [{ kind: 'text', lines: [...lines, ...missingLines(notes)] }] };
  const isEmpty = lines.length + notes.length + answers.length === 0;
  say(isEmpty ? '\nNothing follows in its thread.' : `\nIn its thread:\n\n${shownMessage(message, options, io)}`);
  const charts: ShownChart[] = [];
  for (const [index, answer] of answers.entries()) {
    const log = coreDeps(io, 'error').log;
    const parts = inThread(await presentAnswer(answer, { theme }, { renderer, log }, never), answer);
    say(shownMessage(parts.message, options, io));
    const path = options.out === undefined ? undefined : join(options.out, `${name}-${index + 1}.png`);
    const image =
      parts.file && !(options.json && path === undefined) ? await showPicture(parts.file.bytes, path, io) : undefined;
    if (image !== undefined) say(`Picture: ${image}\n`);
    charts.push({ text: plainMessage(parts.message), alt: parts.alt, image: image ?? null });
  }
  return { text: plainMessage(message), charts };
}

function shownMessage(message: Message, { json }: CommandOptions, io: Io): string {
  return json ? '' : terminalMessage(message, canBold(io));
}

function changesOf({ changes, alerts }: Told, nowMs: number, zone: string): readonly string[] {
  const startMs = Math.min(
    nowMs,
    ...changes.map(({ startsAt }) => +startsAt),
    ...alerts.map(({ startsAt }) => +startsAt),
  );
  const teller = changeTeller({ fromMs: startMs, toMs: nowMs, zone, text: '' }, nowMs);
  return changes.map((change): string => {
    const line: Line = changeLine(change, teller);
    return plainMessage({ blocks: [{ kind: 'text', lines: [line] }] });
  });
}
