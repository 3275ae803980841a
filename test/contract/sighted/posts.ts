/** Posts as other integrations make them in rooms: of each sender one that opens a problem, one that ends it, and what is understood. */

/** What a sender hands to an incoming webhook, or posts as a bot. */
export interface Post {
  readonly text?: string;
  readonly attachments?: readonly object[];
}

/** A sender as the suite knows it. */
export interface PostCase {
  readonly sender: string;
  /** The name that it posts under. */
  readonly by: string;
  readonly firing: Post;
  readonly over: Post;
  /** Of the first alert while it fires. */
  readonly source: string;
  readonly severity: string;
  readonly title: RegExp;
  readonly labels: Readonly<Record<string, string>>;
  /** An address, an expression, a value: what a chart can be drawn from. */
  readonly drawnFrom?: RegExp;
}

/** Fields of an attachment. */
const pairs = (said: Readonly<Record<string, string>>) =>
  Object.entries(said).map(([title, value]) => ({ title, value, short: true }));

const alertmanager = (state: string, rest = 'NodeDown (web eu-1 critical)') => ({
  attachments: [
    {
      title: `[${state}] ${rest}`,
      title_link: 'http://alertmanager.example:9093/#/alerts?receiver=slack-ops',
      text: '',
      fallback: `[${state}] ${rest} | http://alertmanager.example:9093/#/alerts?receiver=slack-ops`,
      color: state.startsWith('FIRING') ? 'danger' : 'good',
    },
  ],
});

/** A post of Grafana with one alert of these labels; `beneath` are the lines below them. */
export function grafanaPost(
  state: 'Firing' | 'Resolved',
  labels: Readonly<Record<string, string>>,
  beneath: readonly string[] = ['Annotations:', ' - summary = 5xx above 5 %'],
) {
  const title = `[${state === 'Firing' ? 'FIRING:1' : 'RESOLVED'}] ${Object.values(labels).join(' ')}`;
  const lines = Object.entries(labels).map(([name, value]) => ` - ${name} = ${value}`);
  return {
    attachments: [
      {
        title,
        title_link: 'https://grafana.example/alerting/grafana/rule1/view?orgId=1',
        text: [`**${state}**`, '', 'Value: A=12.4, C=1', 'Labels:', ...lines, ...beneath].join('\n'),
        fallback: title,
        footer: 'Grafana v12.1.0',
        color: state === 'Firing' ? '#D63232' : '#36a64f',
      },
    ],
  };
}

const grafana = (state: 'Firing' | 'Resolved') =>
  grafanaPost(
    state,
    { alertname: 'HighErrorRate', grafana_folder: 'shop', service: 'checkout', severity: 'critical' },
    [
      'Annotations:',
      ' - summary = 5xx above 5 %',
      ' - runbook_url = https://wiki.example/errors',
      'Source: https://grafana.example/alerting/grafana/rule1/view?orgId=1',
      'Silence: https://grafana.example/alerting/silence/new?alertmanager=grafana&matcher=alertname%3DHighErrorRate',
      'Dashboard: https://grafana.example/d/abcd?orgId=1',
      'Panel: https://grafana.example/d/abcd?orgId=1&viewPanel=4',
    ],
  );

const legacy = (state: string) => ({
  attachments: [
    {
      title: `[${state}] Payments slow`,
      title_link: 'https://grafana.example/d/xyz/payments?fullscreen&edit&tab=alert&panelId=2&orgId=1',
      text: 'p99 above 1 s',
      fields: [{ title: 'p99', value: 1.7, short: true }],
      footer: 'Grafana v7.5.17',
      color: state === 'OK' ? '#36a64f' : '#D63232',
    },
  ],
});

const zabbix = (isOver: boolean) => ({
  attachments: [
    {
      collapsed: false,
      color: isOver ? '#009900' : '#E97659',
      title: isOver ? 'Resolved in 5m 3s: CPU load is too high' : 'Problem: CPU load is too high',
      title_link: 'https://zabbix.example/tr_events.php?triggerid=13491&eventid=7045',
      fields: [
        { title: 'Host', value: 'web01 [10.0.0.1]', short: false },
        { title: 'Severity', value: 'High', short: true },
        { title: 'Event time', value: '2026.11.25 10:44:00', short: true },
        ...(isOver ? [{ title: 'Recovery time', value: '2026.11.25 10:49:03', short: true }] : []),
        { title: 'Operational data', value: 'Load averages: 12.5', short: true },
      ],
    },
  ],
});

/** Every sender. */
export const postCases: readonly PostCase[] = [
  {
    sender: 'Alertmanager',
    by: 'Alertmanager',
    firing: alertmanager('FIRING:2'),
    over: alertmanager('RESOLVED', 'NodeDown (web eu-1)'),
    source: 'alertmanager',
    severity: 'critical',
    title: /^NodeDown \(web eu-1 critical\)$/,
    labels: { alertname: 'NodeDown' },
  },
  {
    sender: 'Alertmanager with a template of its own',
    by: 'prometheus',
    firing: {
      attachments: [
        {
          title: '[FIRING:1] HighLatency for checkout',
          title_link: 'https://am.example/#/alerts?receiver=ops',
          text: '*Alert:* Latency is high - `warning`\n*Description:* p95 above 1 s\n*Graph:* <http://prometheus.example/graph?g0.expr=p95+%3E+1&g0.tab=1|:chart:>\n*Details:*\n• *alertname:* `HighLatency`\n• *instance:* `web_01:9100`\n• *severity:* `warning`',
          color: 'warning',
        },
      ],
    },
    over: {
      attachments: [
        { title: '[RESOLVED] HighLatency for checkout', title_link: 'https://am.example/#/alerts?receiver=ops' },
      ],
    },
    source: 'alertmanager',
    severity: 'warning',
    title: /HighLatency for checkout/,
    labels: { alertname: 'HighLatency', instance: 'web_01:9100' },
    drawnFrom: /^p95 > 1$/,
  },
  {
    sender: 'Grafana',
    by: 'Grafana',
    firing: grafana('Firing'),
    over: grafana('Resolved'),
    source: 'grafana',
    severity: 'critical',
    title: /^5xx above 5 %$/,
    labels: { alertname: 'HighErrorRate', service: 'checkout', grafana_folder: 'shop', severity: 'critical' },
    drawnFrom: /viewPanel=4/,
  },
  {
    sender: 'Grafana, in a text without attachments',
    by: 'Grafana',
    firing: { text: `${grafana('Firing').attachments[0]?.title}\n${grafana('Firing').attachments[0]?.text}` },
    over: { text: `${grafana('Resolved').attachments[0]?.title}\n${grafana('Resolved').attachments[0]?.text}` },
    source: 'grafana',
    severity: 'critical',
    title: /^5xx above 5 %$/,
    labels: { alertname: 'HighErrorRate', service: 'checkout' },
    drawnFrom: /viewPanel=4/,
  },
  {
    sender: 'Grafana legacy',
    by: 'Grafana',
    firing: legacy('Alerting'),
    over: legacy('OK'),
    source: 'grafana-legacy',
    severity: 'unknown',
    title: /^Payments slow$/,
    labels: { alertname: 'Payments slow' },
    drawnFrom: /panelId=2/,
  },
  {
    sender: 'Zabbix',
    by: 'zabbix',
    firing: zabbix(false),
    over: zabbix(true),
    source: 'zabbix',
    severity: 'error',
    title: /^CPU load is too high$/,
    labels: { alertname: 'CPU load is too high', host: 'web01' },
  },
  {
    sender: 'Zabbix, its default text',
    by: 'monitoring',
    firing: {
      text: 'Problem: Disk is full\nProblem started at 10:44:00 on 2026.11.25\r\nProblem name: Disk is full\r\nHost: db01\r\nSeverity: Disaster\r\nOperational data: 97 %\r\nOriginal problem ID: 123',
    },
    over: {
      text: 'Problem has been resolved at 10:59:00 on 2026.11.25\r\nProblem name: Disk is full\r\nHost: db01\r\nSeverity: Disaster\r\nOriginal problem ID: 123',
    },
    source: 'zabbix',
    severity: 'critical',
    title: /^Disk is full$/,
    labels: { alertname: 'Disk is full', host: 'db01' },
  },
  {
    sender: 'Moira',
    by: 'Moira',
    firing: {
      text: '**ERROR** [CPU of web](https://moira.example/trigger/abc-1) [web][ops] (1)\nBusy.\n```\n02:40 (GMT+00:00): servers.web01.cpu = 93.5 (OK to ERROR)\n```',
    },
    over: {
      text: '**OK** [CPU of web](https://moira.example/trigger/abc-1) [web][ops] (1)\n```\n02:50 (GMT+00:00): servers.web01.cpu = 12 (ERROR to OK)\n```',
    },
    source: 'moira',
    severity: 'critical',
    title: /^CPU of web$/,
    labels: { alertname: 'CPU of web', metric: 'servers.web01.cpu' },
    drawnFrom: /^servers\.web01\.cpu$/,
  },
  {
    sender: 'Sensu Go',
    by: 'sensu',
    firing: {
      attachments: [
        {
          color: 'danger',
          fallback: 'ALERT - web-1/check-http:CheckHttp CRITICAL: 503',
          title: 'Description',
          text: 'CheckHttp CRITICAL: 503',
          fields: pairs({ Status: 'Critical', Entity: 'web-1', Check: 'check-http' }),
        },
      ],
    },
    over: {
      attachments: [
        {
          color: 'good',
          fallback: 'RESOLVED - web-1/check-http:CheckHttp OK',
          title: 'Description',
          text: 'CheckHttp OK',
          fields: pairs({ Status: 'Resolved', Entity: 'web-1', Check: 'check-http' }),
        },
      ],
    },
    source: 'sensu-go',
    severity: 'critical',
    title: /^check-http on web-1$/,
    labels: { check: 'check-http', host: 'web-1' },
  },
  {
    sender: 'graphite-beacon',
    by: 'beacon',
    firing: { text: '[BEACON] CRITICAL <memory> (servers.web01.memory) failed. Current value: 95.2' },
    over: { text: '[BEACON] NORMAL <memory> is back to normal.' },
    source: 'graphite-beacon',
    severity: 'critical',
    title: /^memory$/,
    labels: { alertname: 'memory' },
    drawnFrom: /^servers\.web01\.memory$/,
  },
  {
    sender: 'Uptime Kuma',
    by: 'Uptime Kuma',
    firing: {
      text: 'Uptime Kuma Alert',
      attachments: [
        {
          title: 'Uptime Kuma Alert *Time (UTC)*\n2026-11-25 10:44:00',
          text: '*Message*\n[Shop] [🔴 Down] connect ECONNREFUSED',
          color: '#ff0000',
        },
      ],
    },
    over: {
      text: 'Uptime Kuma Alert',
      attachments: [
        {
          title: 'Uptime Kuma Alert *Time (UTC)*\n2026-11-25 10:49:00',
          text: '*Message*\n[Shop] [✅ Up] 200 - OK',
          color: '#32cd32',
        },
      ],
    },
    source: 'uptime-kuma',
    severity: 'critical',
    title: /^Shop is down$/,
    labels: { alertname: 'Shop' },
  },
  {
    sender: 'Healthchecks',
    by: 'Healthchecks.io',
    firing: {
      text: '[Nightly backup](https://hc.example/cloaked/abc/) is DOWN.',
      attachments: [
        {
          color: 'danger',
          fields: pairs({ 'Total Pings': '42', 'Last Ping': 'Success, 1 day ago' }),
        },
      ],
    },
    over: {
      text: '[Nightly backup](https://hc.example/cloaked/abc/) is UP.',
      attachments: [
        {
          color: 'good',
          fields: pairs({ 'Total Pings': '43', 'Last Ping': 'Success, now' }),
        },
      ],
    },
    source: 'healthchecks',
    severity: 'critical',
    title: /^Nightly backup is down$/,
    labels: { alertname: 'Nightly backup' },
  },
  {
    sender: 'Nagios, its mail subject',
    by: 'nagios',
    firing: { text: '** PROBLEM Service Alert: web01/HTTP is CRITICAL **\nconnect to address 10.0.0.1 refused' },
    over: { text: '** RECOVERY Service Alert: web01/HTTP is OK **' },
    source: 'nagios',
    severity: 'critical',
    title: /^HTTP on web01 is CRITICAL$/,
    labels: { host: 'web01', check: 'HTTP' },
  },
  {
    sender: 'Icinga, its mail subject',
    by: 'Icinga 2',
    firing: { text: '[PROBLEM] Host db01 is DOWN!\nNo route to host' },
    over: { text: '[RECOVERY] Host db01 is UP!' },
    source: 'icinga2',
    severity: 'critical',
    title: /^db01 is DOWN$/,
    labels: { host: 'db01' },
  },
  {
    sender: 'Icinga, a script for Rocket.Chat',
    by: 'icinga',
    firing: {
      text: ':exclamation: PROBLEM [web01](https://icinga.example/host?host=web01): *DOWN* | 100 % loss | [ *ana* ] ',
    },
    over: {
      text: ':white_check_mark: RECOVERY [web01](https://icinga.example/host?host=web01): *UP* | fine | [ ** ] ',
    },
    source: 'icinga2',
    severity: 'critical',
    title: /^web01 is DOWN$/,
    labels: { host: 'web01' },
  },
  {
    sender: 'Icinga, the plugin of NETWAYS',
    by: 'icinga',
    firing: { text: 'PROBLEM web01/disk is WARNING 2026-11-25 10:44:00 +0100 DISK WARNING - 8 % free' },
    over: { text: 'RECOVERY web01/disk is OK 2026-11-25 10:50:00 +0100 DISK OK' },
    source: 'icinga2',
    severity: 'warning',
    title: /^disk on web01 is WARNING$/,
    labels: { host: 'web01', check: 'disk' },
  },
  {
    sender: 'Checkmk',
    by: 'Checkmk',
    firing: {
      attachments: [
        {
          color: '#EE0000',
          title: 'Service PROBLEM notification',
          text: 'Host: <https://cmk.example/h|web01> (IP: 10.0.0.1)\nService: <https://cmk.example/s|CPU load>\nState: CRITICAL',
        },
        {
          color: '#EE0000',
          title: 'Additional Info',
          text: '15 min load 12.5\nPlease take a look: @ana',
          footer: 'Check_MK notification: Wed 25',
        },
      ],
    },
    over: {
      attachments: [
        {
          color: '#00CC00',
          title: 'Service RECOVERY notification',
          text: 'Host: <https://cmk.example/h|web01> (IP: 10.0.0.1)\nService: <https://cmk.example/s|CPU load>\nState: OK',
        },
        { title: 'Additional Info', text: 'fine', footer: 'Check_MK notification: Wed 25' },
      ],
    },
    source: 'checkmk',
    severity: 'critical',
    title: /^CPU load on web01 is CRITICAL$/,
    labels: { host: 'web01', check: 'CPU load' },
  },
  {
    sender: 'a script with fields',
    by: 'nagios',
    firing: {
      attachments: [
        {
          color: 'danger',
          title: 'PROBLEM',
          fields: pairs({ Host: 'db02', Service: 'MySQL', State: 'CRITICAL', Output: "can't connect" }),
        },
      ],
    },
    over: {
      attachments: [
        {
          color: 'good',
          title: 'RECOVERY',
          fields: pairs({ Host: 'db02', Service: 'MySQL', State: 'OK' }),
        },
      ],
    },
    source: 'nagios',
    severity: 'critical',
    title: /^MySQL on db02 is CRITICAL$/,
    labels: { host: 'db02', check: 'MySQL' },
  },
  {
    sender: 'a picture of Graphite',
    by: 'seyren',
    firing: {
      attachments: [
        {
          color: 'danger',
          title: 'CRITICAL: queue depth',
          image_url: 'https://graphite.example/render?target=queue.depth&from=-1h',
        },
      ],
    },
    over: {
      attachments: [
        {
          color: 'good',
          title: 'OK: queue depth',
          image_url: 'https://graphite.example/render?target=queue.depth&from=-1h',
        },
      ],
    },
    source: 'picture',
    severity: 'critical',
    title: /^CRITICAL: queue depth$/,
    labels: { alertname: 'queue depth' },
    drawnFrom: /target=queue\.depth/,
  },
];

/** What nobody should take for an alert. */
export const harmlessPosts: readonly Post[] = [
  { text: 'deployed checkout 4.12.0' },
  { text: '[FIRING:1]' },
  { text: 'web01 is DOWN, says ana' },
  { text: 'PROBLEM: who made coffee?' },
  { attachments: [{ title: 'Weekly report', image_url: 'https://graphite.example/render?target=a.b' }] },
  { attachments: [{ title: 'Build 12 failed', color: 'danger', title_link: 'https://ci.example/12' }] },
  { attachments: [{}] },
  {},
];
