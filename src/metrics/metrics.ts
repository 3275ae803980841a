/** The bot's own metrics, each by one name; `docs/metrics.md` is made from them. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds: from a question understood in a millisecond to a source at its deadline. */
const FAST = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds: whole answers and waits, up to the longest that anything may take. */
const SLOW = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** All metrics of one bot. */
export type Metrics = ReturnType<typeof createMetrics>;

/**
 * Makes them, in a registry of their own.
 *
 * Labels are bounded: names of sources, chats and hooks' formats are those of the config, queries those of the catalogue, routes
 * those that exist, codes those of `docs/errors.md`. What people or senders write is never one.
 *
 * @param about - what `glimpse_build_info` says
 */
export function createMetrics(about: { readonly version: string; readonly node: string }) {
  const registry = new Registry();
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter<Label>({ name, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name, help, labelNames, registers });
  const histogram = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly Label[] = [],
  ) => new Histogram<Label>({ name, help, buckets, labelNames, registers });
  const metrics = {
    registry,
    buildInfo: gauge('glimpse_build_info', 'Always 1; the labels say what runs.', ['version', 'node']),
    questions: counter(
      'glimpse_questions_total',
      'Questions by where they were asked (a chat, http, mcp, terminal) and what came of them: answered, no_data, said (help and other words), passed_over (a bare line that was none), refused (the asker can mend it), failed.',
      ['surface', 'outcome'],
    ),
    queryQuestions: counter(
      'glimpse_query_questions_total',
      'Questions for data by saved query; `other` are raw questions, panels and saved searches.',
      ['query', 'outcome'],
    ),
    stageSeconds: histogram(
      'glimpse_stage_duration_seconds',
      'Parts of an answer: understand, fetch, wait (for a thread that draws), draw, raster, encode, upload.',
      FAST,
      ['stage'],
    ),
    answerSeconds: histogram(
      'glimpse_answer_duration_seconds',
      'A question in a chat, from being taken up to its answer being posted.',
      SLOW,
      ['chat'],
    ),
    failures: counter(
      'glimpse_failures_total',
      'Failures by code of docs/errors.md and by what failed: a kind of source or chat, question, render, http, store, alerts, context.',
      ['code', 'kind'],
    ),
    sourceUp: gauge('glimpse_source_up', 'Whether a source can be asked: 1 or 0, from the check of /readyz.', [
      'source',
    ]),
    sourceSeconds: histogram(
      'glimpse_source_request_duration_seconds',
      'Calls to a source, waiting and retry included, by what was asked of it: fetch, values, annotations, check, other.',
      FAST,
      ['source', 'operation'],
    ),
    sourceFailures: counter('glimpse_source_failures_total', 'Calls to a source that failed, by code.', [
      'source',
      'code',
    ]),
    chatConnected: gauge('glimpse_chat_connected', 'Whether messages of a chat arrive: 1 or 0.', ['chat']),
    chatSeconds: histogram(
      'glimpse_chat_request_duration_seconds',
      'Posts, edits and uploads, waits for the rate budget included.',
      FAST,
      ['chat', 'operation'],
    ),
    chatFailures: counter('glimpse_chat_failures_total', 'Posts, edits and uploads that failed, by code.', [
      'chat',
      'code',
    ]),
    renderPending: gauge('glimpse_render_pending', 'Charts that are drawn or wait for a thread.'),
    alertDeliveries: counter(
      'glimpse_alert_deliveries_total',
      'Requests to /hooks and /changes by format and outcome: stored, refused (credentials, body), failed (not stored, the sender tries again).',
      ['format', 'outcome'],
    ),
    alertsReceived: counter('glimpse_alerts_received_total', 'Alerts read from deliveries, repeats included.', [
      'format',
    ]),
    alertsStored: counter('glimpse_alerts_stored_total', 'Alerts that are durable, repeats included.', ['format']),
    changesStored: counter('glimpse_changes_stored_total', 'Deploys and other changes that are durable.', ['format']),
    alertGroupsTold: counter(
      'glimpse_alert_groups_told_total',
      'Times that the rooms of a group of alerts were told or edited: told, failed (it is tried again).',
      ['outcome'],
    ),
    contextSeconds: histogram(
      'glimpse_context_step_duration_seconds',
      'Steps that gather the context of an alert.',
      FAST,
      ['step'],
    ),
    queueJobs: gauge('glimpse_queue_jobs', 'Jobs by queue and state: waiting, delayed, active.', ['queue', 'state']),
    queueWaitSeconds: histogram('glimpse_queue_wait_seconds', 'From a job being due to its begin, by queue.', SLOW, [
      'queue',
    ]),
    storeUp: gauge('glimpse_store_up', 'Whether the store can be used: 1 or 0.'),
    storeSeconds: histogram('glimpse_store_query_duration_seconds', 'Statements of the store.', FAST),
    storeFreeBytes: gauge(
      'glimpse_store_disk_free_bytes',
      'Free space of the disk of the embedded store, which takes nothing more below 128 MiB.',
    ),
    httpSeconds: histogram(
      'glimpse_http_request_duration_seconds',
      'HTTP requests by method, route and class of status (2xx); route `none` where there is nothing.',
      FAST,
      ['method', 'route', 'status'],
    ),
    definitions: gauge('glimpse_definitions', 'Saved queries in force.'),
    definitionsGood: gauge(
      'glimpse_definitions_last_load_successful',
      'Whether the last change of the saved queries could be taken: 1 or 0.',
    ),
    configGood: gauge(
      'glimpse_config_last_reload_successful',
      'Whether the last reading of the configuration could be taken: 1 or 0.',
    ),
    configSeconds: gauge(
      'glimpse_config_last_reload_success_timestamp_seconds',
      'When the configuration in force was read, seconds since the Unix epoch.',
    ),
  };
  collectDefaultMetrics({ register: registry });
  metrics.buildInfo.set({ version: about.version, node: about.node }, 1);
  return metrics;
}
