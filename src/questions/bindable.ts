/** Leaves out values that a source's language cannot hold, so that one odd name among many does not cost the answer. */
import { BotError } from '../domain/errors.ts';
import type { Arguments, Question } from '../domain/question.ts';

/** In a sentence about what was left out. */
const NAMED_MAX = 3;

/**
 * The question with those values that `bind` takes; a note says which were left out and why. A question of which no value
 * is left is given back as it is: binding it then says why.
 *
 * @param bind - tries to bind arguments; throws BotError `ASK_UNKNOWN_VALUE` with `details.parameter`
 */
export function withBindableValues(question: Question, bind: (args: Arguments) => void): Question {
  const refused = refusalOf(() => bind(question.arguments));
  const name = refused?.details.parameter;
  const values = typeof name === 'string' ? (question.arguments[name] ?? []) : [];
  if (!refused || typeof name !== 'string' || values.length < 2) return question;
  const refusals = values.map((value) => refusalOf(() => bind({ ...question.arguments, [name]: [value] })));
  const kept = values.filter((_, index) => refusals[index]?.details.parameter !== name);
  if (kept.length === 0 || kept.length === values.length) return question;
  const dropped = refusals.filter((refusal) => refusal?.details.parameter === name);
  const note = noteOf(dropped.flatMap((refusal) => (refusal ? [refusal.message] : [])));
  const rest = { ...question, arguments: { ...question.arguments, [name]: kept }, notes: [...question.notes, note] };
  return withBindableValues(rest, bind); // another parameter may have odd values too
}

function refusalOf(bind: () => void): BotError | undefined {
  try {
    bind();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code === 'ASK_UNKNOWN_VALUE') return thrown;
    throw thrown;
  }
}

function noteOf(messages: readonly string[]): string {
  const more = messages.length > NAMED_MAX ? ` And ${messages.length - NAMED_MAX} more.` : '';
  return `Left out: ${messages.slice(0, NAMED_MAX).join(' ')}${more}`;
}
