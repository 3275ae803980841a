/** Ids that repeat: the same key gives the same message id, so that the server refuses a second post. */
import { createHash } from 'node:crypto';

/** Meteor's alphabet for ids: no characters that look alike. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';
const ID_LENGTH = 17;
const MARK_LENGTH = 10;

/** The `_id` of the message that `key` stands for: 17 characters, 98 bits. */
export function messageIdOf(key: string): string {
  let number = BigInt(`0x${createHash('sha256').update(key).digest('hex')}`);
  const base = BigInt(ALPHABET.length);
  return Array.from({ length: ID_LENGTH }, () => {
    const character = ALPHABET[Number(number % base)] as string;
    number /= base;
    return character;
  }).join('');
}

/** What marks the files of `key`, since uploads cannot choose their message's id. */
export function fileMarkOf(key: string): string {
  return messageIdOf(`file ${key}`).slice(0, MARK_LENGTH);
}

/** The file's name with its mark before the ending: `cpu-web01.3kQ….png`; other characters than these are replaced. */
export function markedFileName(fileName: string, key: string): string {
  const [, stem = 'file', ending = ''] = /^(.*?)(\.\w{1,8})?$/s.exec(fileName) ?? [];
  const safe = stem.replace(/[^\w.-]+/g, '-').slice(0, 80) || 'file';
  return `${safe}.${fileMarkOf(key)}${ending}`;
}
