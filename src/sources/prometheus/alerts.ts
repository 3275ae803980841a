/** What Prometheus' own rules say now: `GET /api/v1/alerts` as a table, the worst first. */
import { z } from 'zod';
import type { EmptyReason } from '../../domain/answer.ts';
import { BotError } from '../../domain/errors.ts';
import type { Frame } from '../../domain/frame.ts';
import { type CheckState, counted, problemTable } from '../../lib/check-tables.ts';
import { harmless } from '../../lib/said.ts';
import { parseTemplate } from '../../queries/expand.ts';
import type { Binding, FetchWindow, SourceRequest } from '../source.ts';
import type { AlertsBlock } from './block.ts';
import type { PrometheusClient } from './client.ts';
import { TITLE } from './failures.ts';

/** Which alerts are asked for: every label must have one of its values. */
export interface AlertsRequest extends SourceRequest {
  readonly matchers: readonly { readonly label: string; readonly values: readonly string[] }[];
}

/** More are a storm; they are counted. */
const ALERTS_MAX = 5_000;
/** Any value: the default of a parameter that need not be given. */
const ANY = '*';

const Alerts = z.object({
  alerts: z.array(
    z.object({
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()).default({}),
      state: z.string(),
      activeAt: z.string().optional(),
      value: z.union([z.string(), z.number()]).optional(),
    }),
  ),
});

type Alert = z.output<typeof Alerts>['alerts'][number];

/** Binds arguments to the labels of a block; a value is compared, never sent. @throws BotError `ASK_MISSING_ARGUMENT` */
export function bindAlerts({ alerts }: AlertsBlock, { arguments: args }: Binding): AlertsRequest {
  const matchers = Object.entries(alerts).map(([label, text]) => ({ label, values: valuesOf(text, args) }));
  const said = matchers.filter(({ values }) => !values.includes(ANY));
  const label = said.map(({ label, values }) => `${label}=${values.join('|')}`).join(', ');
  return { label: label === '' ? 'alerts' : `alerts of ${label}`, matchers: said };
}

function valuesOf(text: string, args: Binding['arguments']): readonly string[] {
  const [part, ...more] = parseTemplate(text);
  if (part === undefined || typeof part === 'string' || more.length > 0) return [text];
  const values = args[part.name] ?? [];
  if (values.length > 0) return values;
  throw new BotError('ASK_MISSING_ARGUMENT', `It needs a value for \`${part.name}\`.`, { parameter: part.name });
}

/** Reads what fires, as a table of problems; pending ones are counted in a warning. @throws BotError */
export async function fetchAlerts(
  client: PrometheusClient,
  request: AlertsRequest,
  { fromMs, toMs, zone }: FetchWindow,
  signal: AbortSignal,
): Promise<Frame[]> {
  const found = await matching(client, request, signal);
  const firing = found.filter(({ state }) => state === 'firing');
  const table = problemTable(firing.map(checkOf), { fromMs, toMs, zone, text: '' });
  const pending = found.length - firing.length;
  const waiting =
    pending === 0
      ? []
      : [`${counted(pending, 'more alert')} ${pending === 1 ? 'waits' : 'wait'} for the rule's time to pass.`];
  return [{ ...table, warnings: [...table.warnings, ...waiting] }];
}

/** Why the table is empty: that nothing fires is the answer. @throws BotError */
export async function whyNoAlerts(
  client: PrometheusClient,
  request: AlertsRequest,
  signal: AbortSignal,
): Promise<EmptyReason> {
  const [all, found] = [await readAlerts(client, signal), await matching(client, request, signal)];
  const elsewhere = all.filter(({ state }) => state === 'firing').length;
  const pending = found.length === 0 ? '' : `, ${found.length} pending`;
  const others = request.matchers.length > 0 && elsewhere > 0 ? ` (${elsewhere} elsewhere)` : '';
  return { kind: 'none', said: `no alert fires${pending}${others}` };
}

async function matching(client: PrometheusClient, { matchers }: AlertsRequest, signal: AbortSignal): Promise<Alert[]> {
  const all = await readAlerts(client, signal);
  return all.filter(({ labels }) =>
    matchers.every(({ label, values }) => values.some((value) => isMeant(labels[label], value))),
  );
}

/** `web01` means `web01`, `web01:9100` and `web01.example.net:9100`. */
function isMeant(own: string | undefined, value: string): boolean {
  if (own === undefined) return false;
  return own === value || own.startsWith(`${value}:`) || own.startsWith(`${value}.`);
}

async function readAlerts(client: PrometheusClient, signal: AbortSignal): Promise<Alert[]> {
  const { success, data } = Alerts.safeParse(await client.data('alerts', new URLSearchParams(), signal));
  if (!success) throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent alerts in a form that is none.`);
  if (data.alerts.length > ALERTS_MAX) {
    throw new BotError('SOURCE_TOO_MUCH', `${TITLE} has ${data.alerts.length} alerts; the limit is ${ALERTS_MAX}.`);
  }
  return data.alerts;
}

function checkOf({ labels, annotations, activeAt, value }: Alert): CheckState {
  const host = labels.instance ?? labels.host ?? labels.node ?? labels.pod ?? labels.service ?? labels.job ?? '';
  const sinceMs = Date.parse(activeAt ?? '');
  const text =
    annotations.summary ??
    annotations.description ??
    annotations.message ??
    (value === undefined ? '' : `value ${value}`);
  return {
    // an address, as instances often are, is what tells it
    host,
    check: harmless(labels.alertname ?? 'an alert'),
    state: harmless(labels.severity ?? 'firing').toUpperCase(),
    ...(Number.isFinite(sinceMs) && { sinceMs }),
    output: harmless(text),
  };
}
