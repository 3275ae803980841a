/** Random questions to the part that understands them: each is understood or refused with a code, soon, in few words. */
import { BotError, ERROR_CATALOGUE } from '../../src/domain/errors.ts';
import { explain } from '../../src/questions/explain.ts';
import { rememberQuestion } from '../../src/questions/follow-up.ts';
import type { AskContext } from '../../src/questions/understand.ts';
import { refusalMessage } from '../../src/render/words.ts';
import { ask } from '../unit/questions/world.ts';
import { makeDice } from './dice.ts';
import { makeText } from './make-text.ts';

/** What a run came to. */
export interface FuzzResult {
  readonly count: number;
  /** Outcomes by name: codes, kinds of questions, statuses. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** What must not be: the input as JSON, and what happened. The first few. */
  readonly faults: readonly string[];
}

const FAULTS_KEPT = 20;
/** A refusal is a message in a room. */
const DETAIL_MAX_CHARS = 2_000;

/** Collects what happened. */
export function makeTally() {
  const outcomes: Record<string, number> = {};
  const faults: string[] = [];
  return {
    count(outcome: string) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    },
    fault(input: unknown, what: string) {
      if (faults.length < FAULTS_KEPT) faults.push(`${JSON.stringify(input)}: ${what}`);
    },
    outcomes,
    faults,
  };
}

/** Asks `count` random questions; some follow the one before. */
export async function fuzzQuestions(count: number, seed: number): Promise<FuzzResult> {
  const dice = makeDice(seed);
  const tally = makeTally();
  let previous: AskContext['previous'];
  for (let index = 0; index < count; index += 1) {
    const text = makeText(dice);
    const isAddressed = !dice.oneIn(10);
    try {
      const understood = await ask(text, { isAddressed, ...(previous && dice.oneIn(3) && { previous }) });
      const explanation = explain(understood);
      JSON.stringify(explanation);
      tally.count(understood.kind);
      if (understood.kind === 'question') {
        const { fromMs, toMs } = understood.question.range;
        if (!(fromMs < toMs)) tally.fault(text, `a window from ${fromMs} to ${toMs}`);
        // what is kept goes through the store as JSON
        previous = JSON.parse(JSON.stringify(rememberQuestion(understood.question)));
      }
    } catch (error) {
      judge(text, error, tally);
    }
  }
  return { count, outcomes: tally.outcomes, faults: tally.faults };
}

function judge(text: string, error: unknown, tally: ReturnType<typeof makeTally>): void {
  if (!(error instanceof BotError) || !Object.hasOwn(ERROR_CATALOGUE, error.code)) {
    tally.fault(text, error instanceof Error ? (error.stack ?? error.message) : String(error));
    return;
  }
  tally.count(error.code);
  if (!error.code.startsWith('ASK_')) tally.fault(text, `refused with ${error.code}: ${error.message}`);
  if (error.message.length > DETAIL_MAX_CHARS) tally.fault(text, `a refusal of ${error.message.length} characters`);
  refusalMessage(error);
}
