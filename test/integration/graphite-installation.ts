/** A seeded Graphite with the real core before it: questions as a person asks them, at a "now" that stands still. */
import { connect } from 'node:net';
import { type Conversation, eveningZone, openConversation } from '../acceptance/conversation.ts';
import { type Rig, startRig } from './rig.ts';

/** Hosts of the rig, in the order of the `h` of its formulas. */
export const HOSTS = ['web01', 'web02', 'db01'] as const;

/** Definitions of an operator, beside the packs: total CPU, memory and load over the tree `servers.*`. */
export const OURS = `
workload:
  title: Workload of \${host}
  parameters:
    host: { values: servers.*, example: web01 }
  graphite:
    target: alias(sumSeries(servers.\${host}.cpu.{user,system}), "\${host}")
  unit: percent
  chart: { min: 0, max: 100 }
  thresholds: [{ at: 22, severity: warning }, { at: 38, severity: critical, title: saturated }]
  overlays: [{ annotations: "\${source}", tags: [deploy] }, { annotations: "\${source}", tags: [incident] }]
  links: [{ title: Host dashboard, url: "https://dash.example/hosts?host=\${host}" }]
held:
  title: Memory of \${host}
  parameters:
    host: { values: servers.*, example: web01 }
  graphite:
    target: alias(servers.\${host}.memory.used, "\${host}")
  unit: bytes
  measure: last
old:
  title: Old of \${host}
  parameters:
    host: { values: gone.*, example: old01 }
  graphite:
    target: gone.\${host}.value
  unit: percent
wide:
  title: Load of \${host}
  parameters:
    host: { values: wide.*, example: h001 }
  graphite:
    target: alias(wide.\${host}.load, "\${host}")
  unit: load
`;

/** A source of the config beside the rig's own. */
type OtherSources = Readonly<Record<string, string>>;

/** A running rig and the ways to it. */
export interface Installation {
  readonly rig: Rig;
  /** "Now" of every question: three and a half seconds after a minute whose number ends in 7. */
  readonly nowMs: number;
  /** Writes points as carbon takes them: `path`, value, seconds since the Unix epoch. */
  send(points: Iterable<readonly [path: string, value: number, seconds: number]>): Promise<void>;
  /** Opens a conversation; `more` are further sources by name, each a line of YAML. */
  open(more?: OtherSources): Promise<Conversation>;
  stop(): Promise<void>;
}

/** Starts and seeds a rig on a port of its own. Gives the reason in words, also on stderr, when it cannot be had. */
export async function startInstallation(port: number): Promise<Installation | string> {
  const rig = await startRig('graphite', port);
  if (typeof rig === 'string') {
    process.stderr.write(`skipped: ${rig}\n`);
    return rig;
  }
  const { end } = JSON.parse(await rig.command('seed')) as { end: number };
  // values go round every ten minutes: in a minute that ends in 7 all of them are known beforehand
  const nowMs = (Math.floor((end - 420) / 600) * 600 + 420) * 1000 + 3_500;
  return {
    rig,
    nowMs,
    send: (points) => sendPoints(port + 1, points),
    open: async (more = {}) => {
      try {
        return await openConversation(settingOf(rig.url, nowMs, more));
      } catch (thrown) {
        await rig.stop(); // a file that fails before its first test has nobody to do it
        throw thrown;
      }
    },
    stop: () => rig.stop(),
  };
}

async function sendPoints(port: number, points: Iterable<readonly [string, number, number]>): Promise<void> {
  const lines = [...points].map((point) => `${point.join(' ')}\n`);
  await new Promise<void>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(lines.join('')));
    socket.once('close', () => resolve());
    socket.once('error', reject);
    socket.resume();
  });
}

function settingOf(url: string, nowMs: number, more: OtherSources) {
  const definitions = Object.fromEntries(['ours', ...Object.keys(more)].map((name) => [name, OURS]));
  return { nowMs, yaml: configText(url, eveningZone(nowMs), more), definitions };
}

function configText(url: string, zone: string, more: OtherSources): string {
  const others = Object.entries(more);
  return `
zone: ${zone}
queries:
  - { pack: collectd, source: collectd }
  - { pack: telegraf, source: telegraf }
  - { path: ./ours, source: rig }
${others.map(([name]) => `  - { path: ./${name}, source: ${name} }`).join('\n')}
sources:
  rig: { kind: graphite, url: ${url}, env: rig, raw: true, timeout: 20s }
  collectd: { kind: graphite, url: ${url}, env: staging, timeout: 20s }
  telegraf: { kind: graphite, url: ${url}, env: production, timeout: 20s }
${others.map(([name, options]) => `  ${name}: { kind: graphite, ${options} }`).join('\n')}
`;
}

/** `workload` of the host with that index: user and system time together. */
export function workload(host: number, minute: number): number {
  return 10 * (host + 1) + (minute % 10) + 5 + host;
}
