/** How the post of a group of alerts came about, in lines: who sent it, how it was read, where it went and why, what followed. Pure. */
import type { Alert } from '../domain/alert.ts';
import { alertName } from '../domain/alert-severity.ts';
import type { Line, Span } from '../domain/message.ts';
import { logTime, spanWords, zoneWords } from '../render/clock-words.ts';
import type { AlertGroup } from '../store/alert-group.ts';
import type { Delivery } from '../store/alert-origins.ts';
import { gatheringOf } from '../store/alert-turns.ts';
import type { ContextState } from '../store/context-store.ts';
import type { Maintenance } from './maintenance.ts';
import type { RouteVerdict } from './route.ts';

/** What is known of a group's way here. */
export interface AlertStory {
  readonly group: AlertGroup;
  /** The problem that stands for all of them, at best one that fires. */
  readonly alert: Alert;
  /** The newest first. */
  readonly deliveries: readonly Delivery[];
  readonly routes: readonly RouteVerdict[];
  /** How far each of its posts' threads is. */
  readonly contexts: readonly { readonly room: string; readonly state?: ContextState }[];
  /** Windows that hold for it now. */
  readonly maintenance: readonly Maintenance[];
  readonly nowMs: number;
  readonly zone: string;
}

const VALUE_MAX_CHARS = 120;
const EXPRESSION_MAX_CHARS = 300;
const DELIVERIES_SHOWN = 6;
const ROUTES_SHOWN = 6;
const STEPS_SHOWN = 12;

/** The lines; each begins with what it is about. */
export function whyLines(story: AlertStory): readonly Line[] {
  return [
    headLine(story),
    sentLine(story),
    ...deliveryLines(story),
    readLine(story.alert),
    ...judgedLine(story.alert),
    groupLine(story),
    ...routeLines(story),
    ...postLines(story),
    ...contextLines(story),
    ...quietLines(story),
  ];
}

function headLine({ group, alert }: AlertStory): Line {
  const more = group.problems.length - 1;
  return [
    { bold: 'Why' },
    ' ',
    { name: cut(alertName(alert)), bold: true },
    ' is told',
    more > 0 ? `, with ${more} more of its group` : '',
  ].filter((span) => span !== '');
}

function sentLine({ alert, deliveries, nowMs, zone }: AlertStory): Line {
  const { source, sourceInstance, deliveryId, receivedAt, startsAt, timeSource } = alert;
  const start = `${logTime(+startsAt, zone, nowMs)} ${zoneWords(+startsAt, zone)}`;
  const own = deliveries.filter(({ fingerprint, atMs }) => fingerprint === alert.fingerprint && atMs >= +startsAt);
  const lag = Math.min(+receivedAt, ...own.map(({ firstMs }) => firstMs)) - +startsAt;
  return [
    { bold: 'Sent' },
    ' by ',
    { code: `${source}/${sourceInstance}` },
    ' as delivery ',
    { code: cut(deliveryId) },
    timeSource === 'event'
      ? `, began ${start} as the sender says, here ${lag < 1_000 ? 'at once' : `${spanWords(lag)} later`}`
      : `, arrived ${start}; the sender does not say when it began`,
  ];
}

/** `Stored 2 × triggered 10:44:02, resolved 10:58:40; …`, the oldest first. */
function deliveryLines({ deliveries, nowMs, zone }: AlertStory): Line[] {
  if (deliveries.length === 0) return [];
  const again = deliveries.filter(({ repeats }) => repeats > 0);
  const times = again.reduce((sum, { repeats }) => sum + repeats, 0);
  const at = (ms: number) => logTime(ms, zone, nowMs);
  const inOrder = deliveries.toSorted((a, b) => a.firstMs - b.firstMs);
  const told = Map.groupBy(inOrder, ({ transition, firstMs }) => `${transition.replace('_', ' ')} ${at(firstMs)}`);
  const all = [...told].map(([words, same]) => ({ words, count: same.length }));
  const shown = all.slice(-DELIVERIES_SHOWN);
  const more = deliveries.length - shown.reduce((sum, { count }) => sum + count, 0);
  const each = shown.map(({ words, count }) => (count === 1 ? words : `${count} × ${words}`)).join(', ');
  const last = at(Math.max(...again.map(({ receivedMs }) => receivedMs)));
  const repeated = `; the same came again ${times === 1 ? 'once' : `${times} times`}, last ${last}, which posts nothing`;
  return [[{ bold: 'Stored' }, ` ${more > 0 ? `${more} earlier, ` : ''}${each}${times === 0 ? '' : repeated}`]];
}

/** Which label each thing was read from. */
function readLine({ attributes, labels, severity, severityText, status, flags }: Alert): Line {
  const said = severityText !== undefined && severityText.toLowerCase() !== severity;
  const parts: Span[][] = [
    [`status ${status}`],
    [`severity ${severity}`, ...(said ? [' (said ', { code: cut(severityText) }, ')'] : [])],
    ...Object.entries(attributes).map(([name, value]): Span[] => {
      const from = Object.entries(labels).find(([, one]) => one === value || one.startsWith(`${value}:`))?.[0];
      return [
        `${name} `,
        { name: cut(value) },
        ...(from === undefined || from === name ? [] : [' (label ', { code: cut(from) }, ')']),
      ];
    }),
    ...Object.entries(flags).flatMap(([name, isSet]): Span[][] => (isSet ? [[name]] : [])),
  ];
  return [
    { bold: 'Read' },
    ' as ',
    ...parts.flatMap((part, index): Span[] => [...(index === 0 ? [] : [', ']), ...part]),
  ];
}

function judgedLine({ metric }: Alert): Line[] {
  const expression = metric?.query ?? metric?.name;
  if (expression === undefined) return [];
  return [
    [
      { bold: 'Judged' },
      ' by ',
      { code: cut(expression, EXPRESSION_MAX_CHARS) },
      metric?.language === undefined ? '' : ` (${metric.language})`,
    ].filter((span) => span !== ''),
  ];
}

function groupLine({ group, alert: { groupKey } }: AlertStory): Line {
  const { conversation, problems } = group;
  const firing = problems.filter(({ status }) => status === 'firing').length;
  return [
    { bold: 'Grouped' },
    groupKey === undefined ? ' by name and place ' : ' by the sender’s key ',
    { code: cut(groupKey ?? group.key) },
    `: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}, ${firing} firing`,
    ...(conversation > 1 ? [`; the ${conversation}. time that it opened`] : []),
  ];
}

function routeLines({ routes, group }: AlertStory): Line[] {
  if (routes.length === 0) {
    const isTold = group.posts.length > 0;
    return [
      [
        { bold: 'Routed' },
        isTold
          ? ' to the operators’ room: the configuration has no routes'
          : ' nowhere: the configuration has no routes',
      ],
    ];
  }
  const taken = routes.filter(({ verdict }) => verdict === 'taken');
  const refused = routes.filter(({ verdict }) => verdict === 'refused');
  const skipped = routes.filter(({ verdict }) => verdict === 'skipped').length;
  const head: Line =
    taken.length === 0
      ? [{ bold: 'Routed' }, ' nowhere: no route takes it']
      : [
          { bold: 'Routed' },
          ' by ',
          ...taken.flatMap((one, index): Span[] => [...(index === 0 ? [] : [', ']), ...routeSpans(one)]),
        ];
  const not = refused
    .slice(0, ROUTES_SHOWN)
    .flatMap(({ path, because }, index): Span[] => [
      index === 0 ? ' · not by ' : '; ',
      `route ${path}: `,
      { code: cut(because?.label ?? '') },
      because?.value === undefined ? ' is missing' : ' is ',
      ...(because?.value === undefined ? [] : [{ code: cut(because.value) }]),
      ', it wants ',
      { code: cut(because?.wanted.join(' or ') ?? '') },
    ]);
  const more = refused.length - ROUTES_SHOWN;
  const tail = [
    ...(more > 0 ? [`, nor by ${more} more`] : []),
    ...(skipped > 0 ? [` · ${skipped} behind ${skipped === 1 ? 'it was' : 'them were'} not asked`] : []),
  ];
  return [[...head, ...not, ...tail]];
}

function routeSpans({ path, match, place }: RouteVerdict): Span[] {
  const wanted = Object.entries(match).map(([name, values]) => `${name}: ${values.join(' or ')}`);
  return [
    `route ${path} `,
    ...(wanted.length === 0 ? ['(every alert)'] : [{ code: cut(wanted.join(', ')) }]),
    ...(place ? [' to ', { name: `${place.room} (${place.chat})` }] : [' to no room']),
  ];
}

function postLines({ group, nowMs, zone }: AlertStory): Line[] {
  const { posts, sinceMs, version, toldVersion, closedMs, life } = group;
  const rooms = posts.flatMap(({ chat, room }, index): Span[] => [
    ...(index === 0 ? [] : [', ']),
    { name: `${room} (${chat})` },
  ]);
  const at = (ms: number) => logTime(ms, zone, nowMs);
  const together = (life.gathered ?? []).flatMap((key): Line[] => {
    const found = gatheringOf(key);
    if (!found) return [];
    const why = found.kind === 'storm' ? 'too many began at once' : 'it was over before the chat could be reached';
    const { place, sinceMs: beganMs } = found;
    return [
      [
        { bold: 'Told' },
        ' in ',
        { name: `${place.room} (${place.chat})` },
        ` together with others since ${at(beganMs)}: ${why}`,
      ],
    ];
  });
  if (posts.length === 0) return together.length > 0 ? together : [[{ bold: 'Told' }, ' in no room yet']];
  const state = version === toldVersion ? 'as it stands now' : `${version - toldVersion} changes wait to be told`;
  const over = closedMs === undefined ? '' : `, over since ${at(closedMs)}`;
  return [[{ bold: 'Told' }, ' in ', ...rooms, ` since ${at(sinceMs)}, ${state}${over}`], ...together];
}

const STATES: Readonly<Record<ContextState['state'], string>> = {
  posted: 'posted',
  none: 'looked for: there was nothing to say',
  held: 'held back: too many alerts in that minute',
  muted: 'not looked for: a maintenance window held',
};

function contextLines({ contexts, group, nowMs, zone }: AlertStory): Line[] {
  return contexts.flatMap(({ room, state }): Line[] => {
    if (!state || state.conversation !== group.conversation)
      return [[{ bold: 'Context' }, ' for ', { name: room }, ' is not there yet']];
    const { steps = [], charts = [] } = state.report ?? {};
    const parts = steps
      .slice(0, STEPS_SHOWN)
      .map(({ what, ms, missing }): Span[] => [
        { name: what },
        ` ${spanOf(ms)}`,
        ...(missing === undefined ? [] : [' (', { name: cut(missing) }, ')']),
      ]);
    const list = parts.flatMap((part, index): Span[] => [index === 0 ? ': ' : ', ', ...part]);
    return [
      [
        { bold: 'Context' },
        ' in ',
        { name: room },
        ` ${STATES[state.state]} ${logTime(state.atMs, zone, nowMs)}`,
        ...list,
      ],
      ...charts
        .slice(0, STEPS_SHOWN)
        .map(
          ({ what, why, asked, ms, missing }): Line => [
            '• ',
            { name: cut(what) },
            ': ',
            { name: cut(why, EXPRESSION_MAX_CHARS) },
            ...(asked === undefined ? [] : [', asked ', { code: cut(asked, EXPRESSION_MAX_CHARS) }]),
            `, ${spanOf(ms)}`,
            ...(missing === undefined ? [] : [' · not drawn: ', { name: cut(reasonIn(missing, what)) }]),
          ],
        ),
    ];
  });
}

/** A failure without the name of what failed, which stands before it. */
function reasonIn(missing: string, what: string): string {
  return missing.startsWith(`${what}: `) ? missing.slice(what.length + 2) : missing;
}

function spanOf(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : spanWords(ms);
}

function quietLines({ maintenance, alert }: AlertStory): Line[] {
  const windows = maintenance.map(({ match = {}, from, to, daily }) =>
    [
      ...Object.entries(match).map(([name, values]) => `${name}: ${values.join(' or ')}`),
      ...(daily === undefined ? [] : [`daily ${daily}`]),
      ...(from === undefined ? [] : [`from ${from}`]),
      ...(to === undefined ? [] : [`to ${to}`]),
    ].join(', '),
  );
  return [
    ...windows.map((text): Line => [{ bold: 'Muted' }, ' by the maintenance window ', { code: cut(text) }]),
    ...(alert.flags.suppressed ? [[{ bold: 'Silenced' }, ' there, as the sender says'] as Line] : []),
  ];
}

function cut(text: string, max = VALUE_MAX_CHARS): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}
