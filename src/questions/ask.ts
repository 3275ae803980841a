/** The use case of the whole product: words in, an answer or a message out. Every surface calls this. */
import { IANAZone } from 'luxon';
import type { Subject } from '../context/subject.ts';
import type { Answer } from '../domain/answer.ts';
import type { Catalog } from '../domain/catalog.ts';
import { BotError } from '../domain/errors.ts';
import type { Line, Message } from '../domain/message.ts';
import type { Asker, Explanation, Question } from '../domain/question.ts';
import { type Clock, withDeadline } from '../lib/clock.ts';
import type { OnCall } from '../oncall/on-call.ts';
import type { SourceSet } from '../sources/source-set.ts';
import type { UsageRecord } from '../usage/usage.ts';
import { usageReport } from '../usage/usage-report.ts';
import { answerInThread, placeOf, subjectOfThread } from './alert-thread.ts';
import { annotate, noMarksHere } from './annotate.ts';
import { answerQuestion } from './answer-question.ts';
import { type OnAsked, tellAsked } from './asked.ts';
import { commandHelpMessage } from './command-help.ts';
import { exampleQuestions } from './examples.ts';
import { explain } from './explain.ts';
import { type RememberedQuestion, rememberQuestion } from './follow-up.ts';
import { handleMessage } from './handle-alert.ts';
import { helpMessage, hostsMessage, invitation, queriesMessage, queryHelpMessage } from './help.ts';
import { searchMessage } from './library.ts';
import { onCallMessage } from './on-call-answer.ts';
import type { AlertRecord } from './record.ts';
import { knownOf, recordDepsOf } from './record-answers.ts';
import { code } from './say.ts';
import { statusMessage } from './status.ts';
import { type Command, type UnderstandDeps, type Understood, understand } from './understand.ts';
import { questionsAbout } from './unknown-query.ts';
import { whyAnswer } from './why-answer.ts';

/** Listing valid values is a help, not the answer: a source that is slow at it is asked without. */
const VALUES_TIMEOUT_MS = 2_000;

/** What is kept between questions; the store has it, a terminal keeps it in memory. */
export interface Memory {
  recall(conversation: string): Promise<unknown>;
  remember(conversation: string, question: unknown): Promise<void>;
  zoneOf(person: string): Promise<string | undefined>;
  setZone(person: string, zone: string): Promise<void>;
}

/** What asking works with. */
export interface AskDeps {
  catalog(): Catalog;
  readonly sources: SourceSet;
  readonly memory: Memory;
  readonly clock: Clock;
  /** Zone of the config, when nobody says another. */
  readonly zone: string;
  /** Alerts and changes; only the running bot has them. */
  readonly record?: AlertRecord;
  /** Present where the config has rosters. */
  readonly onCall?: OnCall;
  /** Told how each question went. */
  readonly onAsked?: OnAsked;
  /** How definitions are used; only the running bot knows. */
  readonly usage?: UsageRecord;
}

/** From where a question comes. */
export interface AskContext {
  readonly asker: Asker;
  /** The thread or direct message it belongs to, for follow-ups; the first that is remembered counts. */
  readonly conversations: readonly string[];
  /** Zone of the room, used when the asker has none. */
  readonly roomZone?: string;
  /** Zone asked for in this call alone; wins over all others. */
  readonly zone?: string;
  readonly isAddressed: boolean;
  /** Whether this may write (`annotate`): never what a link can make a browser do. Left out: no. */
  readonly mayWrite?: boolean;
  /** The thread it is said in: the chat, and the post that it begins with. */
  readonly thread?: { readonly chat: string; readonly id: string };
  /** The message that asks: a second try at it follows what came before it, not its own first try. */
  readonly messageId?: string;
  /** What "now" means; the clock's time unless given. */
  readonly nowMs?: number;
  /** Told once the question is understood and before its data are asked for. */
  onUnderstood?(explanation: Explanation): void;
}

/** Colour slots (1 to 8) by series name. */
type Slots = Readonly<Record<string, number>>;

/** What came of it. `none`: a bare line that was no question. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly answer: Answer;
      readonly explanation: Explanation;
      /** Colours that names have in this conversation, of the pictures that this one follows. */
      readonly slots?: Slots;
    }
  | { readonly kind: 'message'; readonly message: Message; readonly explanation: Explanation }
  | { readonly kind: 'none' };

/** An answer with what belongs to it. */
type Answered = Omit<Extract<Reply, { kind: 'answer' }>, 'kind'>;

/** What a conversation keeps of its last question. */
interface Kept {
  readonly question: RememberedQuestion;
  readonly explanation: Explanation;
  /** What was sent to the source, for `why`. */
  readonly origin: string;
  readonly slots?: Slots;
  /** The message that asked it, and what was kept before it. */
  readonly messageId?: string;
  readonly before?: Kept;
}

/**
 * Answers one question.
 *
 * @throws BotError `ASK_…` for what was not understood, `SOURCE_…` when the data cannot be had
 */
export function ask(text: string, context: AskContext, deps: AskDeps, signal: AbortSignal): Promise<Reply> {
  const answer = (understood: (query: string | undefined) => void) =>
    answerText(text, context, deps, understood, signal);
  return tellAsked(context.asker.platform, answer, deps.onAsked);
}

async function answerText(
  text: string,
  context: AskContext,
  deps: AskDeps,
  onUnderstood: (query: string | undefined) => void,
  signal: AbortSignal,
): Promise<Reply> {
  const kept = await recallFor(context, deps.memory);
  const subject = await subjectIn(context, deps);
  const said = { kept, subject, writeRefusal: whyNotWrite(context, deps) };
  const understood = await understandIn(text, context, deps, said, signal);
  if (understood.kind === 'none') return { kind: 'none' };
  const explanation = explain(understood);
  context.onUnderstood?.(explanation);
  onUnderstood(understood.kind === 'command' ? undefined : savedQueryOf(understood.question, deps.catalog()));
  if (understood.kind === 'command') {
    const message = await obey(understood.command, { context, deps, signal, kept, subject });
    return { kind: 'message', message, explanation };
  }
  const nowMs = context.nowMs ?? deps.clock.now();
  const answer = await answerQuestion(
    understood.question,
    { sources: deps.sources, catalog: deps.catalog(), nowMs },
    signal,
  );
  const slots = understood.question.changed === undefined ? undefined : kept?.slots;
  return { kind: 'answer', answer, explanation, ...(slots && { slots }) };
}

/** The id of the saved query that is asked; panels, saved searches and raw questions have none. */
function savedQueryOf({ query }: Question, { queries }: Catalog): string {
  return queries.includes(query) ? query.id : 'other';
}

/** Says how a text is understood, without fetching data; it may list values. Throws as {@link ask}. */
export async function explainText(
  text: string,
  context: AskContext,
  deps: AskDeps,
  signal: AbortSignal,
): Promise<Explanation> {
  const kept = await recallFirst(context.conversations, deps.memory);
  return explain(await understandIn(text, context, deps, { kept, subject: await subjectIn(context, deps) }, signal));
}

/** Understands a question of its own, without fetching data; nothing where it is none. Throws as {@link ask}. */
export async function planText(
  text: string,
  context: AskContext,
  deps: AskDeps,
  signal: AbortSignal,
): Promise<Question | undefined> {
  const understood = await understandIn(text, context, deps, { kept: undefined, subject: undefined }, signal);
  return understood.kind === 'question' ? understood.question : undefined;
}

/** Keeps an answered question for follow-ups in each of these conversations. */
export async function keepQuestion(
  conversations: readonly string[],
  { answer, explanation, slots }: Answered,
  memory: Memory,
  messageId?: string,
): Promise<void> {
  const last = await recallFirst(conversations, memory);
  const { before: earlier, ...previous } = last ?? {};
  const before = last === undefined ? undefined : last.messageId === messageId ? earlier : (previous as Kept);
  const kept: Kept = {
    ...remembered({ answer, explanation, ...(slots && { slots }) }),
    ...(messageId !== undefined && { messageId, ...(before && { before }) }),
  };
  await Promise.all(conversations.map((conversation) => memory.remember(conversation, kept)));
}

/** What follow-ups need of an answer, as a {@link Memory} recalls it. */
export function remembered({ answer, explanation, slots }: Answered): Kept {
  return {
    question: rememberQuestion(answer.question),
    explanation,
    origin: answer.origin,
    ...(slots && { slots: bounded(slots) }),
  };
}

/** Names whose colours are kept; more than this are not told apart by colour anyway. */
const SLOTS_MAX = 64;

function bounded(slots: Slots): Slots {
  return Object.fromEntries(Object.entries(slots).slice(-SLOTS_MAX));
}

async function recallFor({ conversations, messageId }: AskContext, memory: Memory): Promise<Kept | undefined> {
  const kept = await recallFirst(conversations, memory);
  return messageId !== undefined && kept?.messageId === messageId ? kept.before : kept;
}

async function recallFirst(conversations: readonly string[], memory: Memory): Promise<Kept | undefined> {
  for (const conversation of conversations) {
    const kept = await memory.recall(conversation);
    if (kept) return kept as Kept;
  }
  return undefined;
}

/** What was said before in a conversation, and the alert that it is about. */
interface Said {
  readonly kept?: Kept | undefined;
  readonly subject?: Subject | undefined;
  readonly writeRefusal?: BotError | undefined;
}

async function subjectIn(context: AskContext, deps: AskDeps): Promise<Subject | undefined> {
  if (!context.thread) return undefined;
  const zone = await zoneFor(context, deps);
  return subjectOfThread(context.thread, deps.record, context.nowMs ?? deps.clock.now(), zone);
}

async function understandIn(
  text: string,
  context: AskContext,
  deps: AskDeps,
  { kept, subject, writeRefusal }: Said,
  signal: AbortSignal,
): Promise<Understood> {
  const { isAddressed } = context;
  const nowMs = context.nowMs ?? deps.clock.now();
  const zone = await zoneFor(context, deps);
  const before = { ...(kept && { previous: kept.question }), ...(subject && { about: subject }) };
  const understandContext = { nowMs, zone, isAddressed, ...before, ...(writeRefusal && { writeRefusal }) };
  return understand(text, understandContext, understandDeps(deps), signal);
}

/** The asker's own zone, else the platform's word, else the room's, else the config's. */
async function zoneFor({ asker, roomZone, zone }: AskContext, { memory, zone: fallback }: AskDeps): Promise<string> {
  if (zone !== undefined) {
    if (IANAZone.isValidZone(zone)) return zone;
    throw new BotError(
      'ASK_BAD_RANGE',
      `${code(zone)} is not a time zone. They look like \`Europe/Berlin\` or \`UTC\`.`,
    );
  }
  return (await memory.zoneOf(personOf(asker))) ?? asker.zone ?? roomZone ?? fallback;
}

function personOf({ platform, userId }: Asker): string {
  return `${platform}/${userId}`;
}

/** What understanding a text needs of what asking has. */
export function understandDeps({ catalog, sources }: AskDeps): UnderstandDeps {
  return {
    catalog: catalog(),
    sources: sources.all,
    rawPrefixes: [...new Set(sources.all.flatMap(({ rawPrefixes }) => rawPrefixes))],
    async valuesOf(sourceName, pattern, signal) {
      const { source } = sources.get(sourceName);
      return (await source.values?.(pattern, withDeadline(VALUES_TIMEOUT_MS, signal))) ?? [];
    },
  };
}

interface Obeying extends Said {
  readonly context: AskContext;
  readonly deps: AskDeps;
  readonly signal: AbortSignal;
}

async function obey(command: Command, { context, deps, signal, kept, subject }: Obeying): Promise<Message> {
  const understanding = understandDeps(deps);
  switch (command.kind) {
    case 'help':
      if (command.about) return commandHelpMessage(command.about);
      return command.query
        ? queryHelpMessage(command.query, understanding, signal)
        : helpMessage({ ...understanding, ...knownHere(deps) }, signal);
    case 'queries':
      return queriesMessage(understanding.catalog, command.filter);
    case 'usage':
      return usageReport(deps);
    case 'hosts':
      return hostsMessage(understanding, command.filter, signal);
    case 'status':
      return obeyStatus(command.what ?? (subject && placeOf(subject)), context, deps, understanding, signal);
    case 'zone':
      return obeyZone(command.zone, context, deps);
    case 'why':
      return whyAnswer(command, { kept, subject, thread: context.thread }, await recordDeps(context, deps, signal));
    case 'handle':
      return handleMessage(command, subject, deps);
    case 'annotate':
      return annotate(command, context.asker, { sources: deps.sources, zone: await zoneFor(context, deps) }, signal);
    case 'alerts':
    case 'deploys':
    case 'changes':
    case 'runbook':
      return answerInThread(command, subject, await recordDeps(context, deps, signal));
    case 'on-call': {
      const { nowMs, zone } = await recordDeps(context, deps, signal);
      return onCallMessage(command, deps.onCall, { nowMs, zone }, signal, subject?.alerts);
    }
    case 'search':
      return searchMessage(command.said, signal);
    case 'small-talk':
      return invitation(await exampleQuestions(understanding, signal));
  }
}

function knownHere({ record, onCall }: AskDeps) {
  return { hasRecord: record !== undefined, hasOnCall: onCall !== undefined };
}

/** Why who asks may write no marks; nothing where they may. */
function whyNotWrite({ mayWrite }: AskContext, { sources }: AskDeps): BotError | undefined {
  if (!mayWrite) {
    return new BotError(
      'ASK_FORBIDDEN',
      'Marks are written only for those who ask in chat, in a terminal or by `POST /api/ask` without `write: false`.',
    );
  }
  return sources.all.some(({ source }) => source.annotate !== undefined) ? undefined : noMarksHere();
}

async function recordDeps(context: AskContext, deps: AskDeps, signal: AbortSignal) {
  const words = { zone: await zoneFor(context, deps), nowMs: context.nowMs ?? deps.clock.now() };
  return recordDepsOf(deps, words, signal);
}

/** Of a source, else of a service or a host: what fires, what was changed, what can be asked. */
async function obeyStatus(
  what: string | undefined,
  context: AskContext,
  deps: AskDeps,
  understanding: UnderstandDeps,
  signal: AbortSignal,
): Promise<Message> {
  const { sources } = deps;
  const isSource = what === undefined || sources.all.some(({ name }) => name.includes(what));
  const questions = isSource ? [] : await questionsAbout(what, understanding, signal);
  const known = isSource ? [] : await knownOf(what, await recordDeps(context, deps, signal));
  if (what === undefined || (questions.length === 0 && known.length === 0)) return statusMessage(sources, what, signal);
  const codes = questions.flatMap((question, index): Line => [index === 0 ? '' : ' · ', { code: question }]);
  const asks = codes.filter((span) => span !== '');
  if (known.length === 0) return oneLine([{ code: what }, ' is no source. What is known of it: ', ...asks]);
  return { blocks: [{ kind: 'text', lines: [...known, ...(asks.length === 0 ? [] : [['Ask ', ...asks] as Line])] }] };
}

async function obeyZone(zone: string | undefined, context: AskContext, deps: AskDeps): Promise<Message> {
  if (zone === undefined) {
    const current = await zoneFor(context, deps);
    return oneLine(['Times are in ', { bold: current }, '. To change that for you: ', { code: 'zone Europe/Berlin' }]);
  }
  await deps.memory.setZone(personOf(context.asker), zone);
  return oneLine(['Times are in ', { bold: zone }, ' for you from now on.']);
}

function oneLine(line: Line): Message {
  return { blocks: [{ kind: 'text', lines: [line] }] };
}
