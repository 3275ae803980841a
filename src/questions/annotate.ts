/** `annotate "deploy of checkout 4.12" 14:32 tag=deploy on graphs`: the one thing that the bot writes, where it may. */
import { BotError } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import type { Asker } from '../domain/question.ts';
import { withDeadline } from '../lib/clock.ts';
import type { ConfiguredSource, SourceSet } from '../sources/source-set.ts';
import type { Scope } from './parts.ts';
import { readParts, type Vocabulary } from './read-parts.ts';
import { resolveTime } from './resolve-time.ts';
import { code, list } from './say.ts';
import type { Token } from './tokens.ts';
import { wallTimeOf } from './wall-clock.ts';

/** A mark that somebody asked for. */
export interface AnnotateCommand {
  readonly kind: 'annotate';
  readonly text: string;
  readonly tags: readonly string[];
  /** ms since the Unix epoch. */
  readonly timeMs: number;
  readonly endMs?: number;
  readonly scope?: Scope;
}

const EXAMPLE = 'annotate "deploy of checkout 4.12" 14:32 tag=deploy';
const TEXT_MAX_CHARS = 500;
const TAGS_MAX = 10;
const TAG = /^[\p{L}\p{N}][\p{L}\p{N}_.:/-]{0,49}$/u;

/**
 * Reads the words behind `annotate`. A moment (`14:32`, `10m ago`) is a moment, any other window a span; left out: now.
 *
 * @throws BotError `ASK_EMPTY` without a text in quotes, `ASK_UNKNOWN_VALUE` for a tag that is none and words without a meaning,
 *   `ASK_BAD_RANGE`
 */
export function readAnnotate(tokens: readonly Token[], vocabulary: Vocabulary): AnnotateCommand {
  const parts = readParts(tokens, { ...vocabulary, isQuery: () => false });
  const quoted = parts.words.filter(({ isQuoted }) => isQuoted).map(({ text }) => text.trim());
  const text = quoted.join(' ').slice(0, TEXT_MAX_CHARS);
  if (text === '') {
    throw new BotError('ASK_EMPTY', `Write what happened in quotes, for example ${code(EXAMPLE)}.`, {
      suggestions: [EXAMPLE],
    });
  }
  const plain = parts.words.filter(({ isQuoted, lower }) => !isQuoted && lower !== 'now');
  const hashed = plain.filter((token) => token.text.startsWith('#'));
  const [unused] = plain.filter((token) => !token.text.startsWith('#'));
  if (unused)
    throw new BotError('ASK_UNKNOWN_VALUE', `I do not know what ${code(unused.text)} is for here.`, { at: unused.at });
  const tags = [...hashed.map((token) => token.text.slice(1)), ...tagsIn(parts.named)];
  return {
    kind: 'annotate',
    text,
    tags: checkedTags(tags),
    ...timesOf(parts.time?.phrase, vocabulary),
    ...(parts.scope && { scope: parts.scope }),
  };
}

function tagsIn(named: ReturnType<typeof readParts>['named']): readonly string[] {
  const other = named.find(({ key }) => !/^tags?$/i.test(key));
  if (other)
    throw new BotError('ASK_UNKNOWN_VALUE', `A mark has no ${code(other.key)}, only ${code('tag=')}.`, {
      at: other.token.at,
    });
  return named.map(({ value }) => value);
}

function checkedTags(tags: readonly string[]): readonly string[] {
  const odd = tags.find((tag) => !TAG.test(tag));
  if (odd !== undefined) {
    throw new BotError('ASK_UNKNOWN_VALUE', `${code(odd)} is no tag: letters, digits and ${code('_.:/-')}.`, {
      value: odd,
    });
  }
  if (tags.length > TAGS_MAX) throw new BotError('ASK_TOO_MUCH', `A mark takes up to ${TAGS_MAX} tags.`);
  return [...new Set(tags)];
}

type Phrase = NonNullable<ReturnType<typeof readParts>['time']>['phrase'];

function timesOf(phrase: Phrase | undefined, { nowMs, zone }: Vocabulary): Pick<AnnotateCommand, 'timeMs' | 'endMs'> {
  if (!phrase) return { timeMs: nowMs };
  if (phrase.kind === 'around') {
    // the window's end is the moment: since it, and until it, are the same clock
    const { range } = resolveTime({ kind: 'since', from: phrase.at }, nowMs, phrase.zone ?? zone);
    return { timeMs: range.fromMs };
  }
  const { range } = resolveTime(phrase, nowMs, zone);
  return { timeMs: range.fromMs, endMs: range.toMs };
}

/** Writing waits this long. */
const WRITE_TIMEOUT_MS = 5_000;

/**
 * Writes the mark where the operator allows it.
 *
 * @throws BotError `ASK_FORBIDDEN` where no source may be written to, `ASK_AMBIGUOUS` where several may; `SOURCE_…`
 */
export async function annotate(
  command: AnnotateCommand,
  asker: Asker,
  { sources, zone }: { readonly sources: SourceSet; readonly zone: string },
  signal: AbortSignal,
): Promise<Message> {
  const target = targetOf(command, sources);
  const { text, tags, timeMs, endMs } = command;
  const mark = { text: `${text} (${asker.userName})`, tags, timeMs, ...(endMs !== undefined && { endMs }) };
  const written = await target.source.annotate?.(mark, withDeadline(WRITE_TIMEOUT_MS, signal));
  const until = endMs === undefined ? '' : ` to ${clockOf(endMs, zone)}`;
  const tagged = tags.length === 0 ? '' : ` · ${tags.join(', ')}`;
  const link = written?.url === undefined ? [] : [' · ', { link: { title: target.title, url: written.url } }];
  return {
    blocks: [
      {
        kind: 'text',
        lines: [
          [
            `Marked in ${target.title} at ${clockOf(timeMs, zone)}${until}: `,
            { name: text, bold: true },
            tagged,
            ...link,
          ],
        ],
      },
    ],
  };
}

/** `2026-11-25 14:32`: what was written is said in full. */
function clockOf(ms: number, zone: string): string {
  const { year, month, day, hour, minute } = wallTimeOf(ms, zone);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

function targetOf({ scope }: AnnotateCommand, { all }: SourceSet): ConfiguredSource {
  const allowed = all.filter(({ source }) => source.annotate !== undefined);
  const meant = scope ? allowed.filter((one) => (scope.kind === 'env' ? one.env : one.name) === scope.name) : allowed;
  const [target, other] = meant;
  if (!target) {
    throw noMarksHere(scope && `${code(scope.name)} takes no marks`);
  }
  if (!other) return target;
  throw new BotError(
    'ASK_AMBIGUOUS',
    `Several sources take marks. Say which: ${list(
      meant.map(({ name }) => code(`on ${name}`)),
      'or',
    )}.`,
  );
}

/** The refusal where the operator allows no marks. */
export function noMarksHere(why = 'no source takes marks'): BotError {
  return new BotError(
    'ASK_FORBIDDEN',
    `Marks cannot be written here: ${why}. The operator may allow it with \`annotate: true\` at the source in glimpse.yaml.`,
  );
}
