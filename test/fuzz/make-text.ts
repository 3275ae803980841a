/** Random questions: words of the language in any order, with what people and attackers put between them. */
import type { Dice } from './dice.ts';

const WORDS = `
cpu load memory disk net errors latency requests logs uptime processor free help queries hosts status why zone again alerts
deploys runbook firing problems top bottom web01 web02 web* web0? db0[1-3] {web01,web02} laptop checkout payments shared01 last past this next 1h
-1h 90m 1h30m 0s 1mo 99999d 1e9h ten twelve minutes hour hours day week month yesterday today tomorrow monday friday morning night
since until from to between and around on at ago now now-6h 09:00 9:00pm 24:00 25:61 2026-11-25 2026-02-30 2026-03-29 02:30 1795000000
00:00-24:00 14:00-16:00 vs compared with previous period as table csv bars lines stacked log scale linear zero 0..100 5..1 NaN..Infinity
dark light in staging production graphite-eu graphite: promql: kql: lucene: grafana kibana search zoom also without only host=web01
service=checkout host="a b" text="payment refused" show me the of for please graph chart draw plot zone Europe/Berlin Mars/Phobos UTC+25:00
sumSeries(servers.*.cpu.user) http://grafana.example/d/abc?var-host=web01 https://[::1]/d/x javascript:alert(1) ../../etc/passwd
`
  .trim()
  .split(/\s+/);

const NOISE = [
  '"',
  "'",
  '`',
  '\\',
  '```',
  '@all',
  '@here',
  '<script>alert(1)</script>',
  '${host}',
  '{{host}}',
  '%s%n',
  '\u0000',
  '\u001b[31m',
  '\r\n',
  '\u202e',
  '\u200b',
  '\ufeff',
  '\u0301',
  '😀',
  '👩‍👩‍👧‍👦',
  '\ud83d',
  '\udc00',
  'ﷺ',
  'ıİ',
  'привет',
  '东京',
  '\u00a0',
  '\u2028',
  '__proto__',
  'constructor',
  'toString',
  '--',
  '…',
  '–',
  '((((((',
  ']]]]',
  '{,}',
  '|',
  ';',
  '=',
  ',',
  '.',
  ':',
  '/',
  '1'.repeat(40),
  'a'.repeat(300),
  '*'.repeat(60),
];

/** A word, a piece of noise, or some code units. */
function makePiece(dice: Dice): string {
  if (dice.oneIn(9)) return dice.pick(NOISE);
  if (dice.oneIn(15))
    return String.fromCharCode(...Array.from({ length: 1 + dice.below(6) }, () => dice.below(0x10000)));
  const word = dice.pick(WORDS);
  return dice.oneIn(7) ? mutate(word, dice) : word;
}

/** A typo: a character gone, doubled, changed in case, or exchanged with its neighbour. */
function mutate(word: string, dice: Dice): string {
  const at = dice.below(word.length);
  const [before, one, behind] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
  return dice.pick([
    before + behind,
    before + one + one + behind,
    before + one.toUpperCase() + behind,
    behind + one + before,
  ]);
}

const SEPARATORS = [' ', ' ', ' ', ' ', ' ', '  ', '\t', '\n', ', ', ''];

/** A question of up to a dozen pieces; now and then one that is far too long. */
export function makeText(dice: Dice): string {
  const count = dice.oneIn(500) ? 1_000 : dice.below(12);
  let text = '';
  for (let index = 0; index < count; index += 1) text += makePiece(dice) + dice.pick(SEPARATORS);
  return text;
}
