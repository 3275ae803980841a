/** Raw questions to Elasticsearch from the text to the words; a double of this project answers, as no rig has ES|QL. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { messageHtml } from '../../src/http/message-html.ts';
import { type Doc, elasticsearchDouble } from '../doubles/elasticsearch.ts';
import { startHttpBackend } from '../doubles/http-backend.ts';
import { openConversation } from './conversation.ts';

const NOW_MS = Date.UTC(2026, 10, 25, 12);
const MINUTE_MS = 60_000;

/** Each minute of two hours: checkout fails every tenth, db never. */
const docs = (): Doc[] =>
  Array.from({ length: 120 }, (_, index) => NOW_MS - (index + 1) * MINUTE_MS).flatMap((timeMs, index) =>
    ['checkout', 'db'].map((service) => {
      const failed = service === 'checkout' && index % 10 === 0;
      return {
        '@timestamp': timeMs,
        'host.name': service === 'db' ? 'db01' : 'web01',
        'service.name': service,
        'log.level': failed ? 'error' : 'info',
        message: failed ? 'payment refused' : 'fine',
      };
    }),
  );

async function start(flavour: 'elasticsearch' | 'opensearch' = 'elasticsearch') {
  const { url, requests } = await startHttpBackend(elasticsearchDouble({ flavour, docs }));
  const yaml = `
queries: [{ pack: ecs-logs }]
sources:
  logs: { kind: elasticsearch, url: ${url}, publicUrl: https://kibana.example.net, index: logs-*, raw: true }
`;
  const conversation = await openConversation({ nowMs: NOW_MS, yaml, definitions: {} });
  onTestFinished(() => conversation.close());
  return { ask: conversation.ask, requests };
}

describe('raw questions', () => {
  it('in KQL are answered with lines, what was looked for marked', async () => {
    const { ask } = await start();
    const asked = await ask('kql: service.name: "checkout" and message: "payment refused" 30m');
    expect(asked.lines[0]).toMatch(/^service\.name: "checkout" and message: "payment refused" 3 in 30 min/);
    expect(asked.text).toContain('web01 error payment refused');
    expect(messageHtml(asked.parts.message)).toContain('web01 error <mark>payment refused</mark>');
    expect(asked.text).toContain('https://kibana.example.net/app/discover#/');
  });

  it('in ES|QL are answered with a table', async () => {
    const { ask, requests } = await start();
    const asked = await ask('esql: FROM logs-* | STATS n = COUNT() BY service.name | SORT service.name 1h');
    expect(asked.lines[0]).toContain('2 rows');
    const table = asked.text.trimEnd().split('\n').slice(-3);
    expect(table).toEqual([' n  service.name', '60  checkout', '60  db']);
    const body = JSON.parse(requests.at(-1)?.body ?? '');
    expect(body.query).toBe('FROM logs-* | STATS n = COUNT() BY service.name | SORT service.name');
  });

  it('in ES|QL are drawn where the answer is over time', async () => {
    const { ask } = await start();
    const asked = await ask('esql: FROM logs-* | STATS COUNT() BY BUCKET(@timestamp, 5 minutes), service.name 1h');
    expect(asked.frame.series.map(({ name, values }) => [name, [...values]])).toEqual([
      ['checkout', Array.from({ length: 12 }, () => 5)],
      ['db', Array.from({ length: 12 }, () => 5)],
    ]);
    expect(asked.parts.file?.mediaType).toBe('image/png');
  });

  it('are refused in words: where a query stops making sense, and where the language is not spoken', async () => {
    const { ask } = await start();
    expect((await ask('esql: FROM logs-* | WHERE nope == "x" 1h')).text).toContain('line 1:21: Unknown column nope');
    expect((await ask('kql: service.name: checkout log.level: error 1h')).text).toContain('at character');
    const other = await start('opensearch');
    const refused = await other.ask('esql: FROM logs-* | LIMIT 5');
    expect(refused.text).toContain('This server (OpenSearch) has no ES|QL.');
  });
});
