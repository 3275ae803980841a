/** A strict reader of `multipart/form-data`: what is malformed is refused, as the server's parser does. */
import { meteorError } from './failure.ts';

/** One part of a form. */
export interface Part {
  readonly name: string;
  /** Only files have one. */
  readonly filename: string | undefined;
  readonly type: string;
  readonly data: Buffer;
}

const CRLF = '\r\n';

/**
 * Reads a form from a whole body.
 *
 * @throws Failure `error-upload-failed` when the type has no boundary or the body is cut or malformed
 */
export function parseMultipart(contentType: string | undefined, body: Buffer): Part[] {
  const boundary = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '');
  if (boundary === null) throw broken(`Unsupported content type: ${contentType}`);
  const delimiter = `${CRLF}--${boundary[1] ?? boundary[2]}`;
  const text = Buffer.concat([Buffer.from(CRLF), body]);
  const parts: Part[] = [];
  let at = text.indexOf(delimiter);
  if (at !== 0) throw broken('Malformed part header');
  for (;;) {
    const start = at + delimiter.length;
    const mark = text.subarray(start, start + 2).toString('latin1');
    if (mark === '--') return parts;
    const end = text.indexOf(delimiter, start);
    if (mark !== CRLF || end < 0) throw broken('Unexpected end of form');
    parts.push(parsePart(text.subarray(start + 2, end)));
    at = end;
  }
}

function parsePart(part: Buffer): Part {
  const split = part.indexOf(CRLF + CRLF);
  if (split < 0) throw broken('Malformed part header');
  const headers = new Map(
    part
      .subarray(0, split)
      .toString('utf8')
      .split(CRLF)
      .map((line) => line.split(/:\s*(.*)/s))
      .map(([name = '', value = '']) => [name.toLowerCase(), value]),
  );
  const disposition = headers.get('content-disposition') ?? '';
  const name = parameter(disposition, 'name');
  if (!/^form-data\s*;/i.test(disposition) || name === undefined) throw broken('Malformed part header');
  const filename = parameter(disposition, 'filename');
  const type = headers.get('content-type') ?? (filename === undefined ? 'text/plain' : 'application/octet-stream');
  return { name, filename, type, data: part.subarray(split + 4) };
}

function parameter(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(disposition);
  return match?.[1]?.replaceAll(/\\(.)/g, '$1');
}

function broken(why: string) {
  return meteorError('error-upload-failed', why);
}
