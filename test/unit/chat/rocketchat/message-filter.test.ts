import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { type FilterContext, readMessage } from '../../../../src/chat/rocketchat/message-filter.ts';
import { WireMessage } from '../../../../src/chat/rocketchat/wire.ts';

const BOT = { userId: 'botId', username: 'glimpse.bot' };
const context: FilterContext = {
  bot: BOT,
  room: { roomParticipant: true, roomType: 'c', roomName: 'ops' },
  hasBareLines: false,
  isGroupDirect: false,
  floorMs: 1_000,
  mayBeEdited: false,
};

const message = (fields: object) =>
  WireMessage.parse({
    _id: 'm',
    rid: 'r',
    msg: '',
    ts: { $date: 2_000 },
    u: { _id: 'anaId', username: 'ana' },
    ...fields,
  });
const read = (fields: object, more: Partial<FilterContext> = {}) =>
  readMessage(message(fields), { ...context, ...more });

it.each([
  ['@glimpse.bot cpu web01', 'cpu web01'],
  ['@glimpse.bot: cpu web01', 'cpu web01'],
  ['@Glimpse.Bot, cpu', 'cpu'],
  ['cpu web01 @glimpse.bot', 'cpu web01'],
  ['hey @glimpse.bot cpu @glimpse.bot', 'hey cpu'],
  ['(@glimpse.bot)', '( )'],
  ['cpu, @glimpse.bot.', 'cpu,'],
  ['cpu web01 1h, @glimpse.bot?', 'cpu web01 1h,'],
  ['@glimpse.bot `cpu web01`', '`cpu web01`'],
  ['@glimpse.bot ```\ncpu web01\n```', '```\ncpu web01\n```'],
  ['@glimpse.bot\nlogs checkout', 'logs checkout'],
  ['[ ](https://chat.example.net/channel/ops?msg=x) @glimpse.bot 6h', '6h'],
  ['@glimpse.bot', ''],
  ['@glimpse.bot logs #\u200Bpayments', 'logs #payments'],
])('reads %j as the mention of %j', (msg, text) => {
  expect(read({ msg })).toEqual({ kind: 'mention', text });
});

it.each([
  '@glimpse.bots cpu',
  'x@glimpse.bot',
  '@glimpse.bot.example',
  '@glimpseXbot cpu',
  '@@glimpse.bot',
  'glimpse.bot cpu',
  'ask `@glimpse.bot cpu web01`',
  'for example:\n```\n@glimpse.bot cpu web01\n```',
])('reads no mention in %j', (msg) => {
  expect(read({ msg })).toEqual({ kind: 'ignored', why: 'not addressed' });
});

it('takes off whom else a question names', () => {
  const mentions = [
    { _id: 'all', username: 'all' },
    { _id: 'benId', username: 'ben' },
    { _id: 'botId', username: 'glimpse.bot' },
  ];
  expect(read({ msg: '@all @glimpse.bot cpu web01, @ben', mentions })).toEqual({ kind: 'mention', text: 'cpu web01,' });
});

it('believes the list of mentions where the text shows another form', () => {
  expect(read({ msg: 'Glimpse cpu', mentions: [{ _id: 'botId' }] })).toEqual({ kind: 'mention', text: 'Glimpse cpu' });
});

it.each([
  ['own', { u: { _id: 'botId', username: 'renamed' } }],
  ['edited', { editedAt: { $date: 3_000 } }],
  ['system', { t: 'uj' }],
  ['encrypted', { t: 'e2e' }],
  ['bot', { bot: { i: 'x' } }],
  ['bot', { alias: 'Grafana' }],
  ['hidden', { _hidden: true }],
  ['hidden', { private: true }],
  ['old', { ts: { $date: 999 } }],
])('ignores what is %s', (why, fields) => {
  expect(read({ msg: '@glimpse.bot cpu', ...fields })).toEqual({ kind: 'ignored', why });
});

it('ignores rooms it has not joined and customers from outside', () => {
  const room = { roomType: 'c', roomParticipant: true };
  expect(read({ msg: '@glimpse.bot x' }, { room: { ...room, roomParticipant: false } })).toMatchObject({
    why: 'not joined',
  });
  expect(read({ msg: '@glimpse.bot x' }, { room: { ...room, roomType: 'l' } })).toMatchObject({ why: 'livechat' });
});

it('takes an edited message when it was written and mended while we were away', () => {
  expect(read({ msg: '@glimpse.bot cpu', editedAt: '2026-11-25T10:00:00Z' }, { mayBeEdited: true }).kind).toBe(
    'mention',
  );
});

it('takes lines of a dialogue as direct, but not those of a group', () => {
  const room = { roomParticipant: true, roomType: 'd' };
  expect(read({ msg: 'cpu' }, { room })).toEqual({ kind: 'direct', text: 'cpu' });
  expect(read({ msg: 'cpu' }, { room, isGroupDirect: true })).toEqual({ kind: 'ignored', why: 'not addressed' });
});

it('takes bare lines only where they are on, and not those said to others', () => {
  expect(read({ msg: 'cpu' }, { hasBareLines: true })).toEqual({ kind: 'bare', text: 'cpu' });
  expect(read({ msg: '@ben cpu' }, { hasBareLines: true }).kind).toBe('ignored');
  expect(read({ msg: '' }, { hasBareLines: true }).kind).toBe('ignored');
});

it('hands a reply in a thread over as one, unless it names somebody else', () => {
  expect(read({ msg: '6h', tmid: 't' })).toEqual({ kind: 'reply', threadId: 't', text: '6h' });
  expect(read({ msg: '@ben 6h', tmid: 't', mentions: [{ _id: 'benId' }] }).kind).toBe('ignored');
});

it('understands documents with nulls and dates of both kinds', () => {
  const parsed = message({ ts: '2026-11-25T10:00:00.000Z', tmid: null, t: null, mentions: null, replies: 'odd' });
  expect(parsed.ts).toBe(Date.UTC(2026, 10, 25, 10));
  expect(readMessage(parsed, context).kind).toBe('ignored');
});

propertyTest.prop([fc.string({ unit: 'binary', maxLength: 9_000 })])(
  'gives a short, whole text whatever is said',
  (msg) => {
    const reading = read({ msg: `@glimpse.bot ${msg}` });
    expect(reading.kind).toBe('mention');
    if (reading.kind === 'ignored') return;
    expect(reading.text.length).toBeLessThanOrEqual(4_000);
    expect(reading.text).not.toContain('\0');
    if (msg.isWellFormed()) expect(reading.text.isWellFormed()).toBe(true);
  },
);
