/** What is said instead of an answer: one line what tripped, one line what works. Pure. */
import type { BotError, ErrorCode } from '../../domain/errors.ts';
import { formatDuration } from '../../domain/format-number.ts';
import type { Line, Message } from '../../domain/message.ts';
import { aboutWords } from '../clock-words.ts';
import { joined } from './saying.ts';
import { sentence } from './sentence.ts';

/** Suggestions beyond this are no help. */
const SUGGESTIONS_MAX = 3;

/** A failure as the asker reads it: the sentence of the error, then what works or who can mend it, and a way on. */
export function refusalMessage(error: BotError): Message {
  const next = joined([lastGood(error), nextStep(error), linkOf(error)]);
  const lines: Line[] = [firstLine(error), ...(next.length > 0 ? [next] : [])];
  return { blocks: [{ kind: 'text', lines }] };
}

/** `Last good answer 3 min ago.`, of a source that fails for now. */
function lastGood({ details: { lastGoodAgoMs } }: BotError): Line {
  if (typeof lastGoodAgoMs !== 'number') return [];
  return [
    lastGoodAgoMs < 60_000
      ? 'It answered less than a minute ago.'
      : `Last good answer ${aboutWords(lastGoodAgoMs)} ago.`,
  ];
}

/** Why words came without their picture: `The picture could not be drawn (timed out); the numbers are complete.` */
export function renderFailureNote({ code }: BotError): string {
  const reasons: Partial<Record<ErrorCode, string>> = {
    RENDER_TIMEOUT: 'timed out',
    RENDER_OVERLOADED: 'too many are waiting',
  };
  return `The picture could not be drawn (${reasons[code] ?? 'the renderer failed'}); the numbers are complete.`;
}

function firstLine(error: BotError): Line {
  if (error.code.startsWith('RENDER_')) return [renderFailureNote(error)];
  return sentence(error.message.replace(/\s*\n\s*/g, ' '));
}

/** What to do: questions that work, or, where none can, who or what helps. */
function nextStep(error: BotError): Line {
  const suggestions = suggestionsOf(error);
  if (suggestions.length > 0) {
    const codes = suggestions.map((code): Line => [{ code }]);
    return [suggestions.length === 1 ? 'This works: ' : 'These work: ', ...joined(codes)];
  }
  const { retryAfterMs, id } = error.details;
  switch (error.code) {
    case 'SOURCE_AUTH':
    case 'SOURCE_FORBIDDEN':
    case 'SOURCE_UNEXPECTED':
      return ['Its operator: see ', { code: 'glimpse check' }, '.'];
    case 'SOURCE_TIMEOUT':
      return /shorter/.test(error.message) ? [] : ['A shorter window or fewer series may work.'];
    case 'SOURCE_OVERLOADED':
    case 'STORE_UNAVAILABLE':
      return [`Try again in ${retryAfterMs === undefined ? 'a minute' : formatDuration(retryAfterMs)}.`];
    case 'SOURCE_BACKEND_DOWN':
      return [{ code: 'status' }, ' shows which sources are up.'];
    case 'SOURCE_TOO_MUCH':
      return /shorter|less/.test(error.message)
        ? []
        : ['A shorter window, fewer hosts or ', { code: 'top 10' }, ' stays below.'];
    case 'SOURCE_BAD_QUERY':
      return badQueryWords(error.details.query);
    case 'INTERNAL':
      return typeof id === 'string' ? ['It is logged as ', { code: id }, '.'] : [];
    default:
      return [];
  }
}

/** A raw question (`graphite:`) is its asker's own, a page or panel is kept elsewhere; a definition has an owner. */
function badQueryWords(query: unknown): Line {
  if (typeof query === 'string' && /^https?:|\s/.test(query)) return ['It must be mended where it is kept.'];
  if (typeof query === 'string' && query.endsWith(':')) return ['It was sent as you typed it.'];
  const name = typeof query === 'string' ? [{ code: `help ${query}` }] : [{ code: 'help' }, ' with the query’s name'];
  return ['The definition must be mended; ', ...name, ' says whose it is.'];
}

/** The suggestions that the sentence does not hold already. */
function suggestionsOf({ message, details }: BotError): string[] {
  const said = (suggestion: string) => message.includes(`\`${suggestion}\``);
  return [...new Set(details.suggestions ?? [])].filter((suggestion) => !said(suggestion)).slice(0, SUGGESTIONS_MAX);
}

/** The source's own page for the same question, or of what can only be opened there. */
function linkOf({ code, details: { link } }: BotError): Line {
  const isShown = code.startsWith('SOURCE_') || code === 'ASK_UNKNOWN_QUERY';
  if (!isShown || typeof link !== 'string' || !/^https?:\/\//.test(link)) return [];
  return [{ link: { title: 'Open it yourself', url: link } }];
}
