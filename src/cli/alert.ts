/** `glimpse alert …`: how bodies of senders are understood, sent and shown. */
import { decodeCommand } from './alert/decode.ts';
import { demoCommand } from './alert/demo.ts';
import { sendCommand } from './alert/send.ts';
import { commandOfVerbs } from './verbs.ts';

/** Does what the first word says. */
export const alertCommand = commandOfVerbs(
  'alert',
  {
    decode: { options: ['json', 'name', 'header'], run: decodeCommand },
    send: {
      options: ['json', 'name', 'header', 'to', 'as-now', 'dry-run', 'out', 'theme', 'zone'],
      run: sendCommand,
    },
    demo: { options: ['json', 'dry-run', 'out', 'theme', 'zone'], run: demoCommand },
  },
  'alert wants to know what to do: glimpse alert decode, alert send or alert demo',
);
