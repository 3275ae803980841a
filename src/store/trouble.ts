/** What of the problems that are open is trouble: a watchdog only while it is missed. */
import { type Alert, WATCHDOG_GROUP } from '../domain/alert.ts';
import { alertOf } from './group-rows.ts';

/** Whether a group's key, in SQL, is a watchdog's: keys begin with the sender's format and its hook, in which no colon is. */
export function isWatchdogs(key: string): string {
  return `${key} ~ '^[^:]*:[^:]*:${WATCHDOG_GROUP}'`;
}

/** Of `alert_groups AS g`, also where there is none. */
export const IS_TROUBLE = `(g.life->>'alarmMs' IS NOT NULL OR NOT ${isWatchdogs("coalesce(g.key, '')")})`;

/** The alert of a row, one that is silent (`is_silent`, `heard_ms`) marked, one of a watchdog that is missed (`alarm_ms`) as what that means. */
export function troubleOf(row: Readonly<Record<string, unknown>>): Alert {
  const { alert: json, alarm_ms: alarmMs, is_silent, heard_ms } = row;
  const alert = alertOf(json);
  if (is_silent === true) return { ...alert, silentSince: new Date(Number(heard_ms)) };
  if (alarmMs === null || alarmMs === undefined) return alert;
  const startsAt = new Date(Number(alarmMs));
  return { ...alert, title: `${alert.title} stopped arriving`, severity: 'critical', startsAt };
}
