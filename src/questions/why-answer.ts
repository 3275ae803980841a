/** Answers `why`: of the last answer, of an alert, of a post for many alerts. */
import type { Subject } from '../context/subject.ts';
import type { Line, Message } from '../domain/message.ts';
import type { Explanation } from '../domain/question.ts';
import { explanationMessage } from './explain.ts';
import type { RecordDeps } from './record-answers.ts';
import { topicText } from './topic.ts';
import { type WhyCommand, whyAlertMessage } from './why-alert.ts';

/** What was said where it is asked. */
interface Asked {
  /** The last answer. */
  readonly kept: { readonly explanation: Explanation; readonly origin: string } | undefined;
  readonly subject: Subject | undefined;
  readonly thread: { readonly chat: string; readonly id: string } | undefined;
}

/** Of an alert by its name; else of the answer, the alert or the post for many alerts whose thread this is. Throws as {@link whyAlertMessage}. */
export async function whyAnswer(
  { topic }: WhyCommand,
  { kept, subject, thread }: Asked,
  deps: RecordDeps,
): Promise<Message> {
  const isBare = topic === undefined || topicText(topic) === '';
  if (isBare && !kept && !subject && thread) {
    const lines = (await deps.record?.whyPost(thread, deps.zone)) ?? [];
    if (lines.length > 0) return { blocks: [{ kind: 'text', lines }] };
  }
  if (topic === undefined && (kept || !subject)) return whyMessage(kept, subject !== undefined);
  return whyAlertMessage(topic ?? { words: [], named: [] }, subject, deps);
}

function whyMessage(kept: Asked['kept'], isUnderAlert: boolean): Message {
  if (!kept) {
    const line: Line = [
      'There is no answer here yet to explain. Ask ',
      { code: 'why' },
      ' in the thread of an answer or an alert, or ',
      { code: 'why HighErrorRate' },
      ' of an alert by its name.',
    ];
    return { blocks: [{ kind: 'text', lines: [line] }] };
  }
  const { blocks, ...rest } = explanationMessage(kept.explanation);
  const alert: Line[] = isUnderAlert ? [['Of the alert above: ', { code: 'why alert' }]] : [];
  const asked: Message['blocks'][number] = { kind: 'text', lines: [['Asked of ', { code: kept.origin }], ...alert] };
  return { ...rest, blocks: [...blocks, asked] };
}
