/** Words of the config: what fills their places, what is left out, and that nothing of an alert breaks out of them. */
import { describe, expect, it } from 'vitest';
import { statedFacts } from '../../../src/alerts/group-facts.ts';
import { groupMessage } from '../../../src/alerts/group-message.ts';
import { type AlertTemplate, filledLines, readTemplate } from '../../../src/alerts/words-template.ts';
import { rocketChatDialect } from '../../../src/chat/rocketchat/dialect.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { createMarkup } from '../../../src/lib/markup.ts';
import { makeAlert } from './make.ts';

function templateOf(text: string) {
  const read = readTemplate(text);
  if ('fault' in read) throw new Error(read.fault);
  return read.template;
}

const alert = (host: string, fields: Partial<Alert> = {}) =>
  makeAlert('HighErrorRate', {
    ...{ host, service: 'checkout', description: 'Customers cannot pay.', severity: 'warning' as const },
    values: [{ name: 'rate', value: 12.41, unit: 'percent' }],
    ...fields,
  });
/** Numbers and their units hold together. */
const blanked = (text: string) => text.replace(/[\u00A0\u202F]/g, ' ');
const labelled = (host: string, labels: Readonly<Record<string, string>>) =>
  alert(host, { labels: { alertname: 'HighErrorRate', ...labels } });

describe('a template', () => {
  it.each([
    ['{{name}} of {{service}} on {{host}}: {{value}}', ['HighErrorRate of checkout on web01: 12.4 %']],
    ['{{ severity }}/{{source}}/{{hook}}/{{title}}', ['warning/alertmanager/default/HighErrorRate is bad']],
    ['{{labels.cluster | attributes.host.name}}', ['web01']],
    ['{{labels.cluster | "no | cluster"}} · {{name}}', ['no | cluster · HighErrorRate']],
    ['{{annotations.impact}}\nsee {{labels.nothing}}\n{{description}}', ['Customers cannot pay.']],
    ['{{labels.__proto__}}{{labels.constructor}}', []],
    ['only words', ['only words']],
  ])('%s', (text, lines) => {
    expect(filledLines(templateOf(text), [alert('web01')]).map(blanked)).toEqual(lines);
  });

  it('tells up to three values of a group, and counts the rest', () => {
    const all = ['a', 'b', 'a', 'c', 'd', 'e'].map((cluster, index) => labelled(`web0${index}`, { cluster }));
    expect(filledLines(templateOf('{{labels.cluster}}'), all)).toEqual(['a, b, c and 2 more']);
  });

  it.each([
    ['{{hots}}', 'has {{hots}}, which is nothing of an alert; did you mean host?'],
    ['{{#each labels}}', /^has \{\{#each labels\}\}, which is nothing of an alert; there are name, .*labels\.NAME/],
    ['{{name', 'has a `{{` that has no other end; places are written {{labels.host}}'],
    ['name}}', 'has a `}}` that has no other end; places are written {{labels.host}}'],
    ['1\n2\n3\n4\n5\n6', 'has more than 5 lines'],
  ])('that is none says so: %s', (text, fault) => {
    const expected = typeof fault === 'string' ? fault : expect.stringMatching(fault);
    expect(readTemplate(text)).toEqual({ fault: expected });
  });
});

describe('a post with words of the config', () => {
  const template: AlertTemplate = {
    title: templateOf('{{labels.cluster}} · {{name}}'),
    text: templateOf('{{annotations.impact | description}}\nask {{labels.contact}} first'),
    member: templateOf('{{labels.pod}}'),
  };
  const textOf = (...alerts: Alert[]) =>
    blanked(
      createMarkup(rocketChatDialect(true)).text(
        groupMessage(statedFacts(alerts), { zone: 'UTC', nowMs: Date.UTC(2026, 10, 25, 9, 50), template }),
      ),
    );

  it('keeps severity, counts, values, times and links', () => {
    const one = labelled('web01', { cluster: 'eu', contact: 'Ana', pod: 'pay-1' });
    expect(textOf(one, labelled('web02', { cluster: 'us', pod: 'pay-2' }))).toBe(
      [
        '🟡 *WARNING* *eu, us · HighErrorRate* · 2 firing',
        'Customers cannot pay.',
        'ask Ana first',
        'pay-1 12.4 %, pay-2 12.4 %',
        'since 09:44 UTC (6 min) · [Runbook](https://wiki.example/HighErrorRate)',
      ].join('\n'),
    );
  });

  it('is as usual where the alerts have nothing for it', () => {
    const plain = alert('web01', { description: 'Bad.' });
    expect(
      textOf({ ...plain, labels: {} })
        .split('\n')
        .slice(0, 2),
    ).toEqual(['🟡 *WARNING* *HighErrorRate is bad*', 'Bad.']);
  });

  it('neither calls, links nor formats what an alert brings', () => {
    const evil = '@all [click](http://evil.example) *bold* ``` \n# head';
    const text = textOf(labelled('web01', { cluster: evil, contact: evil, pod: evil }));
    // a mark without width keeps them from being what they look like, or they are code
    expect(text.replaceAll(/`[^`]*`/g, '')).not.toMatch(/@all|evil|\*bold\*|# head/m);
    expect(text.split('\n')[2]?.length).toBeLessThan(400);
  });
});
