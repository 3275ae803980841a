/** Questions about what Kibana keeps, through the real core: config, definitions, library, words. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Doc, elasticsearchDouble } from '../doubles/elasticsearch.ts';
import { startHttpBackend } from '../doubles/http-backend.ts';
import { kibanaDouble, kibanaFixture } from '../doubles/kibana.ts';
import { openConversation } from './conversation.ts';

const NOW_MS = Date.parse('2026-11-18T12:00:00Z');
const MESSAGES = ['payment refused by visa', 'timeout after 30 ms', 'card declined'];

/** An error of checkout each minute on web01, web02 or web09. */
const docs: readonly Doc[] = Array.from({ length: 120 }, (_, index) => ({
  '@timestamp': NOW_MS - (index + 1) * 60_000,
  'host.name': ['web01', 'web02', 'web09'][index % 3] as string,
  'service.name': 'checkout',
  'log.level': 'error',
  message: MESSAGES[index % 3] as string,
}));

async function open() {
  const people = await startHttpBackend(
    kibanaDouble({ version: '7.17.28', spaces: { default: kibanaFixture('7.17') } }),
  );
  const cluster = await startHttpBackend(elasticsearchDouble({ flavour: 'elasticsearch', docs: () => docs }));
  const conversation = await openConversation({
    nowMs: NOW_MS,
    yaml: `
sources:
  logs: { kind: elasticsearch, url: "${cluster.url}" }
  kibana: { kind: kibana, url: "${people.url}", publicUrl: "https://kibana.example.net/", elasticsearch: logs }
queries: [./ours, { pack: kibana }]
`,
    definitions: {
      ours: `
complaints:
  title: What checkout complains about on \${host}
  parameters: { host: { values: "terms:host.name on logs-test-view" } }
  kibana: { search: Errors of checkout, filters: { host.name: "\${host}" } }
  links: [{ title: Overview, kibana: { dashboard: Web overview, filters: { host.name: "\${host}" } } }]
watch:
  title: Rules of Kibana
  kibana: { rules: { tags: [production] } }
`,
    },
  });
  onTestFinished(() => conversation.close());
  return { ...conversation, people, cluster };
}

describe('a definition on a saved search', () => {
  it('answers with lines and numbers, with links to Discover and the dashboard', async () => {
    const { ask } = await open();
    const { text, answer } = await ask('complaints web01 last 1h');
    expect(text).toContain('What checkout complains about on web01');
    expect(text).toContain('20');
    expect(text).toContain('payment refused by visa');
    expect(answer.links.map(({ title }) => title)).toEqual(['Kibana', 'Overview']);
    expect(answer.links[0]?.url).toMatch(/^https:\/\/kibana\.example\.net\/app\/discover#\/view\/b2d0ed20/);
    expect(answer.links[1]?.url).toMatch(/^https:\/\/kibana\.example\.net\/app\/dashboards#\/view\/dash-web/);
  });

  it('knows the hosts, and corrects a typo by them', async () => {
    const { ask } = await open();
    expect((await ask('complaints wbe02 1h')).text).toContain('web02');
  });

  it('counts none for a host that writes other lines, and says why one is unknown', async () => {
    const { ask } = await open();
    const none = await ask('complaints web09 1h');
    expect(none.text).toContain('What checkout complains about on web09 none in 1 h');
    const unknown = await ask('complaints mail77 1h');
    expect(unknown.text).toContain('`mail77` is not a host I know.');
  });

  it("shows the state of Kibana's rules as a table", async () => {
    const { ask } = await open();
    const { text } = await ask('watch');
    expect(text).toContain('Checkout errors');
    expect(text).toContain('active');
    expect(text).not.toContain('Disk almost full');
  });
});

describe('the pack kibana', () => {
  it('tells the state of rules, of all or of some', async () => {
    const { ask } = await open();
    const all = await ask('rules');
    expect(all.lines.join('\n')).toMatch(/Broken rule +error[\s\S]*Checkout errors +active[\s\S]*Disk almost full +ok/);
    const some = await ask('rules checkout');
    expect(some.text).toContain('Checkout errors');
    expect(some.text).not.toContain('Disk almost full');
    expect((await ask('rules-firing')).text).not.toContain('Disk almost full');
  });

  it('says that no rule is called so, with the names near it', async () => {
    const { ask } = await open();
    const { answer } = await ask('rules "Chekout errors"');
    expect(answer.empty).toEqual({ kind: 'never_existed', what: 'Chekout errors', near: ['Checkout errors'] });
  });
});

describe('the library', () => {
  it('asks a saved search by its name, with a value and a window', async () => {
    const { ask } = await open();
    const { text, answer } = await ask('kibana errors-of-checkout host=web02 30m');
    expect(answer.question.arguments).toEqual({ host: ['web02'] });
    expect(text).toContain('Errors of checkout, web02 10 in 30 min');
    expect(text).toContain('10');
    expect(text).toContain('timeout after 30 ms');
  });

  it('takes the name of a field with its dots, and again as the question is kept', async () => {
    const { ask } = await open();
    const { answer } = await ask('kibana errors-of-checkout host.name=web02 30m');
    expect(answer.question.arguments).toEqual({ host_name: ['web02'] });
    expect(answer.frames.find(({ kind }) => kind === 'logs')).toMatchObject({ total: 10 });
    const again = await ask(answer.question.text);
    expect(again.answer.question.arguments).toEqual({ host_name: ['web02'] });
  });

  it('unfurls a pasted page of Discover with its own window', async () => {
    const { ask } = await open();
    const page =
      "https://kibana.example.net/app/discover#/?_g=(filters:!(),time:(from:'2026-11-18T11:00:00.000Z',to:'2026-11-18T11:30:00.000Z'))&_a=(columns:!(message),filters:!(),index:logs-test-view,interval:auto,query:(language:kuery,query:'host.name:web02'),sort:!(!('@timestamp',desc)))";
    const { text, answer } = await ask(page);
    expect(answer.question.range).toMatchObject({
      fromMs: Date.parse('2026-11-18T11:00:00Z'),
      toMs: Date.parse('2026-11-18T11:30:00Z'),
    });
    expect(text).toContain('10');
    expect(text).toContain('timeout after 30 ms');
    expect(text).not.toContain('payment refused');
    const later = await ask('last 15m');
    expect(later.text).toContain('5');
  });

  it('refuses what is not there with what is near', async () => {
    const { ask } = await open();
    const { text, code } = await ask('kibana errors-of-chekout');
    expect(code).toBe('ASK_UNKNOWN_QUERY');
    expect(text).toContain('kibana errors-of-checkout');
  });
});
