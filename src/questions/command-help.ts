/** `help alerts`: what a command says, and how it is asked. */
import type { Line, Message } from '../domain/message.ts';
import { wordTable } from '../lib/word-table.ts';
import { RECORD_WORDS } from './words.ts';

/** Commands that have help of their own. */
export type HelpedCommand = 'alerts' | 'deploys' | 'changes' | 'runbook' | 'status' | 'why' | 'on call';

const HELP: Readonly<Record<HelpedCommand, { readonly about: string; readonly examples: readonly string[] }>> = {
  alerts: {
    about: 'what fires now, or was open in a window: all of it, or what is about a host, a service, a name, a label',
    examples: ['alerts', 'alerts web01', 'alerts critical', 'alerts team=payments', 'alerts checkout 24h'],
  },
  deploys: {
    about: 'what was deployed, in the last day or in a window',
    examples: ['deploys', 'deploys checkout', 'deploys 7d'],
  },
  changes: {
    about: 'deploys, configuration, maintenance and marks, in the last day or in a window',
    examples: ['changes', 'changes web01', 'changes yesterday'],
  },
  runbook: {
    about: 'what to do, as the definition of a query or the alerts that fire say it',
    examples: ['runbook', 'runbook cpu', 'runbook web01'],
  },
  status: {
    about: 'whether the sources answer; of a service or a host what fires, what was changed, what can be asked',
    examples: ['status', 'status checkout', 'status web01'],
  },
  why: {
    about: 'how an answer or the post of an alert came about; in its thread, or by the name of the alert',
    examples: ['why', 'why HighErrorRate', 'why web01'],
  },
  'on call': {
    about: 'who is on call, now or at another time',
    examples: ['who is on call', 'who is on call for checkout', 'on call tomorrow at 18:00'],
  },
};

const WORDS = wordTable<HelpedCommand>({
  ...RECORD_WORDS,
  status: 'status',
  why: 'why',
  'on call': 'on call',
  'on-call': 'on call',
  oncall: 'on call',
  call: 'on call',
});

/** The command that a text names, if it has help of its own. */
export function helpedCommand(text: string): HelpedCommand | undefined {
  return WORDS[text.toLowerCase()];
}

/** What it says, with examples that can be copied. */
export function commandHelpMessage(command: HelpedCommand): Message {
  const { about, examples } = HELP[command];
  const shown = examples.flatMap((example, index): Line => [...(index === 0 ? [] : [' · ']), { code: example }]);
  return {
    blocks: [
      {
        kind: 'text',
        lines: [
          [{ bold: command }, `: ${about}`],
          [{ bold: 'Examples ' }, ...shown],
        ],
      },
    ],
  };
}
