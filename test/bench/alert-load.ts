/** A process that posts alerts as fast as they are taken: `alert-load.ts '{"url": …}'`; prints what came of it as JSON. */
import { Agent, request } from 'node:http';

/** What to send. */
export interface LoadPlan {
  /** Of the hook. */
  readonly url: string;
  readonly perRequest: number;
  readonly requests: number;
  readonly connections: number;
  /** Notifications belong to so many groups, in turn. */
  readonly groups: number;
  /** Makes what is sent differ from what other runs sent. */
  readonly run: string;
}

/** What came of it. */
export interface LoadResult {
  /** Alerts in answers of 2xx. */
  readonly accepted: number;
  /** Requests with another answer or none. */
  readonly refused: number;
  readonly seconds: number;
  /** Request sent → answer read, ms. */
  readonly p50: number;
  readonly p95: number;
}

/** A notification of Alertmanager as they are in the wild: 800 bytes for each alert. */
export function notificationOf(run: string, group: number, first: number, count: number): string {
  const alertname = `HighErrorRate${group}`;
  const alerts = Array.from({ length: count }, (_, index) => {
    const host = `web${first + index}-${run}`;
    return {
      status: 'firing',
      labels: { alertname, instance: `${host}:9100`, job: 'node', service: `shop${group}`, severity: 'warning' },
      annotations: {
        summary: `5xx above 5 % on ${host} for 5 min`,
        description: `The share of answers 5xx of ${host} is 7.31 %, which is above 5 % since 5 min.`,
        runbook_url: `https://wiki.example/runbooks/${alertname}`,
      },
      startsAt: new Date().toISOString(),
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: `http://prometheus.example/graph?g0.expr=rate%28http_errors_total%7Binstance%3D%22${host}%22%7D%5B5m%5D%29+%3E+0.05&g0.tab=1`,
      fingerprint: `${run}-${first + index}`,
    };
  });
  const common = {
    version: '4',
    receiver: 'glimpse',
    status: 'firing',
    externalURL: 'http://am.example',
    truncatedAlerts: 0,
  };
  return JSON.stringify({ ...common, groupKey: `{}:{alertname="${alertname}", run="${run}"}`, alerts });
}

async function load({ url, perRequest, requests, connections, groups, run }: LoadPlan): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const tookMs: number[] = [];
  let [next, accepted, refused] = [0, 0, 0];
  async function work(): Promise<void> {
    while (next < requests) {
      const index = next;
      next += 1;
      const body = notificationOf(run, index % groups, index * perRequest, perRequest);
      const startMs = performance.now();
      const status = await post(url, body, agent);
      tookMs.push(performance.now() - startMs);
      if (status >= 200 && status < 300) accepted += perRequest;
      else refused += 1;
    }
  }
  const startMs = performance.now();
  await Promise.all(Array.from({ length: connections }, work));
  const seconds = (performance.now() - startMs) / 1000;
  agent.destroy();
  tookMs.sort((a, b) => a - b);
  const at = (share: number) => tookMs[Math.floor(share * (tookMs.length - 1))] ?? Number.NaN;
  return { accepted, refused, seconds, p50: at(0.5), p95: at(0.95) };
}

/** The status, 0 where there was no answer. */
function post(url: string, body: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('close', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}

const [, script = '', plan] = process.argv;
if (script.endsWith('alert-load.ts') && plan) {
  process.stdout.write(`${JSON.stringify(await load(JSON.parse(plan) as LoadPlan))}\n`);
}
