import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { rocketChatDialect } from '../../../../src/chat/rocketchat/dialect.ts';
import { createLoopGuard } from '../../../../src/chat/rocketchat/loop-guard.ts';
import { fileMarkOf, markedFileName, messageIdOf } from '../../../../src/chat/rocketchat/message-id.ts';
import { zoneOfOffset } from '../../../../src/chat/rocketchat/people.ts';
import { explainRefusal } from '../../../../src/chat/rocketchat/rest-errors.ts';
import { isAtLeast } from '../../../../src/chat/rocketchat/server-facts.ts';
import { createManualClock } from '../../../doubles/rocketchat/manual-clock.ts';

propertyTest.prop([fc.string(), fc.string()])(
  'gives the same id for the same key, another for another',
  (one, other) => {
    expect(messageIdOf(one)).toMatch(/^[2-9A-HJ-NP-Za-km-z]{17}$/);
    expect(messageIdOf(one) === messageIdOf(other)).toBe(one === other);
  },
);

propertyTest.prop([fc.string(), fc.string()])('marks a file name and keeps it harmless', (name, key) => {
  const marked = markedFileName(name, key);
  expect(marked).toContain(fileMarkOf(key));
  expect(marked).toMatch(/^[\w.-]{1,120}$/);
});

it('shows offsets of zones as words, telephone numbers as code', () => {
  const { name, escape: words } = rocketChatDialect(false);
  expect(words('01:16–02:16 UTC+5:45')).toBe('01:16–02:16 UTC+5:45');
  expect(words('UTC+10')).toBe('UTC+10');
  expect(name('tel:+4912345')).toBe('`tel:+4912345`');
});

it('keeps the ending of a file name', () => {
  expect(markedFileName('cpu web01.png', 'k')).toMatch(/^cpu-web01\.\w{10}\.png$/);
});

it.each([
  ['6.9', 6, 10, false],
  ['6.13.1', 6, 10, true],
  ['8.8', 8, 7, true],
  ['8.8.0-develop', 8, 8, true],
  ['10.0', 8, 7, true],
  [undefined, 8, 7, false],
])('takes %s for at least %i.%i: %s', (version, major, minor, expected) => {
  expect(isAtLeast(version, major, minor)).toBe(expected);
});

it.each([
  [1, undefined, 'Etc/GMT-1'],
  [-5, undefined, 'Etc/GMT+5'],
  [0, undefined, 'Etc/UTC'],
  [5.5, undefined, 'Asia/Kolkata'],
  [5.1, undefined, undefined],
  [99, undefined, undefined],
  [1, 'Europe/Berlin', undefined],
  [2, 'Europe/Berlin', 'Etc/GMT-2'],
])('names the zone of offset %s beside %s: %s', (offset, configured, zone) => {
  expect(zoneOfOffset(offset, configured, Date.UTC(2026, 10, 25, 12))).toBe(zone);
});

it.each([
  [400, { errorType: 'error-invalid-room' }, 'CHAT_NO_SUCH_ROOM'],
  [400, { error: 'room_is_archived' }, 'CHAT_FORBIDDEN'],
  [400, { error: "You can't send messages because the room is readonly." }, 'CHAT_FORBIDDEN'],
  [400, { error: 'You_have_been_muted' }, 'CHAT_FORBIDDEN'],
  [400, { error: 'x [error-message-size-exceeded]', errorType: 'error-message-size-exceeded' }, 'CHAT_TOO_LONG'],
  [400, { errorType: 'error-file-too-large' }, 'CHAT_UPLOAD_REJECTED'],
  [400, { error: '[invalid-file]', errorType: 'invalid-file' }, 'CHAT_UPLOAD_REJECTED'],
  [
    400,
    { errorType: 'error-invalid-file-type', error: 'File type image/svg+xml is not accepted' },
    'CHAT_UPLOAD_REJECTED',
  ],
  [400, { errorType: 'error-action-not-allowed' }, 'CHAT_FORBIDDEN'],
  [400, { error: 'Match error: Unknown key in field x' }, 'CHAT_UNEXPECTED'],
  [401, undefined, 'CHAT_AUTH'],
  [403, { error: 'unauthorized' }, 'CHAT_FORBIDDEN'],
  [302, undefined, 'CHAT_UNEXPECTED'],
  [404, undefined, 'CHAT_UNEXPECTED'],
  [413, undefined, 'CHAT_UPLOAD_REJECTED'],
  [429, { error: 'Error, too many requests.' }, 'CHAT_RATE_LIMITED'],
  [503, undefined, 'CHAT_UNREACHABLE'],
])('explains %i %j as %s', (status, body, code) => {
  const error = explainRefusal(status, body, { host: 'chat.example.net', path: 'rooms.media/x', waitMs: 5 });
  expect(error.code).toBe(code);
  expect(error.message).toContain('chat.example.net');
  expect(error.details.httpStatus).toBe(status);
});

it('stops what writes more than once a second, for a minute', async () => {
  const clock = createManualClock();
  const guard = createLoopGuard(clock);
  const passed = Array.from({ length: 70 }, () => guard.pass('room/user')).filter(Boolean);
  expect(passed).toHaveLength(60);
  expect(guard.pass('room/other')).toBe(true);
  await clock.advance(60_000);
  expect(guard.pass('room/user')).toBe(true);
});
