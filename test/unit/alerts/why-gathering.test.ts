/** How a post for many alerts is explained. */
import { expect, it } from 'vitest';
import { whyGatheringLines } from '../../../src/alerts/why-gathering.ts';
import { plainText } from '../../../src/domain/message.ts';
import { makeAlert } from './make.ts';

const place = { chat: 'team', room: 'ops' };
const sinceMs = Date.UTC(2026, 10, 25, 9, 44);

it('says how many, since when, by which routes, and how to have one explained', () => {
  const lines = whyGatheringLines({
    gathering: { kind: 'storm', place, sinceMs },
    gathered: {
      counts: [{ severity: 'critical', count: 38, firing: 31 }],
      names: [{ name: 'HostDown', count: 38 }],
      alerts: [makeAlert('HostDown')],
      lastMs: sinceMs,
      beganMs: sinceMs,
      endedMs: sinceMs,
    },
    routes: [{ place, isContinued: false, routes: [] }],
    postsPerMinute: 5,
    nowMs: sinceMs + 60_000,
    zone: 'UTC',
  });
  expect(lines.map(plainText)).toEqual([
    'Why 38 alerts are told in one post since 09:44:00 UTC; 31 of them fire',
    'Gathered: too many began at once for this room, more than 5 posts in a minute',
    'Routed by route 1',
    'One of them why "HostDown"',
  ]);
});
