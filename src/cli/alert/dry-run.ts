/** Shows what rooms would read of what was told, charts included; nothing is stored and nobody is told. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { statedFacts } from '../../alerts/group-facts.ts';
import { type GroupWords, groupMessage } from '../../alerts/group-message.ts';
import type { Place } from '../../alerts/route.ts';
import { roomRules } from '../../alerts/tell-deps.ts';
import { firstWords, type RoomRules, targetsFor } from '../../alerts/tell-rooms.ts';
import { watchdogOf, withWatchdogsApart } from '../../alerts/watchdog.ts';
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
import { themeOption } from '../answer-here.ts';
import { type CommandOptions, coreDeps, type Io, UsageError } from '../command.ts';
import { canBold, showPicture } from '../terminal.ts';

/** A chart of a thread. */
interface ShownChart {
  readonly text: string;
  readonly alt: string;
  readonly image: string | null;
}

interface ShownThread {
  readonly text: string;
  readonly charts: readonly ShownChart[];
}

const NOTHING_FOLLOWS: ShownThread = { text: '', charts: [] };

/** More groups are counted: their charts would take minutes. */
const GROUPS_MAX = 20;
/** What is older shows nothing of now. */
const OLD_MS = 86_400_000;

/** Prints it. @throws UsageError; BotError `CONFIG_…` */
export async function showDryRun(told: Told, config: Config, options: CommandOptions, io: Io): Promise<void> {
  const { out, zone: asked } = options;
  const theme = themeOption(options);
  if (out !== undefined) await mkdir(out, { recursive: true });
  const deps = coreDeps(io, 'error');
  const zone = asked ?? config.zone ?? deps.zone;
  const core = await buildCore(config, deps);
  const nowMs = deps.clock.now();
  const rules = { ...roomRules(config, zone), clock: { ...deps.clock, now: () => nowMs } };
  const { isMuted } = rules;
  const { watchdogs } = config.alerts;
  const groups = [...Map.groupBy(withWatchdogsApart(told, watchdogs).alerts, groupKeyOf).values()];
  const shown: object[] = [];
  const say = (text: string) => void (options.json || io.stdout.write(`${text}\n`));
  try {
    for (const [index, problems] of groups.slice(0, GROUPS_MAX).entries()) {
      if (watchdogOf(problems, watchdogs) && problems.every(({ status }) => status === 'firing')) {
        say(`${problems[0]?.title} is a watchdog: no room hears of it while it arrives.`);
        shown.push({ rooms: [], text: '', thread: NOTHING_FOLLOWS });
        continue;
      }
      const posts = postsOf(problems, rules, { zone, nowMs, template: config.alerts.template });
      for (const [nth, { places, message }] of posts.entries()) {
        say(`${nth > 0 ? '\n' : ''}${placeWords(problems, places)}\n\n${shownMessage(message, options, io)}`);
      }
      const name = `${index + 1}-${problems[0]?.labels.alertname ?? 'alert'}`.replace(/[^\w.-]+/g, '-').slice(0, 60);
      const thread = await showThread(problems, { core, told, zone, nowMs, name, theme, isMuted, say }, options, io);
      const texts = posts.map(({ places, message }) => ({ rooms: places, text: plainMessage(message) }));
      shown.push(...texts.map((one) => ({ ...one, thread })));
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

/** Refuses the options of a dry run where there is none. @throws UsageError */
export function refusePictures(options: CommandOptions): void {
  const unused = (['out', 'theme', 'zone'] as const).find((option) => options[option] !== undefined);
  if (unused !== undefined) throw new UsageError(`--${unused} is for --dry-run only`);
}

function isOld({ alerts }: Told, nowMs: number): boolean {
  return alerts.some(({ startsAt }) => nowMs - +startsAt > OLD_MS);
}

/** What rooms read; those that read the same, with the same people called, are told together. */
interface ShownPost {
  readonly places: readonly Place[];
  readonly message: Message;
}

function postsOf(
  problems: readonly Alert[],
  rules: Parameters<typeof firstWords>[2],
  words: GroupWords,
): readonly ShownPost[] {
  const facts = statedFacts(problems);
  const rooms = targetsFor(facts, rules).map(({ place }) => ({ place, ...firstWords(place, facts, rules) }));
  if (rooms.length === 0) return [{ places: [], message: groupMessage(facts, words) }];
  return [...Map.groupBy(rooms, ({ message }) => plainMessage(message)).values()].flatMap((alike) => {
    const [first] = alike;
    return first ? [{ places: alike.map(({ place }) => place), message: first.message }] : [];
  });
}

function placeWords(problems: readonly Alert[], places: readonly Place[]): string {
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
  readonly isMuted: RoomRules['isMuted'];
  say(text: string): void;
}

async function showThread(
  problems: readonly Alert[],
  { core, told, zone, nowMs, name, theme, isMuted, say }: ThreadContext,
  options: CommandOptions,
  io: Io,
): Promise<ShownThread> {
  if (problems.every((alert) => isMuted(alert, nowMs))) {
    say('\nA maintenance window holds: nobody is called, and nothing follows in its thread.');
    return NOTHING_FOLLOWS;
  }
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
