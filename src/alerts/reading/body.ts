/** Reads the body of a delivery: the content type is advice, so JSON is tried first, then the fields of a form. */
import { BotError } from '../../domain/errors.ts';
import { jsonFault } from '../../lib/json-fault.ts';
import type { Delivery, ReadDelivery } from '../alert-format.ts';

/** Fields of forms in which senders put JSON. */
const JSON_FIELDS = ['payload', 'data'];
/** A number, not one within a text, that may be beyond 2^53: those below have 16 digits at most; `1e300` is an integer too. */
const LONG_NUMBER = /(?:^|[:,[])\s*-?(?:\d{16}|[\d.]+e\+?\d)/i;
/** What a form may have. */
const FIELDS_MAX = 200;

/**
 * Reads a body.
 *
 * @throws BotError `ALERT_UNREADABLE` for an empty body and for JSON that is broken, `ALERT_UNSUPPORTED_TYPE` for what is neither
 *   JSON nor a form
 */
export function readBody(delivery: Delivery): ReadDelivery {
  const text = textOf(delivery.body);
  if (text.trim() === '') throw new BotError('ALERT_UNREADABLE', 'The body is empty.');
  return { ...delivery, content: contentOf(text, delivery.headers['content-type'] ?? '') };
}

function textOf(body: Uint8Array): string {
  // a byte order mark is dropped; what is no UTF-8 is replaced, never refused: the alert matters more
  return new TextDecoder('utf-8').decode(body);
}

function contentOf(text: string, contentType: string): unknown {
  if (/^\s*[[{"]/.test(text)) return parseJson(text);
  const fields = /^multipart\/form-data/i.test(contentType) ? multipartFields(text, contentType) : formFields(text);
  if (fields === undefined) {
    throw new BotError('ALERT_UNSUPPORTED_TYPE', 'The body is neither JSON nor a form.');
  }
  const json = JSON_FIELDS.map((name) => fields[name]).find((value) => value !== undefined && /^\s*[[{]/.test(value));
  return json === undefined ? fields : parseJson(json);
}

/** Numbers that JavaScript would round stay as they were written. @throws BotError `ALERT_UNREADABLE` */
export function parseJson(text: string): unknown {
  try {
    // reading number by number takes six times as long, and most bodies have none that would be rounded
    if (!LONG_NUMBER.test(text)) return JSON.parse(text);
    return JSON.parse(text, (_, value: unknown, context?: { source?: string }) => {
      const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
      return isRounded && context?.source !== undefined ? context.source : value;
    });
  } catch (cause) {
    throw new BotError('ALERT_UNREADABLE', `The body is no JSON: ${jsonFault(cause)}.`, {}, { cause });
  }
}

function formFields(text: string): Readonly<Record<string, string>> | undefined {
  if (!/^[\w.$-]{1,80}=/.test(text.trim())) return undefined;
  const fields = [...new URLSearchParams(text.trim())].slice(0, FIELDS_MAX);
  return Object.fromEntries(fields);
}

/** The text fields of `multipart/form-data` (RFC 7578); files are left out. */
function multipartFields(text: string, contentType: string): Readonly<Record<string, string>> | undefined {
  const boundary = /boundary="?([^";,\s]{1,70})/i.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const parts = text.split(`--${boundary}`).slice(1, FIELDS_MAX);
  return Object.fromEntries(
    parts.flatMap((part) => {
      const [, head = '', body = ''] = /^\r?\n([\s\S]*?)\r?\n\r?\n([\s\S]*?)\r?\n$/.exec(part) ?? [];
      const name = /name="([^"]{1,80})"/i.exec(head)?.[1];
      return name === undefined || /filename=/i.test(head) ? [] : [[name, body] as const];
    }),
  );
}
