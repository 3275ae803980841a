/** What a group of alerts is over HTTP: how it stands, since when, in whose words. */
import { expect, it } from 'vitest';
import { readTemplate } from '../../../src/alerts/words-template.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { groupJson } from '../../../src/http/alert-json.ts';
import type { TimelineGroup } from '../../../src/store/alert-timeline.ts';
import { makeAlert } from '../alerts/make.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 25, 10, minute));
const WORDS = { zone: 'UTC', nowMs: +at(30) };

function groupOf(problems: readonly Alert[], fields: Partial<TimelineGroup> = {}): TimelineGroup {
  const open = problems.filter(({ status }) => status === 'firing');
  const silent = open.filter(({ silentSince }) => silentSince !== undefined).length;
  const counts = { count: problems.length, firing: open.length - silent, silent };
  return { id: 'g', sinceMs: +at(0), rank: 0, ...counts, problems, firings: [], ...fields };
}

it('fires no more once nothing was heard of it for too long, as its words say', () => {
  const alert = makeAlert('Slow', { host: 'web01', startsAt: at(10), silentSince: at(15) });
  const json = groupJson(groupOf([alert]), WORDS);
  expect(json).toMatchObject({ status: 'silent', firing: 0, silent: 1, ended: null, heard: at(15).toISOString() });
  expect(json.text).toContain('NO NEWS');
  const others = groupJson(groupOf([makeAlert('Slow', { host: 'web02', severity: 'warning' }), alert]), WORDS);
  expect(others).toMatchObject({ status: 'firing', severity: 'warning', firing: 1, silent: 1 });
});

it('began when its words say, whenever it was first heard of', () => {
  const over = makeAlert('Slow', { host: 'web01', startsAt: at(1), status: 'resolved', endsAt: at(9) });
  const group = groupOf([makeAlert('Slow', { host: 'web02', startsAt: at(20) }), over]);
  const json = groupJson(group, WORDS);
  expect([json.since, json.text]).toEqual([at(20).toISOString(), expect.stringContaining('since 10:20 UTC')]);
});

it('is told in the words of the config', () => {
  const read = readTemplate('{{name}} of {{host}}');
  const title = 'template' in read ? read.template : undefined;
  const alert = makeAlert('Slow', { host: 'web01', startsAt: at(20) });
  const { text, html } = groupJson(groupOf([alert]), { ...WORDS, template: { title } });
  expect(text).toContain('Slow of web01');
  expect(html).toContain('Slow of web01');
});
