/** Who is called: only whom the operator named or allowed, whatever senders write; and what flaps, whatever order things come in. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { flappingOf } from '../../src/alerts/flapping.ts';
import { statedFacts } from '../../src/alerts/group-facts.ts';
import { groupMessage } from '../../src/alerts/group-message.ts';
import { mentionOf, mentionsFor, type Owners } from '../../src/alerts/owners.ts';
import { rocketChatDialect } from '../../src/chat/rocketchat/dialect.ts';
import { createMarkup } from '../../src/lib/markup.ts';
import type { GroupEvent } from '../../src/store/alert-group.ts';
import { makeAlert } from '../unit/alerts/make.ts';

const markup = createMarkup(rocketChatDialect(true));
const hostile = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '@all',
    '@here',
    ' @all ',
    '@everyone',
    'all',
    '@ana @all',
    '[x](http://y) @here',
    '\u200b@all',
    'ALL',
    '＠all',
  ),
);
const OWNERS: Owners = {
  severities: ['critical'],
  labels: ['owner'],
  people: [{ match: { alertname: ['Bad'] }, mention: ['ana'] }],
};

propertyTest.prop([hostile, hostile, hostile])(
  'calls nobody but names, and never a whole room',
  (owner, title, note) => {
    const alert = makeAlert('Bad', { host: 'web01', title: title || 'x', note, description: owner });
    const owned = { ...alert, labels: { ...alert.labels, owner, team: owner } };
    const mentions = mentionsFor([owned], 'team', OWNERS);
    for (const name of mentions) expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u);
    expect(mentions.map((name) => name.toLowerCase())).not.toEqual(expect.arrayContaining(['all']));
    expect(mentions.map((name) => name.toLowerCase())).not.toEqual(expect.arrayContaining(['here']));
    const text = markup.text(groupMessage(statedFacts([owned]), { zone: 'UTC', nowMs: 0, mentions }));
    const called = [...text.matchAll(/@(?!\u200B)(\S*)/gu)].map(([, name]) => name);
    expect(called).toEqual(mentions);
  },
);

it.each([
  ['ana', 'ana'],
  ['@ana.b-c_', 'ana.b-c_'],
  ['all', undefined],
  ['@Here', undefined],
  ['channel', undefined],
  ['ana bob', undefined],
  ['', undefined],
  ['a@b', undefined],
  ['-ana', undefined],
])('takes %j for %j', (text, expected) => {
  expect(mentionOf(text)).toBe(expected);
});

const RULE = { changes: 5, withinMs: 1_800_000 };
const NOW = 10_000_000_000;

/** Beginnings and ends at these minutes before now, in turn. */
function waves(minutes: readonly number[]): GroupEvent[] {
  const { fingerprint } = makeAlert('Bad');
  return minutes.map((minute, index) => {
    const status = index % 2 === 0 ? ('firing' as const) : ('resolved' as const);
    const atMs = NOW - minute * 60_000;
    return {
      fingerprint,
      status,
      transition: status === 'firing' ? 'triggered' : 'resolved',
      flags: {},
      atMs,
      receivedMs: atMs,
    };
  });
}

const members = [{ alert: makeAlert('Bad'), flags: {} }];

it.each<[readonly number[], number | undefined]>([
  [[29, 25, 20, 15, 10], 5],
  [[29, 25, 20, 15], undefined],
  // before the window
  [[45, 25, 20, 15, 10], undefined],
  // steady for half of it
  [[29, 28, 27, 26, 16], undefined],
  [[29, 28, 27, 26, 14], 5],
])('of changes %j minutes ago says %s', (minutes, expected) => {
  expect(flappingOf(members, waves(minutes), RULE, NOW)?.changes).toBe(expected);
});

propertyTest.prop([
  fc.shuffledSubarray(waves([29, 25, 20, 15, 10, 5]), { minLength: 6 }),
  fc.integer({ min: 0, max: 5 }),
])('counts the same in whatever order and however often things are told', (events, again) => {
  const told = [...events, ...events.slice(0, again)];
  expect(flappingOf(members, told, RULE, NOW)?.changes).toBe(6);
});
