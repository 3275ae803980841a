/** What monitoring systems tell: alerts and changes, in one model whatever sent them. Names are those of Alertmanager and OpenTelemetry. */
import type { Labels } from './labels.ts';

/** Whether the problem is there. */
export type AlertStatus = 'firing' | 'resolved' | 'unknown';

/**
 * How ids of deliveries begin that are made of nothing but what was sent: the same bytes are then the same delivery, unless the problem
 * has ended, or begun, in between.
 */
export const OF_BODY = 'body:';

/** What a message adds to what is known of a problem. */
export type Transition =
  | 'triggered'
  | 'repeated'
  | 'changed'
  | 'resolved'
  | 'acknowledged'
  | 'unacknowledged'
  | 'suppressed'
  | 'unsuppressed'
  | 'flapping_start'
  | 'flapping_end'
  | 'comment'
  | 'escalated'
  | 'test';

/** How bad; `unknown` keeps the sender's own word in `severityText`. */
export type AlertSeverity = 'critical' | 'error' | 'warning' | 'info' | 'unknown';

/** What is true of a problem beside its status; what is absent is not known. */
export interface AlertFlags {
  readonly acknowledged?: boolean;
  /** By a silence, a downtime, an inhibition. */
  readonly suppressed?: boolean;
  readonly flapping?: boolean;
  /** There were no data to judge by. */
  readonly noData?: boolean;
  /** The rule itself failed. */
  readonly evaluationError?: boolean;
}

/** OpenTelemetry's names for where a problem is (semantic conventions 1.44). */
export type AlertAttribute =
  | 'host.name'
  | 'host.ip'
  | 'service.name'
  | 'service.namespace'
  | 'service.instance.id'
  | 'service.version'
  | 'deployment.environment.name'
  | 'k8s.cluster.name'
  | 'k8s.namespace.name'
  | 'k8s.pod.name'
  | 'k8s.node.name'
  | 'cloud.region'
  | 'cloud.account.id'
  | 'cloud.resource_id'
  | 'url.full'
  | 'container.name';

/** A page that belongs to an alert or a change. */
export interface AlertLink {
  readonly rel: 'source' | 'dashboard' | 'panel' | 'query' | 'silence' | 'runbook' | 'incident' | 'ticket' | 'logs';
  /** Absolute, http or https. */
  readonly href: string;
  readonly title?: string;
}

/** A number that a sender gave with an alert. */
export interface AlertValue {
  readonly name: string;
  /** Null where it was there and no number. */
  readonly value: number | null;
  readonly unit?: string;
  /** Limits as the sender wrote them: `80`, `@10:20`. */
  readonly warn?: string;
  readonly crit?: string;
}

/** One statement about one problem; a delivery has none or more. */
export interface Alert {
  /** Format that it came in: `alertmanager`, `nagios` … */
  readonly source: string;
  /** Name of the hook; tells two Alertmanagers apart. */
  readonly sourceInstance: string;
  /** Equal for the same message sent twice. */
  readonly deliveryId: string;
  /** `source:hook:key`; equal as long as it is the same problem. */
  readonly fingerprint: string;
  /** The sender's id of this occurrence of it. */
  readonly episode?: string;
  /** Opaque; equal where the sender says that alerts belong together. */
  readonly groupKey?: string;
  readonly status: AlertStatus;
  readonly transition: Transition;
  readonly flags: AlertFlags;
  readonly severity: AlertSeverity;
  /** The sender's word for it. */
  readonly severityText?: string;
  /** One line of plain text, never empty. */
  readonly title: string;
  /** Plain text. */
  readonly description?: string;
  /** Identity. */
  readonly labels: Labels;
  /** Explanation. */
  readonly annotations: Labels;
  /** Filled only where it is certain. */
  readonly attributes: Readonly<Partial<Record<AlertAttribute, string>>>;
  readonly startsAt: Date;
  /** Null while it is open. */
  readonly endsAt: Date | null;
  /** Until when the sender's word holds that it fires, where it said so: without news nobody knows any more. */
  readonly expiresAt?: Date;
  /** Since when nothing was heard of it, where that is too long to say that it fires; found when it is read. */
  readonly silentSince?: Date;
  readonly receivedAt: Date;
  /** Whether `startsAt` was told or is when it arrived. */
  readonly timeSource: 'event' | 'received';
  /** What it was judged by. */
  readonly metric?: {
    readonly name?: string;
    readonly query?: string;
    readonly language?: 'promql' | 'graphite' | 'nagios-perfdata' | 'datadog' | 'lucene';
    /** Uid of the data source in Grafana. */
    readonly datasourceUid?: string;
  };
  readonly values: readonly AlertValue[];
  readonly links: readonly AlertLink[];
  readonly images: readonly { readonly url?: string; readonly data?: Uint8Array; readonly alt?: string }[];
  /** Who acknowledged, commented, scheduled. */
  readonly actor?: { readonly name: string };
  /** Their words. */
  readonly note?: string;
}

/** OpenTelemetry's names for what was changed. */
export type ChangeAttribute =
  | 'service.name'
  | 'service.version'
  | 'deployment.environment.name'
  | 'deployment.id'
  | 'host.name'
  | 'vcs.repository.url.full'
  | 'vcs.ref.head.revision'
  | 'vcs.ref.head.name'
  | 'cicd.pipeline.name'
  | 'cicd.pipeline.run.id'
  | 'cicd.pipeline.run.url.full';

/** Something was changed. */
export interface ChangeEvent {
  readonly source: string;
  readonly sourceInstance: string;
  readonly deliveryId: string;
  /** Equal for all phases of one change: `github:hook:deployment:1`. */
  readonly id: string;
  readonly kind: 'deployment' | 'release' | 'pipeline' | 'config' | 'annotation' | 'maintenance';
  readonly phase: 'started' | 'succeeded' | 'failed' | 'cancelled' | 'info';
  readonly title: string;
  readonly text?: string;
  readonly tags: readonly string[];
  readonly startsAt: Date;
  readonly endsAt: Date | null;
  readonly receivedAt: Date;
  readonly attributes: Readonly<Partial<Record<ChangeAttribute, string>>>;
  readonly actor?: { readonly name: string };
  readonly links: readonly AlertLink[];
}

/** What one delivery says. */
export interface Told {
  readonly alerts: readonly Alert[];
  readonly changes: readonly ChangeEvent[];
}

/** Watchdogs are groups of their own, with keys that begin so: they are well while they fire. */
export const WATCHDOG_GROUP = 'watchdog:';
