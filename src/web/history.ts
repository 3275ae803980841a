/** The questions of this browser: kept here and nowhere else, the newest first, bounded. */
import type { Asked } from './contract.ts';

const KEY = 'glimpse.history';
/** More is no history but a log. */
const HISTORY_MAX = 50;
const QUESTION_MAX_CHARS = 500;

/** What was asked here; nothing where the browser keeps nothing. */
export function readHistory(): readonly Asked[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter(isAsked).slice(0, HISTORY_MAX) : [];
  } catch {
    return [];
  }
}

/** Adds a question; asked again it moves to the front. */
export function remember(q: string, history: readonly Asked[]): readonly Asked[] {
  if (q.length > QUESTION_MAX_CHARS) return history;
  const next = [{ q, atMs: Date.now() }, ...history.filter((one) => one.q !== q)].slice(0, HISTORY_MAX);
  keep(next);
  return next;
}

/** Forgets all of it. */
export function forgetHistory(): void {
  keep([]);
}

function keep(history: readonly Asked[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(history));
  } catch {
    // private windows and full disks: then it lasts as long as the page
  }
}

function isAsked(one: unknown): one is Asked {
  const { q, atMs } = (one ?? {}) as Partial<Record<keyof Asked, unknown>>;
  return typeof q === 'string' && typeof atMs === 'number';
}
